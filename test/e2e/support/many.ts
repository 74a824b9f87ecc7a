/** Many organizations in the window: added all together, and the system's file dialogs answered. */
import { expect, type ElectronApplication, type Page } from '@playwright/test';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { createCalls } from '../../faults/support/calls';
import type { Letterhead } from './letterhead';

/** The first run with every organization of the stand-in, until all profiles are read. */
export async function addAll(letterhead: Letterhead, count: number): Promise<void> {
  await letterhead.openAdd();
  await letterhead.signIn();
  await letterhead.page.getByRole('checkbox', { name: 'Select all' }).check();
  await letterhead.button('Add selected').click();
  await letterhead.expectRows(count);
  await allRead(letterhead.page);
  await expect(letterhead.reading).toBeHidden();
}

/** Waits until every profile is read that can be, the rows out of sight included. */
export async function allRead(page: Page): Promise<void> {
  const calls = createCalls(page);
  const first = { query: WHOLE_LIST, offset: 0, limit: 1 };
  const unread = async () => (await calls.value('organizations', 'list', first)).unread;
  await expect.poll(unread, 'profiles that are not read yet').toBe(0);
  await expect.poll(() => calls.value('initialFetch', 'get'), 'reading them').toBeNull();
}

/** Answers the next file dialogs with this path, as a person who chooses it; null: they cancel. */
export async function chooseFile(app: ElectronApplication, path: string | null): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = () =>
      Promise.resolve({ canceled: chosen === null, filePath: chosen ?? '' });
    dialog.showOpenDialog = () =>
      Promise.resolve({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] });
  }, path);
}

/** Chooses an item of the menu. */
export async function chooseMenu(app: ElectronApplication, id: string): Promise<void> {
  await app.evaluate(
    ({ Menu }, item) => Menu.getApplicationMenu()!.getMenuItemById(item)!.click(),
    id,
  );
}
