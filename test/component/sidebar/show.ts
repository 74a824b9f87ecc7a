/** The sidebar on the screen, with a main process that answers what a test says. */
import { render, screen, within } from '@testing-library/svelte';
import Sidebar from '../../../src/renderer/features/sidebar/Sidebar.svelte';
import { success } from '../../../src/shared/failure';
import type { OrganizationRow } from '../../../src/shared/organization';
import type { FakeApi } from '../fake-api';
import { view } from '../samples';

/** Shows the sidebar with these organizations, loaded. */
export async function showSidebar(list: OrganizationRow[], fake: FakeApi) {
  fake.lists(list);
  const { state, context } = fake.state();
  await state.load();
  render(Sidebar, { context });
  return { fake, state };
}

/** Has every organization open with some page. */
export const openingAny = (fake: FakeApi): FakeApi =>
  fake.answer('organizations', 'open', ({ organizationId }) =>
    success({ ...view(1, 'Any'), id: organizationId }),
  );

/** What a screen reader says of each option, in the order of the list. */
export const options = (): (string | null)[] =>
  within(screen.getByRole('listbox', { name: 'Organizations' }))
    .getAllByRole('option')
    .map((option) => option.getAttribute('aria-label'));
