/** Selecting several organizations: by mouse, by keyboard, over search and filter, and what is said of it. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { success } from '../../../src/shared/failure';
import { toIdsText } from '../../../src/shared/ids-text';
import type { OrganizationRow } from '../../../src/shared/organization';
import { FakeApi } from '../fake-api';
import { id, row, rows } from '../samples';
import { openingAny, showSidebar } from './show';

const FOUR = [row(1, 'Albrecht'), row(2, 'Brunn'), row(3, 'Casa'), row(4, 'Delmar')];

const show = (list: OrganizationRow[] = FOUR, fake = new FakeApi()) =>
  showSidebar(
    list,
    openingAny(fake).answer('organizations', 'search', ({ query }) =>
      success(
        toIdsText(
          list.filter(({ name }) => name.toLowerCase().includes(query)).map((one) => one.id),
        ),
      ),
    ),
  );

const box = () => screen.getByRole('listbox', { name: 'Organizations' });
const option = (name: string) =>
  within(box()).getByRole('option', { name: new RegExp(`^${name}`) });
const tick = (name: string) => option(name).querySelector<HTMLElement>('.badge')!;
const selected = () =>
  within(box())
    .queryAllByRole('option', { selected: true })
    .map((one) => one.getAttribute('aria-label')?.split(',')[0]);
const said = () => document.querySelector('[aria-live].count')?.textContent?.replace(/\s+/g, ' ');

it('offers the import of a file beside the export, and before anything is selected', async () => {
  const { fake } = await show();
  fake.answer('exchange', 'import', () => success(null));
  await userEvent.click(screen.getByRole('button', { name: 'Select' }));
  const bar = () => within(screen.getByRole('region', { name: 'Selected organizations' }));
  await userEvent.click(bar().getByRole('button', { name: 'Import' }));
  await waitFor(() => expect(fake.requests('exchange.import')).toHaveLength(1));
  await userEvent.click(option('Albrecht'));
  await userEvent.click(tick('Brunn'));
  expect(
    bar()
      .getAllByRole('button')
      .map((button) => button.textContent.trim()),
  ).toEqual([
    'Select all 4',
    'Change a field for 1 organization',
    'Export',
    'Import',
    'Clear selection',
  ]);
});

it('opens with a plain click, and selects with Ctrl, with Shift, and in the box', async () => {
  const { state } = await show();
  const user = userEvent.setup();
  await user.click(option('Albrecht'));
  expect(state.open.id).toBe(id(1));
  expect(box().hasAttribute('aria-multiselectable')).toBe(false);

  await user.keyboard('{Control>}');
  await user.click(option('Brunn'));
  await user.keyboard('{/Control}{Shift>}');
  await user.click(option('Delmar'));
  await user.keyboard('{/Shift}');
  expect(selected()).toEqual(['Brunn', 'Casa', 'Delmar']);
  expect(box().getAttribute('aria-multiselectable')).toBe('true');
  expect(state.open.id).toBe(id(1));
  expect(option('Albrecht').getAttribute('aria-current')).toBe('page');

  await user.click(tick('Casa'));
  expect(selected()).toEqual(['Brunn', 'Delmar']);
  await user.click(option('Casa'));
  expect(state.open.id).toBe(id(3));
  expect(selected()).toEqual(['Brunn', 'Delmar']);
});

it('makes a range smaller again, and keeps what was selected before it', async () => {
  await show();
  const user = userEvent.setup();
  box().focus();
  await user.keyboard('{Control>} {/Control}{End}');
  expect(selected()).toEqual(['Albrecht']);
  await user.keyboard('{Control>} {/Control}{Shift>}{ArrowUp}{ArrowUp}{/Shift}');
  expect(selected()).toEqual(['Albrecht', 'Brunn', 'Casa', 'Delmar']);
  await user.keyboard('{Shift>}{ArrowDown}{/Shift}');
  expect(selected()).toEqual(['Albrecht', 'Casa', 'Delmar']);
});

it('begins with the button, takes Space for the box, all with Ctrl+A, and ends with Escape', async () => {
  const { state } = await show();
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Select' }));
  await waitFor(() => expect(document.activeElement).toBe(box()));
  screen.getByText('None selected');
  await user.keyboard(' ');
  expect(selected()).toEqual(['Albrecht']);
  await user.keyboard('{ArrowDown} ');
  expect(selected()).toEqual(['Albrecht', 'Brunn']);
  await user.keyboard('{Enter}');
  expect(state.open.id).toBe(id(2));
  await user.keyboard('{Control>}a{/Control}');
  expect(selected()).toHaveLength(4);
  await user.keyboard('{Escape}');
  expect(selected()).toEqual(['Brunn']);
  expect(state.selection.choosing).toBe(false);
  screen.getByRole('button', { name: 'Add organization' });
});

it('keeps the selection through search and filter, and says how many are not shown', async () => {
  const { state } = await show();
  const user = userEvent.setup();
  await user.keyboard('{Control>}');
  for (const name of ['Albrecht', 'Brunn', 'Casa']) await user.click(option(name));
  await user.keyboard('{/Control}');
  expect(said()).toContain('3 selected');
  await user.type(screen.getByRole('searchbox'), 'a');
  await waitFor(() => expect(said()).toContain('3 selected, 1 not shown'));
  const bar = within(screen.getByRole('region', { name: 'Selected organizations' }));
  expect(bar.getByText('3 selected').closest('p')?.textContent).toContain('1 not shown');
  await user.click(bar.getByRole('button', { name: 'Select all 3' }));
  expect(state.selection.count).toBe(4);
});

it('forgets what is removed, and ends with the last', async () => {
  const { fake, state } = await show();
  await userEvent.click(tick('Albrecht'));
  await userEvent.click(tick('Brunn'));
  fake.emit('rowsChanged', { rows: [], removed: [id(1)] });
  await waitFor(() => expect(selected()).toEqual(['Brunn']));
  fake.emit('rowsChanged', { rows: [], removed: [id(2)] });
  await waitFor(() => expect(state.selection.choosing).toBe(false));
});

it('offers what can be done with the selected ones, and clears', async () => {
  const fake = new FakeApi().answer('exchange', 'export', () =>
    success({ saved: true, organizations: 2 }),
  );
  const { state } = await show(FOUR, fake);
  await userEvent.click(tick('Albrecht'));
  screen.getByRole('button', { name: 'Change a field for 1 organization' });
  await userEvent.click(tick('Delmar'));
  await userEvent.click(screen.getByRole('button', { name: 'Change a field for 2 organizations' }));
  expect(state.bulk.dialog).toEqual({ kind: 'change', organizationIds: [id(1), id(4)] });
  await userEvent.click(screen.getByRole('button', { name: 'Export' }));
  expect(fake.requests('exchange.export')).toEqual([{ organizationIds: [id(1), id(4)] }]);
  await userEvent.click(screen.getByRole('button', { name: 'Clear selection' }));
  expect(state.selection.choosing).toBe(false);
  await waitFor(() => expect(document.activeElement).toBe(box()));
});

it('selects all of 10,000 without a row for each', async () => {
  const { state } = await show(rows(10_000));
  box().focus();
  await userEvent.keyboard('{Control>}a{/Control}');
  expect(state.selection.count).toBe(10_000);
  expect(within(box()).getAllByRole('option', { hidden: true }).length).toBeLessThan(100);
  screen.getByRole('button', { name: 'Change a field for 10,000 organizations' });
});

it('marks as seen what needs no more than that, and ends the selection', async () => {
  const list = [
    row(1, 'Albrecht', { state: 'changed-elsewhere' }),
    row(2, 'Brunn', { state: 'advice' }),
    row(3, 'Casa', { state: 'incomplete' }),
  ];
  const { fake } = await show(list);
  fake.answer('organizations', 'markSeen', () => success(null));
  await userEvent.click(tick('Casa'));
  expect(screen.queryByRole('button', { name: 'Mark as seen' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: /^Select all/ }));
  await userEvent.click(screen.getByRole('button', { name: 'Mark as seen' }));
  expect(fake.requests('organizations.markSeen')).toEqual([{ organizationIds: [id(1), id(2)] }]);
  await waitFor(() => expect(document.activeElement).toBe(box()));
  expect(screen.queryByRole('button', { name: 'Mark as seen' })).toBeNull();
});

it('gives what is selected in the order of the list, however it was selected', async () => {
  const { state } = await show();
  for (const name of ['Delmar', 'Albrecht', 'Casa']) await userEvent.click(tick(name));
  expect(state.selection.list()).toEqual([id(1), id(3), id(4)]);
});
