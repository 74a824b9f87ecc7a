/** Replaces the text of a control as if it were typed. */

/** Longer texts, in characters, are not replaced this way, because it is slow. */
const MAX_LENGTH = 5_000;

/**
 * Replaces the whole text of a control and focuses it. Unlike setting the value, the control's own undo can undo this.
 * Does nothing for a long text, or if the browser refuses; a single-line control drops line breaks.
 */
export function replaceTextUndoably(
  control: HTMLInputElement | HTMLTextAreaElement,
  text: string,
): void {
  if (Math.max(control.value.length, text.length) > MAX_LENGTH) return;
  control.focus();
  control.select();
  // Deprecated, but nothing else keeps the undo history of a control.
  if (text === '') document.execCommand('delete');
  else document.execCommand('insertText', false, text);
}
