/**
 * Makes an element a tab stop while its content overflows, so that it can be scrolled with the keyboard.
 * Made for `{@attach}`.
 */
export function scrollable(element: HTMLElement): () => void {
  function update(): void {
    if (element.scrollHeight > element.clientHeight) element.tabIndex = 0;
    // A focused element stays a tab stop, because it must not lose the focus when the window grows.
    else if (document.activeElement !== element) element.removeAttribute('tabindex');
  }

  const sizes = new ResizeObserver(update);
  const observeChildren = (): void => {
    for (const child of element.children) sizes.observe(child);
  };
  const content = new MutationObserver(observeChildren);
  content.observe(element, { childList: true });
  sizes.observe(element);
  observeChildren();
  update();
  return () => {
    sizes.disconnect();
    content.disconnect();
    element.removeAttribute('tabindex');
  };
}
