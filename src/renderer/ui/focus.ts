/**
 * Keeps the keyboard focus from getting lost when the focused element disappears: a message is dismissed, a
 * row is removed, a button is disabled, a page is left. A component that knows where the focus belongs moves it
 * there, in a dialog with `openDialog`, on a page with `keepFocus`. `guardFocus` handles all other cases, after
 * the components.
 */
import { tick } from 'svelte';

/** For each element, its ancestors when it got the focus, innermost first. It may have been removed since. */
const ancestorsAtFocus = new WeakMap<Element, readonly Element[]>();

/** The controls of a dialog. */
const DIALOG_CONTROLS = 'input, select, textarea, button, summary';

/** Everything that can take focus: page headings and controls. */
const FOCUSABLE =
  'h1[tabindex], a[href], button, input, select, textarea, [tabindex]:not([tabindex="-1"])';

/** What must not take focus by itself: focus alone would show another tab. */
const INACTIVE_TAB = '[role="tab"][aria-selected="false"]';

function ancestorsOf(element: Element): Element[] {
  const ancestors: Element[] = [];
  for (let one = element.parentElement; one; one = one.parentElement) ancestors.push(one);
  return ancestors;
}

/** Whether an element can be seen and used. */
export function isUsable(element: Element): boolean {
  return element.isConnected && !element.matches(':disabled') && element.checkVisibility();
}

/** Where focus starts in a container: at the page heading, for screen readers, or else at the first control. */
function startOf(container: Element): HTMLElement | undefined {
  const usable = [...container.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (one) =>
      isUsable(one) &&
      !one.matches(INACTIVE_TAB) &&
      one.closest('[inert], [aria-hidden="true"]') === null,
  );
  return usable.find((one) => one.matches('h1')) ?? usable[0];
}

/** Focuses the heading of a container, for screen readers, or else its first control. */
export const focusStart = (container: Element): void => startOf(container)?.focus();

/** Focuses an element or, if it is gone or disabled, something in its closest remaining ancestor. */
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
    // If the last element is still usable, the person has moved the focus away on purpose, by clicking elsewhere.
    if (last === null || isUsable(last)) return;
    if (focused === document.body || focused === last) focusOrNear(last);
  }

  // Checks in a separate task, so that components can move the focus first.
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
 * Call it before a container updates. If the update removes the focused element from the container, `restore`
 * is called to move the focus elsewhere.
 */
export async function keepFocus(
  container: HTMLElement | undefined,
  restore: () => unknown,
): Promise<void> {
  const focused = document.activeElement;
  if (!container?.contains(focused)) return;
  await tick();
  if (!focused?.isConnected && document.activeElement === document.body) restore();
}

/**
 * Whether the person has gone on to another text control than what had the focus: what they type there must not go
 * elsewhere.
 */
export function isTypingElsewhere(from: Element | null): boolean {
  const { activeElement } = document;
  return activeElement !== from && (activeElement?.matches('input, textarea') ?? false);
}

/** Focuses the heading of the page, so that a screen reader continues there. */
export function focusPage(): void {
  document.querySelector<HTMLElement>('main h1')?.focus();
}

/** Focuses the heading of a page to which a dialog led, which is closing and first gives the focus back. */
export async function focusPageAfterDialog(): Promise<void> {
  await tick();
  await tick();
  focusPage();
}

/** Whether a modal dialog is open. */
export const isDialogOpen = (): boolean => document.querySelector('dialog[open]') !== null;

/** Opens a dialog and focuses its `autofocus` element, or else its first control. */
export function openDialog(dialog: HTMLDialogElement): void {
  dialog.showModal();
  // The browser focuses the first focusable element, which may be the title or a scroll container.
  if (document.activeElement?.matches(DIALOG_CONTROLS)) return;
  const controls = [...dialog.querySelectorAll<HTMLElement>(DIALOG_CONTROLS)];
  controls.find((one) => !one.matches(':disabled') && one.checkVisibility())?.focus();
}
