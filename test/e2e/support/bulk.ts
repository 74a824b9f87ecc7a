/** Steps of changing a field of many organizations. */
import { expect, type Locator } from '@playwright/test';
import type { AfterCancel } from '../../../src/shared/saves';
import type { FieldName } from '../../../src/shared/profile';
import type { Letterhead } from './letterhead';

/** The bar with what can be done with the selected organizations. */
export function selectionBar({ page, messages }: Letterhead): Locator {
  return page.getByRole('toolbar', { name: messages.selection_bar() });
}

/** Presses *Change…* for the selected organizations, once the bar shows this many. */
export async function changeSelected(letterhead: Letterhead, count: number): Promise<void> {
  const { selection_selected, selected_change } = letterhead.messages;
  const bar = selectionBar(letterhead);
  await expect(bar).toContainText(selection_selected({ count: count.toLocaleString('en') }));
  await bar.getByRole('button', { name: selected_change() }).click();
}

/** Chooses an item of the menu for the selected organizations. */
export async function chooseForSelected(letterhead: Letterhead, item: string): Promise<void> {
  const { page, messages } = letterhead;
  await selectionBar(letterhead).getByRole('button', { name: messages.selected_menu() }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** Presses *Export* in the open dialog, in the format that is selected there. */
export async function pressExport(letterhead: Letterhead): Promise<void> {
  const dialog = letterhead.dialog(letterhead.messages.csv_export_title());
  await dialog.getByRole('button', { name: letterhead.messages.csv_export() }).click();
}

/**
 * Opens *Change a field* for the selected organizations, enters the new text, and shows the preview.
 *
 * @param count number of selected organizations, as in the bar
 * @returns the dialog
 */
export async function previewFieldChange(
  letterhead: Letterhead,
  count: number,
  field: FieldName,
  text: string,
): Promise<Locator> {
  const { messages } = letterhead;
  const label = messages[`field_${field}`]();
  await changeSelected(letterhead, count);
  const change = letterhead.dialog(messages.plan_title());
  await change.getByRole('checkbox', { name: label }).check();
  await change.getByRole('textbox', { name: messages.plan_new_text({ field: label }) }).fill(text);
  await change.getByRole('button', { name: messages.plan_preview() }).click();
  return change;
}

/** Selects every organization of the list with the keyboard. */
export async function selectAll({ page, list }: Letterhead): Promise<void> {
  await list.focus();
  await page.keyboard.press('Control+a');
}

/** Answers the question that appears after *Cancel* of a save. */
export async function confirmCancel(letterhead: Letterhead, then: AfterCancel): Promise<void> {
  const { saves_cancel_title, saves_cancel_keep, saves_cancel_discard } = letterhead.messages;
  const question = letterhead.dialog(saves_cancel_title());
  const name = then === 'keep' ? saves_cancel_keep() : saves_cancel_discard();
  await question.getByRole('button', { name }).click();
}
