/** Keyboard navigation in a toolbar: besides Tab, the arrow keys, Home and End move the focus among its buttons. */

/** Handles a key in the element with role `toolbar` (WAI-ARIA, pattern "Toolbar"). */
export function moveInToolbar(event: KeyboardEvent): void {
  const { key, currentTarget: toolbar, target } = event;
  if (!(toolbar instanceof HTMLElement) || !(target instanceof HTMLElement)) return;
  const buttons = [...toolbar.querySelectorAll('button')].filter(({ disabled }) => !disabled);
  const index = buttons.findIndex((button) => button === target);
  // A key in a menu that the toolbar has opened is not meant for the toolbar.
  if (index < 0) return;
  const last = buttons.length - 1;
  const step = getComputedStyle(toolbar).direction === 'rtl' ? -1 : 1;
  const moves: Record<string, number> = {
    ArrowRight: index + step,
    ArrowLeft: index - step,
    Home: 0,
    End: last,
  };
  const next = moves[key];
  if (next === undefined) return;
  event.preventDefault();
  buttons[(next + buttons.length) % buttons.length]?.focus();
}
