/** The sidebar: accessible names, states, filters, sorting and keys. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { ROW_STATES, type OrganizationRow } from '../../../src/shared/organization';
import { descriptionOf } from '../dom';
import { FakeApi } from '../fake-api';
import { id, row } from '../samples';
import { rowLabels, renderSidebar } from './render-sidebar';

const show = (list: OrganizationRow[], fake = new FakeApi()) => renderSidebar(list, fake);

/** Queries within the list box, because *Sort by* has options, too. */
const list = () => within(screen.getByRole('listbox', { name: 'Organizations' }));

it('gives all controls their accessible names', async () => {
  await show([row(1, 'Albrecht Logistik')]);
  screen.getByRole('searchbox', { name: 'Search organizations' });
  screen.getByRole('button', { name: 'Add organization' });
  screen.getByRole('listbox', { name: 'Organizations' });
  screen.getByRole('combobox', { name: 'Sort by' });
  screen.getByRole('region', { name: 'Connection' });
  screen.getByRole('button', { name: 'Settings' });
  const filters = screen.getByRole('radiogroup', { name: 'Show' });
  const radios = within(filters).getAllByRole('radio');
  expect(radios.map((radio) => radio.getAttribute('aria-label'))).toEqual([
    'All',
    'Check',
    'Changes',
  ]);
});

it('shows every state as a word after the name, unless a row is up to date', async () => {
  await show(ROW_STATES.map((state, n) => row(n + 1, `Name ${n}`, { state, draftFields: 1 })));
  const stateNames = [
    'Decide',
    'Refused',
    'Differs',
    'No sign-in',
    'Sign-in issue',
    'Saving…',
    'Waiting',
    'Draft',
    'Changed',
    'Incomplete',
    'Check',
  ];
  for (const [n, stateName] of stateNames.entries()) {
    const option = screen.getByRole('option', { name: new RegExp(`^Name ${n}, .*${stateName}$`) });
    expect(option.textContent).toContain(stateName);
    expect(option.querySelector('svg')).not.toBeNull();
  }
  const upToDate = screen.getByRole('option', {
    name: `Name ${stateNames.length}, office${stateNames.length + 1}@example.com`,
  });
  expect(upToDate.querySelector('svg')).toBeNull();
});

it('describes a refused change differently from one that was stored differently', async () => {
  await show([
    row(1, 'Albrecht', { state: 'refused' }),
    row(2, 'Brunn', { state: 'stored-differently' }),
  ]);
  screen.getByRole('option', { name: /^Albrecht, Open it to see why, Refused$/ });
  screen.getByRole('option', { name: /^Brunn, Cloudflare stored something else, Differs$/ });
});

it('says when a profile was never read', async () => {
  await show([row(1, 'Albrecht', { detail: '' })]);
  screen.getByRole('option', { name: 'Albrecht, Not read yet' });
});

it('counts and filters by state', async () => {
  await show([
    row(1, 'Albrecht', { state: 'decide' }),
    row(2, 'Brunn', { state: 'draft', draftFields: 2 }),
    row(3, 'Casa', { state: 'waiting', draftFields: 1, waitingSince: Date.now() }),
    row(4, 'Delmar'),
  ]);
  const radio = (name: string) => screen.getByRole('radio', { name });
  const count = (name: string) => descriptionOf(radio(name));
  expect(['All', 'Check', 'Changes'].map(count)).toEqual(['4', '1', '3']);
  await userEvent.click(radio('Changes'));
  await waitFor(() => expect(rowLabels()).toHaveLength(3));
  expect(rowLabels()).toEqual([
    expect.stringMatching(/^Albrecht/),
    'Brunn, 2 fields edited, Draft',
    expect.stringMatching(/^Casa/),
  ]);
});

it('opens the page Changes with its filter, also when it is chosen again, and keeps the focus', async () => {
  const { state } = await show([row(1, 'Albrecht')]);
  const radio = screen.getByRole('radio', { name: 'Changes' });
  await userEvent.click(radio);
  expect(state.navigation.screen).toBe('changes');
  await waitFor(() => expect(document.activeElement).toBe(radio));
  state.navigation.settings();
  await userEvent.click(radio);
  expect(state.navigation.screen).toBe('changes');
});

it('says when a filter shows nothing, and leads back to the whole list', async () => {
  await show([row(1, 'Albrecht')]);
  await userEvent.click(screen.getByRole('radio', { name: 'Changes' }));
  await screen.findByText('No drafts, and nothing is waiting.');
  await userEvent.click(screen.getByRole('button', { name: 'Show all organizations' }));
  await screen.findByRole('listbox');
  expect(rowLabels()).toHaveLength(1);
});

it('sorts by name in natural order, and by last change', async () => {
  await show([
    row(1, 'zeta 10', { changedAt: 10 }),
    row(2, 'Zeta 9', { changedAt: 30 }),
    row(3, 'Älg', { changedAt: 20 }),
  ]);
  expect(rowLabels().map((name) => name?.split(',')[0])).toEqual(['Älg', 'Zeta 9', 'zeta 10']);
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Sort by' }), 'Last change');
  await waitFor(() =>
    expect(rowLabels().map((name) => name?.split(',')[0])).toEqual(['Zeta 9', 'Älg', 'zeta 10']),
  );
});

it('supports arrows, Home, End, letters and Enter', async () => {
  const { state } = await show([row(1, 'Albrecht'), row(2, 'Brunn'), row(3, 'Casa')]);
  const listBox = screen.getByRole('listbox', { name: 'Organizations' });
  const activeName = () =>
    document
      .getElementById(listBox.getAttribute('aria-activedescendant') ?? '')
      ?.getAttribute('aria-label')
      ?.split(',')[0];
  listBox.focus();
  await waitFor(() => expect(activeName()).toBe('Albrecht'));
  await userEvent.keyboard('{ArrowDown}');
  expect(activeName()).toBe('Brunn');
  await userEvent.keyboard('{End}');
  expect(activeName()).toBe('Casa');
  await userEvent.keyboard('{Home}');
  expect(activeName()).toBe('Albrecht');
  await userEvent.keyboard('b');
  await waitFor(() => expect(activeName()).toBe('Brunn'));
  await userEvent.keyboard('{Enter}');
  expect(state.open.id).toBe(id(2));
  expect(list().getByRole('option', { selected: true }).getAttribute('aria-label')).toMatch(
    /^Brunn/,
  );
});

it('moves the focus from the search to the list with arrow down', async () => {
  await show([row(1, 'Albrecht')]);
  screen.getByRole('searchbox').focus();
  await userEvent.keyboard('{ArrowDown}');
  expect(document.activeElement).toBe(screen.getByRole('listbox', { name: 'Organizations' }));
});

it('shows new and changed rows and drops removed ones', async () => {
  const { fake } = await show([row(1, 'Albrecht'), row(2, 'Brunn')]);
  fake.list.upsert(row(3, 'Aal'), row(2, 'Brunn Neu'));
  fake.list.remove(id(1));
  await waitFor(() =>
    expect(rowLabels().map((name) => name?.split(',')[0])).toEqual(['Aal', 'Brunn Neu']),
  );
});

it('keeps the text direction and the full name in the tooltip', async () => {
  await show([row(1, 'شركة النور')]);
  const option = list().getByRole('option');
  expect(option.title).toBe('شركة النور');
  expect(option.querySelector('.name')?.getAttribute('dir')).toBe('auto');
});

it('focuses the search on the menu command', async () => {
  const { fake } = await show([row(1, 'Albrecht')]);
  fake.emit('menuCommand', { command: 'search' });
  expect(document.activeElement).toBe(screen.getByRole('searchbox'));
});
