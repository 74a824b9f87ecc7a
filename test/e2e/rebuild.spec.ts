/** A list that has to be built again: it is shown how far that is, then the right list; nothing is put aside. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { speakAs } from '../../src/shared/messages/locale';
import { byName } from '../../src/shared/name-order';
import { createCalls } from '../faults/support/calls';
import { expect, test } from './support/fixtures';
import type { RunningApp } from './support/start';
import { makeCredentials, seedUserData } from './support/seed-user-data';

/** One more than can be selected at once. */
const COUNT = 20_001;
const BUILT = { timeout: 90_000 };
test.use({ standinOptions: { organizations: COUNT, credentials: makeCredentials(2) } });

/** Waits until the list is there, of which the window says meanwhile how far it is. */
async function built({ page, letterhead }: RunningApp): Promise<void> {
  await expect(page.getByRole('progressbar', { name: 'Preparing the list' })).toBeVisible();
  await expect(page.getByText(/^Preparing the list: [\d,]+ of 20,001$/)).toBeVisible();
  await expect(letterhead.list).toHaveCount(0);
  await letterhead.expectRows(COUNT, BUILT);
  await expect(page.getByText('20,001 organizations', { exact: true })).toBeVisible();
}

test('a list that is gone or whose search is broken is built again, and 20,001 are too many to select', async ({
  launch,
  standin,
  keyring,
  userData,
}) => {
  test.slow();
  seedUserData(userData, standin, keyring);
  const all = [...standin.organizations.values()];
  const change = (sql: string): void => {
    const database = new DatabaseSync(join(userData, 'letterhead.db'));
    database.enableDefensive(false);
    database.exec(sql);
    database.close();
  };
  /** Finds one by its address, which stands in nothing but the full-text index. */
  const find = async ({ page, letterhead }: RunningApp): Promise<void> => {
    const wanted = all[12_345]!;
    const search = page.getByRole('searchbox', { name: 'Search organizations' });
    await search.fill(wanted.profile!.business_address.split('\n')[0]!);
    await expect(letterhead.option(wanted.name)).toBeVisible(BUILT);
    await search.fill('');
    await letterhead.expectRows(COUNT, BUILT);
  };

  await test.step('without its table', async () => {
    change('DROP TABLE organization_row');
    const running = await launch();
    const { page, letterhead } = running;
    await built(running);
    const spoken = await createCalls(page).value('app', 'locale');
    speakAs(() => spoken);
    const names = [...all].sort(byName()).map(({ name }) => name);
    const at = (place: number) => letterhead.list.locator(`[aria-posinset="${place}"] .name`);
    for (const place of [1, 2, 3]) await expect(at(place)).toHaveText(names[place - 1]!);
    await letterhead.list.focus();
    await page.keyboard.press('End');
    for (const place of [COUNT - 2, COUNT - 1, COUNT])
      await expect(at(place)).toHaveText(names[place - 1]!);
    await find(running);

    // One more than can be selected at once.
    await letterhead.list.focus();
    await page.keyboard.press('Control+a');
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('You cannot select more than 20,000 organizations at once');
    await expect(page.getByText('None selected')).toBeVisible();
    await page.keyboard.press('Shift+Home');
    await expect(alert).toContainText('Narrow the list with a search or a filter, then select.');
    await page.keyboard.press('PageUp');
    await page.keyboard.press('Escape');
    await expect(alert).toBeHidden();
    await running.close();
  });

  await test.step('with a broken search', async () => {
    change('DELETE FROM text_search_data');
    const running = await launch();
    await running.letterhead.expectRows(COUNT);
    await find(running);
  });

  expect(readdirSync(userData).filter((name) => name.includes('damaged'))).toEqual([]);
});
