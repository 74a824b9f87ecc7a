/** A day with 10,000 organizations and 20 sign-ins: the list, a search, one save, and all of them at once. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './support/fixtures';
import { answerFileDialogs, chooseMenuItem } from './support/native-ui';
import { makeCredentials, seedUserData } from './support/seed-user-data';

const COUNT = 10_000;
/** For what all of them take part in; a second or two, much more on a busy machine. */
const ALL_OF_THEM = { timeout: 90_000 };

test.use({ standinOptions: { organizations: COUNT, credentials: makeCredentials(20) } });

test('found, opened, saved, selected, exported, imported, changed and cancelled', async ({
  launch,
  standin,
  keyring,
  userData,
}) => {
  test.slow();
  seedUserData(userData, standin, keyring);
  const { app, page, letterhead } = await launch();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  const options = letterhead.options;
  const counted = (text: string) => expect(page.getByText(text, { exact: true })).toBeVisible();
  await expect(options.first()).toHaveAttribute('aria-setsize', String(COUNT));
  await counted('10,000 organizations');

  // The last one, by the keyboard alone; then one found by typing.
  await letterhead.list.focus();
  await page.keyboard.press('End');
  await expect(options.last()).toHaveAttribute('aria-posinset', String(COUNT));
  const wanted = [...standin.organizations.values()][7_654]!;
  const search = page.getByRole('searchbox', { name: 'Search organizations' });
  const email = wanted.profile!.business_email;
  const alike = [...standin.organizations.values()].filter(
    ({ profile }) => profile?.business_email === email,
  );
  await search.pressSequentially(email);
  await counted(`${alike.length} organizations`);
  await expect(options.first()).toContainText(email);
  await search.fill(wanted.id);
  await counted('1 organization');
  await letterhead.open(wanted.name);
  await letterhead.typeDraft('Business phone', '+44 20 1');
  await search.fill('');
  await page.getByRole('radio', { name: 'Drafts' }).check({ force: true });
  await counted('1 organization');
  await letterhead.save();
  await letterhead.expectSaved();
  expect(standin.profileOf(wanted.id)?.business_phone).toBe('+44 20 1');

  // What was selected stays while search and filter leave it out of sight.
  await page.getByRole('radio', { name: 'All', exact: true }).check({ force: true });
  await search.fill('brightwater');
  await expect(options.first()).not.toHaveAttribute('aria-setsize', String(COUNT));
  const found = Number(await options.first().getAttribute('aria-setsize'));
  await letterhead.list.focus();
  await page.keyboard.press('Control+a');
  await expect(letterhead.button(/^Change a field for/)).toContainText(found.toLocaleString('en'));
  await search.fill('');
  await expect(options.first()).toHaveAttribute('aria-setsize', String(COUNT));
  await letterhead.list.focus();
  await page.keyboard.press('Control+a');

  // Out to a file and in again: nothing would change.
  await answerFileDialogs(app, join(userData, 'all.csv'));
  await letterhead.button('Export').click();
  await expect(page.getByText('10,000 organizations exported.')).toBeVisible(ALL_OF_THEM);
  expect((await readFile(join(userData, 'all.csv'))).length).toBeGreaterThan(1_000_000);
  await chooseMenuItem(app, 'import');
  const dialog = letterhead.dialog('Import');
  await expect(dialog.getByText('Nothing would change.')).toBeVisible(ALL_OF_THEM);
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await letterhead.button('Change a field for 10,000 organizations').click();
  const change = letterhead.dialog('Change a field');
  await change.getByRole('checkbox', { name: 'Business phone' }).check();
  await change.getByRole('textbox', { name: 'New text for Business phone' }).fill('+44 20 1');
  await change.getByRole('button', { name: 'Preview changes' }).click();
  await expect(change.getByText('9,999 organizations will change.')).toBeVisible(ALL_OF_THEM);
  await expect(change.getByText(/1 already has these texts/)).toBeVisible();
  const table = change.getByRole('table', { name: 'What would change' });
  await expect(table).toHaveAttribute('aria-rowcount', String(COUNT + 1));
  // As slow as a real network, so that much is left to cancel.
  standin.settings.latency = 2_000;
  await change.getByRole('button', { name: 'Save for 9,999 organizations' }).click();
  await expect(change).toBeHidden(ALL_OF_THEM);

  // While it goes on, the window answers; what was not sent is cancelled.
  const bar = page.getByRole('progressbar', { name: 'Saving changes' });
  await expect(bar).toBeVisible(ALL_OF_THEM);
  await expect(page.getByRole('radio', { name: 'Waiting' })).toBeVisible();
  await search.fill(wanted.id);
  await counted('1 organization');
  await letterhead.button('Cancel').click();
  await letterhead
    .dialog('Cancel remaining changes')
    .getByRole('button', { name: 'Cancel remaining changes' })
    .click();
  const done = letterhead.button('Done');
  await expect(done).toBeVisible(ALL_OF_THEM);
  await letterhead.button('Show results').click();
  const results = letterhead.dialog('Results').getByRole('table');
  await expect(results).toHaveAttribute('aria-rowcount', '10000', ALL_OF_THEM);
  await letterhead.dialog('Results').getByRole('button', { name: 'Close' }).click();
  expect(errors).toEqual([]);
});
