/** Renders the sidebar and reads its list. */
import { fireEvent, render, screen, within } from '@testing-library/svelte';
import Sidebar from '../../../src/renderer/features/list/Sidebar.svelte';
// Loaded after the first paint.
import '../../../src/renderer/features/list/later';
import { ROW_HEIGHT } from '../../../src/shared/first-paint';
import type { OrganizationRow } from '../../../src/shared/organization';
import type { FakeApi } from '../fake-api';

/** Renders the sidebar with these organizations, after loading, with what is behind *View*. */
export async function renderSidebar(list: readonly OrganizationRow[], fake: FakeApi) {
  fake.setRows(list);
  const { state, context } = await fake.loadedState();
  render(Sidebar, { context });
  await screen.findByRole('combobox', { name: 'Sort by' });
  return { fake, state };
}

export const listBox = () => screen.getByRole('listbox', { name: 'Organizations' });

/** The accessible names of the rows, in order. */
export const rowLabels = (): (string | null)[] =>
  within(listBox())
    .getAllByRole('option')
    .map((option) => option.getAttribute('aria-label'));

/** The names of the organizations, in order. */
export const names = (): (string | undefined)[] =>
  rowLabels().map((option) => option?.split(',')[0]);

/** The accessible name of the active row; undefined when it is not rendered. */
export const activeLabel = (): string | null | undefined =>
  document
    .getElementById(listBox().getAttribute('aria-activedescendant') ?? '')
    ?.getAttribute('aria-label');

/** Scrolls the list so that the row with this index is the first one in view. */
export async function scrollTo(index: number): Promise<void> {
  listBox().scrollTop = index * ROW_HEIGHT + 3;
  await fireEvent.scroll(listBox());
}
