/**
 * Copies a text. Uses the `copy` event, because `navigator.clipboard` needs a permission, and the window grants none.
 * @returns whether the system accepted it
 */
export function copyText(text: string): boolean {
  const fill = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  // Before any other listener, which would copy what is selected.
  document.addEventListener('copy', fill, true);
  const isCopied = document.execCommand('copy');
  document.removeEventListener('copy', fill, true);
  return isCopied;
}
