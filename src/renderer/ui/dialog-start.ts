/** Where a dialog, or a step of it, begins for whoever has only a keyboard or ears. */

const CONTROLS = 'input, select, textarea, button, summary';

/** Opens a dialog at what asks for the focus, or else at its first control. */
export function openDialog(dialog: HTMLDialogElement): void {
  dialog.showModal();
  // The browser starts at the first thing that can have the focus at all: a title, or what only scrolls.
  if (document.activeElement?.matches(CONTROLS)) return;
  const controls = [...dialog.querySelectorAll<HTMLElement>(CONTROLS)];
  controls.find((one) => !one.matches(':disabled') && one.checkVisibility())?.focus();
}

/** Begins at the title of the dialog around an element: from there everything is read in its order. */
export function focusTitle(inside: Element): void {
  inside.closest('dialog')?.querySelector('h2')?.focus({ preventScroll: true });
}
