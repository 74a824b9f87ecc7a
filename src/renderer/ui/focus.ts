/**
 * Keyboard focus never gets lost. The focused element may disappear: a message is dismissed, a row is
 * removed, a button is disabled, a page is left. A component that knows where focus belongs moves it there
 * itself, in a dialog with `openDialog`, on a page with `keepFocus`. `guardFocus` catches all other cases,
 * after them.
 */
import { tick } from 'svelte';

/** The ancestors of an element when it got the focus, innermost first: by now the element may be gone. */
const ancestorsAtFocus = new WeakMap<Element, readonly Element[]>();

/** The controls of a dialog. */
const DIALOG_CONTROLS = 'input, select, textarea, button, summary';

/** Everything that can take focus: page headings and controls. */
const FOCUSABLE =
  'h1[tabindex], a[href], button, input, select, textarea, [tabindex]:not([tabindex="-1"])';

function ancestorsOf(element: Element): Element[] {
  const ancestors: Element[] = [];
  for (let one = element.parentElement; one; one = one.parentElement) ancestors.push(one);
  return ancestors;
}

function isUsable(element: Element): boolean {
  return element.isConnected && !element.matches(':disabled') && element.checkVisibility();
}

/** The page heading in a container, as a place to read on from, or else its first control. */
function startOf(container: Element): HTMLElement | undefined {
  const usable = [...container.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (one) => isUsable(one) && one.closest('[inert], [aria-hidden="true"]') === null,
  );
  return usable.find((one) => one.matches('h1')) ?? usable[0];
}

/** Focuses an element or, if it is gone or disabled, the nearest thing to where it was. */
export function focusOrNear(element: Element): void {
  if (isUsable(element) && element instanceof HTMLElement) element.focus();
  if (document.activeElement === element) return;
  for (const ancestor of ancestorsAtFocus.get(element) ?? ancestorsOf(element)) {
    if (!ancestor.isConnected) continue;
    startOf(ancestor)?.focus();
    if (document.activeElement !== document.body) return;
    // Nothing outside an open dialog can have focus.
    if (ancestor.matches('dialog[open]')) return;
  }
}

/** Restores lost focus from now on; returns a function that stops it. Made for `$effect`. */
export function guardFocus(): () => void {
  let last: Element | null = null;

  function remember({ target }: FocusEvent): void {
    if (!(target instanceof Element)) return;
    last = target;
    ancestorsAtFocus.set(target, ancestorsOf(target));
  }

  function check(): void {
    const focused = document.activeElement;
    // While the last element is usable, the user has blurred it on purpose, by clicking beside it.
    if (last === null || isUsable(last)) return;
    if (focused === document.body || focused === last) focusOrNear(last);
  }

  // In a separate task, so that components can move focus first.
  const observer = new MutationObserver(() => setTimeout(check));
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

/**
 * Call it before a container updates. If the update removes the focused element in it, `restore` is called
 * to put focus elsewhere.
 */
export async function keepFocus(
  container: HTMLElement | undefined,
  restore: () => void,
): Promise<void> {
  const focused = document.activeElement;
  if (!container?.contains(focused)) return;
  await tick();
  if (!focused?.isConnected && document.activeElement === document.body) restore();
}

/** Opens a dialog and focuses its `autofocus` element, or else its first control. */
export function openDialog(dialog: HTMLDialogElement): void {
  dialog.showModal();
  // The browser focuses the first focusable element, which may be the title or a scroll container.
  if (document.activeElement?.matches(DIALOG_CONTROLS)) return;
  const controls = [...dialog.querySelectorAll<HTMLElement>(DIALOG_CONTROLS)];
  controls.find((one) => !one.matches(':disabled') && one.checkVisibility())?.focus();
}

/** Focuses the title of the dialog around an element, so that a screen reader reads on from there. */
export function focusDialogTitle(inside: Element): void {
  inside.closest('dialog')?.querySelector('h2')?.focus({ preventScroll: true });
}
