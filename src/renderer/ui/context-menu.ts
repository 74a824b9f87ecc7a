/**
 * Context menus. An element declares in `data-menu` what its menu is about; one listener for the whole window reports
 * it to main, which shows a native menu. Everything else counts as text, about which Chromium knows more than the page.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { MenuTarget } from '../../shared/contract/menus';

/** The attribute of an element with a context menu of its own. */
export function menuOf(target: MenuTarget): { 'data-menu': string } {
  return { 'data-menu': JSON.stringify(target) };
}

/** The active option of a list box, which keeps the focus itself. */
function activeOption(element: Element): Element | null {
  const id = element.getAttribute('aria-activedescendant');
  return id === null ? null : document.getElementById(id);
}

/** Whether the keyboard opened the menu: the pointer does so with the second button, or with Ctrl on a Mac. */
const isByKeyboard = ({ button, ctrlKey }: MouseEvent): boolean => button !== 2 && !ctrlKey;

/** The middle of an element, in whole CSS pixels inside the window. */
function middleOf(element: Element): { x: number; y: number } {
  const { left, top, width, height } = element.getBoundingClientRect();
  const inside = (place: number, end: number): number =>
    Math.round(Math.min(Math.max(place, 0), end));
  return {
    x: inside(left + width / 2, window.innerWidth),
    y: inside(top + height / 2, window.innerHeight),
  };
}

/**
 * Reports every request for a context menu to main; returns a function that stops it. Made for `$effect`.
 *
 * @param save saves typed text, so that main copies what is on screen
 */
export function followContextMenus(api: LetterheadApi, save: () => unknown): () => void {
  function oncontextmenu(event: MouseEvent): void {
    if (!(event.target instanceof Element) || event.defaultPrevented) return;
    const active = isByKeyboard(event) ? activeOption(event.target) : null;
    const element = (active ?? event.target).closest<HTMLElement>('[data-menu]');
    const declared = element?.dataset['menu'];
    const target: MenuTarget =
      declared === undefined ? { kind: 'text' } : (JSON.parse(declared) as MenuTarget);
    void save();
    void api.menus.reportTarget({ target, position: active && middleOf(active) });
  }

  document.addEventListener('contextmenu', oncontextmenu);
  return () => document.removeEventListener('contextmenu', oncontextmenu);
}
