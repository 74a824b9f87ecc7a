/** Steps of filling and saving many organizations. */
import { expect, type Locator } from '@playwright/test';
import type { AfterCancel } from '../../../src/shared/saves';
import type { FieldName } from '../../../src/shared/profile';
import type { Standin } from '../../standin';
import type { Letterhead } from './letterhead';

/** The bar with what can be done with the selected organizations. */
export function selectionBar({ page, messages }: Letterhead): Locator {
  return page.getByRole('toolbar', { name: messages.selection_bar() });
}

/** Presses *Fill…* for the selected organizations, once the bar shows this many. */
export async function pressFill(letterhead: Letterhead, count: number): Promise<void> {
  const { common_selected, fill_button } = letterhead.messages;
  const bar = selectionBar(letterhead);
  await expect(bar).toContainText(common_selected({ count: count.toLocaleString('en') }));
  await bar.getByRole('button', { name: fill_button() }).click();
}

/** Chooses an item of the menu for the selected organizations. */
export async function chooseForSelected(letterhead: Letterhead, item: string): Promise<void> {
  const { page, messages } = letterhead;
  await selectionBar(letterhead).getByRole('button', { name: messages.selected_menu() }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** Presses *Export* in the open dialog, in the format that is selected there. */
export async function pressExport(letterhead: Letterhead): Promise<void> {
  const dialog = letterhead.dialog(letterhead.messages.csv_export());
  await dialog.getByRole('button', { name: letterhead.messages.csv_export() }).click();
}

/**
 * Makes drafts with a new text of one field in the selected organizations, and waits for them in *Changes*.
 *
 * @param count number of selected organizations, as in the bar
 * @param drafts how many drafts there are then; default: one of each
 * @returns the button that saves them
 */
export async function fillSelected(
  letterhead: Letterhead,
  count: number,
  field: FieldName,
  text: string,
  drafts = count,
): Promise<Locator> {
  const { messages } = letterhead;
  const label = messages[`field_${field}`]();
  await pressFill(letterhead, count);
  const fill = letterhead.dialog(messages.fill_title());
  await fill.getByRole('checkbox', { name: label }).check();
  await fill.getByRole('textbox', { name: messages.fill_new_text({ field: label }) }).fill(text);
  await fill.getByRole('button', { name: makeDrafts(letterhead, count) }).click();
  const save = saveButton(letterhead, drafts);
  // Making thousands of drafts takes seconds on a busy machine.
  await expect(save).toBeEnabled({ timeout: 90_000 });
  return save;
}

/**
 * Lets the next writes of this number pass, and holds the others until the returned function is called, so that a save is
 * half-way for as long as a test needs.
 */
export function holdWrites(standin: Standin, passing: number): () => void {
  let arrived = 0;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const remove = standin.beforeAnswer({ method: 'PUT' }, async () => {
    arrived += 1;
    if (arrived > passing) await released;
  });
  return () => {
    remove();
    release();
  };
}

/** The name of the button that makes this many drafts. */
export const makeDrafts = ({ messages }: Letterhead, count: number): string =>
  messages.fill_make({ count, shown: count.toLocaleString('en') });

/** The button of *Changes* that saves this many changes. */
export const saveButton = (letterhead: Letterhead, count: number): Locator =>
  letterhead.button(letterhead.messages.changes_save({ count, shown: count.toLocaleString('en') }));

/** Selects every organization of the list with the keyboard. */
export async function selectAll({ page, list }: Letterhead): Promise<void> {
  await list.focus();
  await page.keyboard.press('Control+a');
}

/** Answers the question that appears after *Cancel* of a save. */
export async function confirmCancel(letterhead: Letterhead, then: AfterCancel): Promise<void> {
  const { saves_cancel_title, saves_cancel_keep, changes_discard_confirm } = letterhead.messages;
  const question = letterhead.dialog(saves_cancel_title());
  const name = then === 'keep' ? saves_cancel_keep() : changes_discard_confirm();
  await question.getByRole('button', { name }).click();
}
