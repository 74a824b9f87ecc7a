/** Everyday work with 10,000 organizations and 20 sign-ins. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  chooseForSelected,
  confirmCancel,
  pressExport,
  fillSelected,
  selectionBar,
} from './support/fill-and-save';
import { expect, test } from './support/fixtures';
import { answerFileDialogs, chooseMenuItem } from './support/native-ui';
import { makeSignIns } from './support/seed-user-data';

const COUNT = 10_000;
/** For steps over all organizations: a second or two, but much longer on a busy machine. */
const SLOW_STEP = { timeout: 90_000 };

test.use({ standinOptions: { organizations: COUNT, signIns: makeSignIns(20) } });

test('find, open, save, select, export, import, fill, and cancel', async ({
  launch,
  seed,
  standin,
  userData,
}) => {
  test.slow();
  seed();
  const { app, page, letterhead } = await launch();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  const options = letterhead.options;
  const expectCount = (text: string) => expect(page.getByText(text, { exact: true })).toBeVisible();
  await expect(options.first()).toHaveAttribute('aria-setsize', String(COUNT));
  await expectCount('10,000 organizations');

  // Reach the last row with the keyboard, then find another by searching.
  await letterhead.list.focus();
  await page.keyboard.press('End');
  await expect(options.last()).toHaveAttribute('aria-posinset', String(COUNT));
  const target = [...standin.organizations.values()][7_654]!;
  const search = page.getByRole('searchbox', { name: 'Search organizations' });
  const email = target.profile!.business_email;
  const sameEmail = [...standin.organizations.values()].filter(
    ({ profile }) => profile?.business_email === email,
  );
  await search.pressSequentially(email);
  await expectCount(`${sameEmail.length} organizations`);
  await expect(options.first()).toContainText(email);
  await search.fill(target.id);
  await expectCount('1 organization');
  await letterhead.open(target.name);
  await letterhead.typeDraft({ business_phone: '+44 20 1' });
  await search.fill('');
  await page.getByRole('radio', { name: 'Changes' }).check({ force: true });
  await expectCount('1 organization');
  await letterhead.open(target.name);
  await letterhead.save();
  await letterhead.expectSaved();
  expect(standin.profileOf(target.id)?.business_phone).toBe('+44 20 1');

  // The selection stays while search and filter hide some of it.
  await page.getByRole('radio', { name: 'All', exact: true }).check({ force: true });
  await expect(options.first()).toHaveAttribute('aria-setsize', String(COUNT));
  await search.fill('brightwater');
  await expect(options.first()).not.toHaveAttribute('aria-setsize', String(COUNT));
  const found = Number(await options.first().getAttribute('aria-setsize'));
  await letterhead.list.focus();
  await page.keyboard.press('Control+a');
  await expect(selectionBar(letterhead)).toContainText(`${found.toLocaleString('en')} selected`);
  await search.fill('');
  await expect(options.first()).toHaveAttribute('aria-setsize', String(COUNT));
  await letterhead.list.focus();
  await page.keyboard.press('Control+a');
  await expect(selectionBar(letterhead)).toContainText('10,000 selected');

  // Importing the exported file would change nothing.
  await answerFileDialogs(app, join(userData, 'all.csv'));
  await chooseForSelected(letterhead, 'Export…');
  await pressExport(letterhead);
  await expect(page.getByText('10,000 organizations exported to ⁨all.csv⁩.')).toBeVisible(
    SLOW_STEP,
  );
  expect((await readFile(join(userData, 'all.csv'))).length).toBeGreaterThan(1_000_000);
  await chooseMenuItem(app, 'import');
  const strip = page.getByRole('region', { name: 'Import all.csv' });
  await expect(strip).toContainText('10,000 rows matched · nothing would change', SLOW_STEP);
  await strip.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('radio', { name: 'List' }).click();

  const save = await fillSelected(letterhead, COUNT, 'business_phone', '+44 20 1', COUNT - 1);
  await expect(page.getByText('9,999 changes in 9,999 organizations', { exact: true })).toBeVisible(
    SLOW_STEP,
  );
  const line = page.getByRole('group', { name: 'Fill Business phone' });
  await expect(line).toContainText('Drafts in 9,999 organizations · 1 has this text already');
  // Slow enough that much is left to cancel.
  standin.settings.latency = 2_000;
  await save.click();

  // The window stays responsive while the save runs, and the rest can be canceled.
  const bar = page.getByRole('progressbar', { name: 'Saving changes' });
  await expect(bar).toBeVisible(SLOW_STEP);
  await search.fill(target.id);
  await expectCount('1 organization');
  const running = page.getByRole('group', { name: 'Change: Business phone' });
  await expect(running).toContainText('of 9,999 saved', SLOW_STEP);
  await running.getByRole('button', { name: 'Cancel…' }).click();
  await confirmCancel(letterhead, 'keep');
  await expect(running.getByRole('button', { name: 'Close' })).toBeVisible(SLOW_STEP);
  await running.getByRole('button', { name: /^Results/ }).click();
  const results = running.getByRole('list', { name: 'Result of each organization' });
  await expect(results.getByRole('listitem').first()).toBeVisible(SLOW_STEP);
  await expect(running).toContainText('of 9,999');
  expect(errors).toEqual([]);
});
