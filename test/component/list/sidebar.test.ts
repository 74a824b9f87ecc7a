/** The list of organizations: names, states in words, search, filter, order, keyboard. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { ROW_STATES, type OrganizationRow } from '../../../src/shared/organization';
import { FakeApi } from '../fake-api';
import { id, row } from '../samples';
import { openingAny, options, showSidebar } from './show';

const show = (list: OrganizationRow[], fake = new FakeApi()) => showSidebar(list, openingAny(fake));

/** The options of the list; the choices of *Sort by* are options too. */
const list = () => within(screen.getByRole('listbox', { name: 'Organizations' }));

it('names everything as the design says', async () => {
  await show([row(1, 'Albrecht Logistik')]);
  screen.getByRole('searchbox', { name: 'Search organizations' });
  screen.getByRole('button', { name: 'Add organization' });
  screen.getByRole('listbox', { name: 'Organizations' });
  screen.getByRole('combobox', { name: 'Sort by' });
  screen.getByRole('region', { name: 'Connection' });
  screen.getByRole('button', { name: 'Settings' });
  const show_ = screen.getByRole('radiogroup', { name: 'Show' });
  const radios = within(show_).getAllByRole('radio');
  expect(radios.map((radio) => radio.getAttribute('aria-label'))).toEqual([
    'All',
    'Needs attention',
    'Drafts',
    'Waiting',
  ]);
});

it('says every state in a word, after the name', async () => {
  await show(ROW_STATES.map((state, n) => row(n + 1, `Name ${n}`, { state, draftFields: 1 })));
  const words = [
    'Decide',
    'Refused',
    'Differs',
    'No sign-in',
    'Sign-in',
    'Saving…',
    'Waiting',
    'Draft',
    'Changed',
    'Incomplete',
    'Unusual',
    'Up to date',
  ];
  for (const [n, word] of words.entries()) {
    const option = screen.getByRole('option', { name: new RegExp(`^Name ${n}, .*${word}$`) });
    expect(option.textContent).toContain(word);
    expect(option.querySelector('svg')).not.toBeNull();
  }
});

it('says of a refusal something else than of a text that was stored differently', async () => {
  await show([
    row(1, 'Albrecht', { state: 'refused' }),
    row(2, 'Brunn', { state: 'stored-differently' }),
  ]);
  screen.getByRole('option', { name: /^Albrecht, Open it to see why, Refused$/ });
  screen.getByRole('option', { name: /^Brunn, Not what was sent, Differs$/ });
});

it('says of a profile that was never read just that', async () => {
  await show([row(1, 'Albrecht', { detail: '' })]);
  screen.getByRole('option', { name: 'Albrecht, Not read yet' });
});

it('counts and narrows by state', async () => {
  await show([
    row(1, 'Albrecht', { state: 'decide' }),
    row(2, 'Brunn', { state: 'draft', draftFields: 2 }),
    row(3, 'Casa', { state: 'waiting', draftFields: 1, waitingSince: Date.now() }),
    row(4, 'Delmar'),
  ]);
  const radio = (name: string) => screen.getByRole('radio', { name });
  const count = (name: string) =>
    document.getElementById(radio(name).getAttribute('aria-describedby') ?? '')?.textContent;
  expect(['All', 'Needs attention', 'Drafts', 'Waiting'].map(count)).toEqual(['4', '1', '2', '1']);
  await userEvent.click(radio('Drafts'));
  await waitFor(() => expect(options()).toHaveLength(2));
  expect(options()).toEqual(['Brunn, 2 unsent changes, Draft', expect.stringMatching(/^Casa/)]);
});

it('says when a filter shows nothing, and leads back', async () => {
  await show([row(1, 'Albrecht')]);
  await userEvent.click(screen.getByRole('radio', { name: 'Drafts' }));
  await screen.findByText('There are no drafts.');
  await userEvent.click(screen.getByRole('button', { name: 'Show all organizations' }));
  await screen.findByRole('listbox');
  expect(options()).toHaveLength(1);
});

it('orders by name as people do, and by last change', async () => {
  await show([
    row(1, 'zeta 10', { changedAt: 10 }),
    row(2, 'Zeta 9', { changedAt: 30 }),
    row(3, 'Älg', { changedAt: 20 }),
  ]);
  expect(options().map((name) => name?.split(',')[0])).toEqual(['Älg', 'Zeta 9', 'zeta 10']);
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Sort by' }), 'Last change');
  await waitFor(() =>
    expect(options().map((name) => name?.split(',')[0])).toEqual(['Zeta 9', 'Älg', 'zeta 10']),
  );
});

it('is usable by keyboard: arrows, Home, End, letters, Enter', async () => {
  const { state } = await show([row(1, 'Albrecht'), row(2, 'Brunn'), row(3, 'Casa')]);
  const box = screen.getByRole('listbox', { name: 'Organizations' });
  const active = () =>
    document
      .getElementById(box.getAttribute('aria-activedescendant') ?? '')
      ?.getAttribute('aria-label')
      ?.split(',')[0];
  box.focus();
  await waitFor(() => expect(active()).toBe('Albrecht'));
  await userEvent.keyboard('{ArrowDown}');
  expect(active()).toBe('Brunn');
  await userEvent.keyboard('{End}');
  expect(active()).toBe('Casa');
  await userEvent.keyboard('{Home}');
  expect(active()).toBe('Albrecht');
  await userEvent.keyboard('b');
  await waitFor(() => expect(active()).toBe('Brunn'));
  await userEvent.keyboard('{Enter}');
  expect(state.open.id).toBe(id(2));
  expect(list().getByRole('option', { selected: true }).getAttribute('aria-label')).toMatch(
    /^Brunn/,
  );
});

it('goes from the search box to the list with arrow down', async () => {
  await show([row(1, 'Albrecht')]);
  screen.getByRole('searchbox').focus();
  await userEvent.keyboard('{ArrowDown}');
  expect(document.activeElement).toBe(screen.getByRole('listbox', { name: 'Organizations' }));
});

it('shows new and changed rows and forgets removed ones', async () => {
  const { fake } = await show([row(1, 'Albrecht'), row(2, 'Brunn')]);
  fake.list.upsert(row(3, 'Aal'), row(2, 'Brunn Neu'));
  fake.list.remove(id(1));
  await waitFor(() =>
    expect(options().map((name) => name?.split(',')[0])).toEqual(['Aal', 'Brunn Neu']),
  );
});

it('keeps direction and the whole of a name', async () => {
  await show([row(1, 'شركة النور')]);
  const option = list().getByRole('option');
  expect(option.title).toBe('شركة النور\nUp to date');
  expect(option.querySelector('.name')?.getAttribute('dir')).toBe('auto');
});

it('focuses the search on the command of the menu', async () => {
  const { fake } = await show([row(1, 'Albrecht')]);
  fake.emit('menuCommand', { command: 'search' });
  expect(document.activeElement).toBe(screen.getByRole('searchbox'));
});
