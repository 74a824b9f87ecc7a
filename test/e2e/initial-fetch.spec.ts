/** The initial fetch of many profiles: its progress, incomplete search results, and saves that take priority. */
import { fillSelected, selectAll } from './support/fill-and-save';
import { expect, test } from './support/fixtures';
import { waitForInitialFetch } from './support/initial-fetch';

const COUNT = 120;
test.use({ standinOptions: { organizations: COUNT } });

test('shows progress, lets a save go first, and says that unread profiles cannot be found yet', async ({
  launch,
  standin,
}) => {
  const { page, letterhead } = await launch();
  await letterhead.openAdd();
  await letterhead.signIn();
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  // The profiles are fetched one at a time.
  standin.settings.latency = 1_500;
  await letterhead.button('Add selected').click();
  await letterhead.expectRows(COUNT);
  const progress = letterhead.initialFetchStatus;
  await expect(progress).toHaveText(/^\s*Reading \d+ of \d+/);

  const search = page.getByRole('searchbox', { name: 'Search organizations' });
  await search.fill('nothing like this');
  await expect(page.getByText('Nothing found for “nothing like this”.')).toBeVisible();
  await expect(
    page.getByText(/^\d+ profiles are still being read; their contents cannot be found yet\.$/),
  ).toBeVisible();

  await test.step('a save goes first', async () => {
    // The open organization was fetched right away.
    await expect(letterhead.field('business_name')).not.toHaveValue('');
    await search.fill(await page.getByRole('heading', { level: 1 }).innerText());
    await letterhead.expectRows(1);
    await selectAll(letterhead);
    const save = await fillSelected(letterhead, 1, 'business_phone', '+44 20 1');
    const hold = standin.hold({ method: 'PUT' });
    await save.click();
    await hold.arrived;
    const before = standin.requests.length;
    await expect(progress).toContainText('paused while your changes are sent');
    // The running fetch finishes, and no other follows.
    const pending = () => standin.requests.filter(({ status }) => status === null).length;
    await expect.poll(pending).toBe(1);
    expect(standin.requests.slice(before)).toEqual([]);
    standin.settings.latency = 0;
    hold.release();
    await letterhead.expectText('Nothing to save: there are no drafts, and nothing is waiting.');
  });

  await test.step('the progress and the note about unread profiles disappear at the end', async () => {
    await search.fill('nothing like this');
    await waitForInitialFetch(page);
    await expect(progress).toBeHidden();
    await expect(page.getByText('Nothing found for')).toBeVisible();
    await expect(page.getByText(/cannot be found/)).toBeHidden();
  });
});
