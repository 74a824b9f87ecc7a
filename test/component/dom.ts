/** Reads elements as a screen reader or a user does, and what they copy. */

/** The accessible description: the texts of all elements in `aria-describedby`, joined by spaces. */
export const descriptionOf = (element: Element): string =>
  (element.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent ?? '')
    .join(' ');

/** The text content with white space collapsed. */
export const textOf = (element: HTMLElement): string =>
  element.textContent.replace(/\s+/g, ' ').trim();

/** Accepts whatever the window copies from now on; returns the texts. */
export function copiedTexts(): string[] {
  const copied: string[] = [];
  document.execCommand = () => {
    const event = new Event('copy') as Event & { clipboardData: unknown };
    event.clipboardData = { setData: (_type: string, text: string) => copied.push(text) };
    return document.dispatchEvent(event);
  };
  return copied;
}
