/**
 * Copies a text on a click. Done with the `copy` event instead of `navigator.clipboard`, because the
 * window grants no permission, not even that one.
 */

/** Puts `text` on the clipboard; answers whether the system took it. */
export function copyText(text: string): boolean {
  const fill = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  };
  document.addEventListener('copy', fill, { once: true });
  const copied = document.execCommand('copy');
  document.removeEventListener('copy', fill);
  return copied;
}
