/** Steps of changing a field of many organizations. */
import type { Locator } from '@playwright/test';
import type { FieldName } from '../../../src/shared/profile';
import type { Letterhead } from './letterhead';

/**
 * Opens *Change a field* for the selected organizations, enters the new text, and shows the preview.
 *
 * @param count number of selected organizations, as on the button
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
  const shown = count.toLocaleString('en');
  await letterhead.button(messages.bulk_change_for({ count, shown })).click();
  const change = letterhead.dialog(messages.bulk_title());
  await change.getByRole('checkbox', { name: label }).check();
  await change.getByRole('textbox', { name: messages.bulk_new_text({ field: label }) }).fill(text);
  await change.getByRole('button', { name: messages.bulk_preview() }).click();
  return change;
}

/** Selects every organization of the list with the keyboard. */
export async function selectAll({ page, list }: Letterhead): Promise<void> {
  await list.focus();
  await page.keyboard.press('Control+a');
}

/** Confirms the question that appears after *Cancel* of a job. */
export async function confirmCancel(letterhead: Letterhead): Promise<void> {
  const { bulk_cancel_title, bulk_cancel_confirm } = letterhead.messages;
  const question = letterhead.dialog(bulk_cancel_title());
  await question.getByRole('button', { name: bulk_cancel_confirm() }).click();
}
