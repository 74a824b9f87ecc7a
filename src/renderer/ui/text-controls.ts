/** What the menu *Edit* can do in the focused text control. */
import type { EnabledItems } from '../../shared/contract/menus';

/** A control with text that can be typed. */
export type TextControl = HTMLInputElement | HTMLTextAreaElement;

/** Inputs with text; the others have no selection. */
const TEXT_TYPES: readonly string[] = ['text', 'search', 'password'];

/** The text control that has the focus, or null. */
export function focusedTextControl(): TextControl | null {
  const focused = document.activeElement;
  if (focused instanceof HTMLTextAreaElement) return focused;
  return focused instanceof HTMLInputElement && TEXT_TYPES.includes(focused.type) ? focused : null;
}

/** Whether Chromium can do this in the focused text control. */
function can(command: 'undo' | 'redo'): boolean {
  const control = focusedTextControl();
  if (!control || control.readOnly) return false;
  // The DOM of the component tests does not have it.
  return 'queryCommandEnabled' in document && document.queryCommandEnabled(command);
}

/** Whether the focused text control has typing to undo, or to do again. */
export const canUndoTyping = (command: 'undo' | 'redo' = 'undo'): boolean => can(command);

/** The items of the menu *Edit* that can do something in the focused text control, or with the selected text. */
export function editItems(): EnabledItems {
  const control = focusedTextControl();
  // The table handles these for its cells.
  if (document.activeElement?.getAttribute('role')?.endsWith('grid'))
    return ['copy', 'cut', 'paste', 'select-all'];
  if (!control) return getSelection()?.isCollapsed === false ? ['copy'] : [];
  const isSelected = control.selectionStart !== control.selectionEnd;
  const isReadable = isSelected && control.type !== 'password';
  const items: EnabledItems = ['select-all'];
  if (isReadable) items.push('copy');
  if (control.readOnly) return items;
  items.push('paste');
  if (isReadable) items.push('cut');
  if (isSelected) items.push('delete');
  if (can('undo')) items.push('undo');
  if (can('redo')) items.push('redo');
  return items;
}
