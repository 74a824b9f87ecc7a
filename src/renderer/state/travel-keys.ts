/**
 * The keys that lead from place to place anywhere in the window: the next or previous organization of the list, back and
 * forward, and between the list, the page and the bar below it.
 */
import { flushSync } from 'svelte';
import { isFieldName, type FieldName } from '../../shared/profile';
import { nameOf } from '../../shared/messages/entry-name';
import { focusRegion } from '../ui/regions';
import { isShortcut } from '../ui/shortcut';
import type { WindowState } from './window-state';

/** The name of the profile's field that has the focus, so that the same one is focused on the next page. */
function focusedField(): FieldName | undefined {
  const name = document.activeElement?.closest('[data-field]')?.getAttribute('data-field');
  return name && isFieldName(name) ? name : undefined;
}

/** Opens the entry after the open one, or before it; at the end of the list it stays. */
async function openBeside(
  { organizations, open, navigation }: WindowState,
  step: 1 | -1,
): Promise<void> {
  if (navigation.screen !== 'organization' || open.id === null) return;
  const from = open.id;
  const target = focusedField() ?? navigation.nextTarget;
  // The rows of the table have an order and filters of their own.
  if (navigation.openBeside) return void navigation.openBeside(step, target);
  const index = await organizations.position(from);
  const next = (index ?? (step > 0 ? -1 : 0)) + step;
  if (next < 0 || next >= organizations.length) return;
  const row = await organizations.fetchAt(next);
  // A key that is held down continues from the page that is open by now.
  if (row && open.id === from) navigation.openOrganization(row.id, nameOf(row), target);
}

/** What a key does here, or null. */
export function travelActionOf(state: WindowState, event: KeyboardEvent): (() => unknown) | null {
  // There, Alt+Down opens the choices.
  const isChoosing = event.target instanceof HTMLSelectElement;
  if (!isChoosing && isShortcut('next', event)) return () => openBeside(state, 1);
  if (!isChoosing && isShortcut('previous', event)) return () => openBeside(state, -1);
  if (isShortcut('back', event)) return () => state.navigation.travel(false);
  if (isShortcut('forward', event)) return () => state.navigation.travel(true);
  const show = (region: 'list' | 'page'): void => {
    if (region === 'list') state.navigation.showList();
    else state.navigation.showPage();
    // What is hidden takes no focus.
    flushSync();
  };
  if (isShortcut('nextRegion', event)) return () => focusRegion(1, show);
  return isShortcut('previousRegion', event) ? () => focusRegion(-1, show) : null;
}
