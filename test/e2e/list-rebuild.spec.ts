/** Rebuilding the list: progress, then the correct list, and no database is set aside. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { byName } from '../../src/shared/name-order';
import { useAppLocale } from './support/app-locale';
import { expect, test } from './support/fixtures';
import type { RunningApp } from './support/start';
import { makeSignIns } from './support/seed-user-data';

/** One more than the limit of the selection. */
const COUNT = 20_001;
const REBUILD = { timeout: 90_000 };
test.use({ standinOptions: { organizations: COUNT, signIns: makeSignIns(2) } });

/** Waits for the rebuilt list, and checks the progress on the way. */
async function expectRebuild({ page, letterhead }: RunningApp): Promise<void> {
  await expect(page.getByRole('progressbar', { name: 'Preparing the list' })).toBeVisible();
  await expect(page.getByText(/^Preparing the list: [\d,]+ of 20,001$/)).toBeVisible();
  await expect(letterhead.list).toHaveCount(0);
  await letterhead.expectRows(COUNT, REBUILD);
  await expect(page.getByText('20,001 organizations', { exact: true })).toBeVisible();
}

test('rebuilds a missing list and a broken search index; 20,001 organizations are too many to select', async ({
  launch,
  seed,
  standin,
  userData,
}) => {
  test.slow();
  seed();
  const all = [...standin.organizations.values()];
  const execute = (sql: string): void => {
    const database = new DatabaseSync(join(userData, 'letterhead.db'));
    database.enableDefensive(false);
    database.exec(sql);
    database.close();
  };
  /** Searches for an address, which only the full-text index contains. */
  const find = async ({ page, letterhead }: RunningApp): Promise<void> => {
    const target = all[12_345]!;
    const search = page.getByRole('searchbox', { name: 'Search organizations' });
    await search.fill(target.profile!.business_address.split('\n')[0]!);
    await expect(letterhead.option(target.name)).toBeVisible(REBUILD);
    await search.fill('');
    await letterhead.expectRows(COUNT, REBUILD);
  };

  await test.step('without the table of the list', async () => {
    execute('DROP TABLE organization_row');
    const running = await launch();
    const { page, letterhead } = running;
    await expectRebuild(running);
    await useAppLocale(page);
    const names = [...all].sort(byName()).map(({ name }) => name);
    const nameAt = (position: number) =>
      letterhead.list.locator(`[aria-posinset="${position}"] .name`);
    for (const position of [1, 2, 3])
      await expect(nameAt(position)).toHaveText(names[position - 1]!);
    await letterhead.list.focus();
    await page.keyboard.press('End');
    for (const position of [COUNT - 2, COUNT - 1, COUNT])
      await expect(nameAt(position)).toHaveText(names[position - 1]!);
    await find(running);

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

  await test.step('with a broken search index', async () => {
    execute('DELETE FROM text_search_data');
    const running = await launch();
    // A profile that is refreshed right after the launch meets the broken index before the search does.
    await running.letterhead.expectRows(COUNT, REBUILD);
    await find(running);
  });

  expect(readdirSync(userData).filter((name) => name.includes('damaged'))).toEqual([]);
});
