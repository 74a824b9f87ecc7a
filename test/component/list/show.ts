/** The sidebar on the screen, with a main process that answers what a test says. */
import { fireEvent, render, screen, within } from '@testing-library/svelte';
import Sidebar from '../../../src/renderer/features/list/Sidebar.svelte';
import { success } from '../../../src/shared/failure';
import { ROW_HEIGHT } from '../../../src/shared/first-paint';
import type { OrganizationRow } from '../../../src/shared/organization';
import type { FakeApi } from '../fake-api';
import { view } from '../samples';

/** Shows the sidebar with these organizations, loaded. */
export async function showSidebar(list: readonly OrganizationRow[], fake: FakeApi) {
  fake.setRows(list);
  const { state, context } = fake.state();
  await state.load();
  await state.loadRest();
  render(Sidebar, { context });
  return { fake, state };
}

/** Has every organization open with some page. */
export const openingAny = (fake: FakeApi): FakeApi =>
  fake.answer('organizations', 'open', ({ organizationId }) =>
    success({ ...view(1, 'Any'), id: organizationId }),
  );

/** The list box. */
export const box = () => screen.getByRole('listbox', { name: 'Organizations' });

/** What a screen reader says of each option, in the order of the list. */
export const options = (): (string | null)[] =>
  within(box())
    .getAllByRole('option')
    .map((option) => option.getAttribute('aria-label'));

/** The names of the options, in the order of the list. */
export const names = (): (string | undefined)[] => options().map((option) => option?.split(',')[0]);

/** What a screen reader says of the option that the keyboard is at; undefined when it is not there. */
export const active = (): string | null | undefined =>
  document
    .getElementById(box().getAttribute('aria-activedescendant') ?? '')
    ?.getAttribute('aria-label');

/** Scrolls the list so that the row with this index is the first in sight. */
export async function scrollTo(index: number): Promise<void> {
  box().scrollTop = index * ROW_HEIGHT + 3;
  await fireEvent.scroll(box());
}
