/** Reads elements as a screen reader or a user does. */

/** The accessible description: the texts of all elements in `aria-describedby`, joined by spaces. */
export const descriptionOf = (element: Element): string =>
  (element.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent ?? '')
    .join(' ');

/** The text content with white space collapsed. */
export const textOf = (element: HTMLElement): string =>
  element.textContent.replace(/\s+/g, ' ').trim();
