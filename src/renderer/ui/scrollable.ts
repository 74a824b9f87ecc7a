/** What scrolls can be scrolled by keyboard, too; what does not, or not yet, is no stop on the way. */

/** Makes an element a stop of the Tab key as long as it scrolls down. Made for `{@attach}`. */
export function scrollable(element: HTMLElement): () => void {
  function look(): void {
    if (element.scrollHeight > element.clientHeight) element.tabIndex = 0;
    // Nobody loses their place because a window grew.
    else if (document.activeElement !== element) element.removeAttribute('tabindex');
  }

  const sizes = new ResizeObserver(look);
  const watch = (): void => {
    for (const child of element.children) sizes.observe(child);
  };
  const content = new MutationObserver(watch);
  content.observe(element, { childList: true });
  sizes.observe(element);
  watch();
  look();
  return () => {
    sizes.disconnect();
    content.disconnect();
    element.removeAttribute('tabindex');
  };
}
