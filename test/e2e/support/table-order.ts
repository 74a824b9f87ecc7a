/** Which organization is in which row of the table. */
import { expect, type ElectronApplication, type Page } from '@playwright/test';
import type { Standin } from '../../standin';
import { readClipboard } from './native-ui';

/**
 * The ids of the organizations in the order of the table, whose active cell is a phone number: that column is copied. Their
 * numbers must be different.
 */
export async function idsByRow(
  app: ElectronApplication,
  page: Page,
  standin: Standin,
): Promise<string[]> {
  const ids = new Map(
    [...standin.organizations.values()].map(({ id, profile }) => [profile?.business_phone, id]),
  );
  await page.keyboard.press('Control+Space');
  await page.keyboard.press('Control+c');
  const copied = async () => (await readClipboard(app)).split('\n').map((text) => ids.get(text));
  await expect.poll(copied).toHaveLength(ids.size);
  return (await copied()).map((id) => id!);
}
