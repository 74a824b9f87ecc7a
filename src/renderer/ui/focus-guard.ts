/**
 * The keyboard always has a place. What has the focus may go away under it: a message is dismissed, a
 * row is removed, a button has nothing left to do, a page is left. A component that knows where it goes
 * on says so itself; this is for all others, and it comes after them.
 */

/** Where an element was, innermost first: by the time it is needed the element may be gone. */
const places = new WeakMap<Element, readonly Element[]>();

const CONTROLS =
  'h1[tabindex], a[href], button, input, select, textarea, [tabindex]:not([tabindex="-1"])';

function ancestorsOf(element: Element): Element[] {
  const ancestors: Element[] = [];
  for (let one = element.parentElement; one; one = one.parentElement) ancestors.push(one);
  return ancestors;
}

function isUsable(element: Element): boolean {
  return element.isConnected && !element.matches(':disabled') && element.checkVisibility();
}

/** The heading of a page, to read on from, or else the first control in there. */
function startOf(container: Element): HTMLElement | undefined {
  const usable = [...container.querySelectorAll<HTMLElement>(CONTROLS)].filter(
    (one) => isUsable(one) && one.closest('[inert], [aria-hidden="true"]') === null,
  );
  return usable.find((one) => one.matches('h1')) ?? usable[0];
}

/** Puts the focus on this, or, when it is gone or has nothing left to do, on what is nearest to where it was. */
export function focusOrNear(element: Element): void {
  if (isUsable(element) && element instanceof HTMLElement) element.focus();
  if (document.activeElement === element) return;
  for (const place of places.get(element) ?? ancestorsOf(element)) {
    if (!place.isConnected) continue;
    startOf(place)?.focus();
    if (document.activeElement !== document.body) return;
    // Nothing outside an open dialog can have the focus.
    if (place.matches('dialog[open]')) return;
  }
}

/** Watches over the focus from now on; the answer stops that. Made for `$effect`. */
export function guardFocus(): () => void {
  let last: Element | null = null;

  function remember({ target }: FocusEvent): void {
    if (!(target instanceof Element)) return;
    last = target;
    places.set(target, ancestorsOf(target));
  }

  function look(): void {
    const focused = document.activeElement;
    // A person who clicks beside everything has taken the focus away themselves.
    if (last === null || isUsable(last)) return;
    if (focused === document.body || focused === last) focusOrNear(last);
  }

  // A task of its own: whoever knows better has done it by then.
  const observer = new MutationObserver(() => setTimeout(look));
  observer.observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ['disabled', 'hidden'],
  });
  document.addEventListener('focusin', remember);
  return () => {
    observer.disconnect();
    document.removeEventListener('focusin', remember);
  };
}
