/** First copies of many profiles: how far that is, what is not claimed meanwhile, and that a person's job goes first. */
import { expect, test } from './support/fixtures';
import { waitForInitialFetch } from './support/initial-fetch';

const COUNT = 120;
test.use({ standinOptions: { organizations: COUNT } });

test('profiles are counted while they are read, a job goes first, and nothing is claimed of the rest', async ({
  launch,
  standin,
}) => {
  const { page, letterhead } = await launch();
  await letterhead.openAdd();
  await letterhead.signIn();
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  // Every third profile comes with the list; of the others the next is read, and the rest wait for it.
  standin.settings.latency = 1_500;
  await letterhead.button('Add selected').click();
  await letterhead.expectRows(COUNT);
  const reading = letterhead.initialFetchStatus;
  await expect(reading).toHaveText(/^\s*Reading profiles: \d+ of \d+/);

  const search = page.getByRole('searchbox', { name: 'Search organizations' });
  await search.fill('nothing like this');
  await expect(page.getByText('Nothing found for “nothing like this”.')).toBeVisible();
  await expect(
    page.getByText(/^\d+ profiles are still being read; their contents cannot be found yet\.$/),
  ).toBeVisible();

  await test.step('a job goes first', async () => {
    // The one whose page is open was read for the person.
    await expect(letterhead.field('Business name')).not.toHaveValue('');
    await search.fill(await page.getByRole('heading', { level: 1 }).innerText());
    await letterhead.expectRows(1);
    await letterhead.list.focus();
    await page.keyboard.press('Control+a');
    await letterhead.button('Change a field for 1 organization').click();
    const change = letterhead.dialog('Change a field');
    await change.getByRole('checkbox', { name: 'Business phone' }).check();
    await change.getByRole('textbox', { name: 'New text for Business phone' }).fill('+44 20 1');
    await change.getByRole('button', { name: 'Preview changes' }).click();
    const hold = standin.hold({ method: 'PUT' });
    await change.getByRole('button', { name: 'Save for 1 organization' }).click();
    await hold.arrived;
    const before = standin.requests.length;
    await expect(reading).toContainText('paused while your changes are sent');
    // What was under way comes to its end, and nothing follows.
    const underWay = () => standin.requests.filter(({ status }) => status === null).length;
    await expect.poll(underWay).toBe(1);
    expect(standin.requests.slice(before)).toEqual([]);
    standin.settings.latency = 0;
    hold.release();
    await expect(letterhead.button('Done')).toBeVisible();
  });

  await test.step('when all are read, the line goes, and nothing more is said of unread ones', async () => {
    await letterhead.button('Done').click();
    await search.fill('nothing like this');
    await waitForInitialFetch(page);
    await expect(reading).toBeHidden();
    await expect(page.getByText('Nothing found for')).toBeVisible();
    await expect(page.getByText(/cannot be found/)).toBeHidden();
  });
});
