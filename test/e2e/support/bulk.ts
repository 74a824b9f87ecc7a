/** Steps of changing a field of many organizations. */
import type { Locator } from '@playwright/test';
import type { FieldLabel, Letterhead } from './letterhead';

/**
 * Opens *Change a field* for the selected organizations, enters the new text, and shows the preview.
 *
 * @param count number of selected organizations, as on the button
 * @returns the dialog
 */
export async function previewFieldChange(
  letterhead: Letterhead,
  count: number,
  field: FieldLabel,
  text: string,
): Promise<Locator> {
  const organizations = `${count.toLocaleString('en')} organization${count === 1 ? '' : 's'}`;
  await letterhead.button(`Change a field for ${organizations}`).click();
  const change = letterhead.dialog('Change a field');
  await change.getByRole('checkbox', { name: field }).check();
  await change.getByRole('textbox', { name: `New text for ${field}` }).fill(text);
  await change.getByRole('button', { name: 'Preview changes' }).click();
  return change;
}

/** Selects every organization of the list with the keyboard. */
export async function selectAll({ page, list }: Letterhead): Promise<void> {
  await list.focus();
  await page.keyboard.press('Control+a');
}

/** Confirms the question that appears after *Cancel* of a job. */
export async function confirmCancel(letterhead: Letterhead): Promise<void> {
  const question = letterhead.dialog('Cancel remaining changes');
  await question.getByRole('button', { name: 'Cancel remaining changes' }).click();
}
