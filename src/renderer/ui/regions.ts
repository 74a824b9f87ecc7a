/** F6: moves the focus between the list or table, the page, and the bars below them (`data-bar`). */
import { focusStart, isUsable } from './focus';

/** What had the focus when it last left the page. */
let left: Element | null = null;

const CONTROLS = 'button, input, select, textarea, [tabindex]:not([tabindex="-1"])';

/** The first usable control in a part of the window. */
const firstIn = (part: Element, selector: string): HTMLElement | undefined =>
  [...part.querySelectorAll<HTMLElement>(selector)].find(isUsable);

function focusIn(region: Element): void {
  if (region.matches('[data-bar]')) return firstIn(region, CONTROLS)?.focus();
  if (!region.matches('main')) return (region as HTMLElement).focus();
  if (left instanceof HTMLElement && isUsable(left)) return left.focus();
  const field = firstIn(region, '[data-profile] :is(input, textarea)');
  if (field) field.focus();
  else focusStart(region);
}

/**
 * Moves the focus to the next region of the window.
 *
 * @param step -1: to the one before
 * @param show called before the focus tries to go to the list or a bar below it (`list`), or to the page or what is in
 *   it (`page`): a narrow window shows only one of them
 */
export function focusRegion(step: 1 | -1, show: (region: 'list' | 'page') => void): void {
  const list = document.querySelector(
    'aside :is([role="listbox"], [role="grid"], [role="treegrid"])',
  );
  const main = document.querySelector('main');
  const bars = [...document.querySelectorAll('[data-bar]')];
  const regions = [list, main, ...bars].filter((one) => one !== null);
  const focused = document.activeElement;
  const current =
    [...bars, main, list?.closest('aside')].find((one) => one?.contains(focused)) ?? null;
  const place = current?.matches('aside') ? list : current;
  const index = place ? regions.indexOf(place) : -1;
  if (main && current === main) left = focused;
  // If a page or a bar has nothing to focus, the region after it comes next.
  for (let tried = 1; tried <= regions.length; tried += 1) {
    const at = index < 0 && step < 0 ? regions.length - tried : index + tried * step;
    const region = regions.at(((at % regions.length) + regions.length) % regions.length);
    if (region) {
      show(main?.contains(region) ? 'page' : 'list');
      focusIn(region);
    }
    if (document.activeElement !== focused) return;
  }
}
