/**
 * Gives an element with `position: sticky; bottom: 0` the class `stuck` while it covers content below it. Made for
 * `{@attach}`.
 */
export function stuck(element: HTMLElement): () => void {
  // One pixel of it is outside of the scrolling area then.
  const observer = new IntersectionObserver(
    ([entry]) => element.classList.toggle('stuck', entry!.intersectionRatio < 1),
    { threshold: [1], rootMargin: '0px 0px -1px 0px' },
  );
  observer.observe(element);
  return () => observer.disconnect();
}
