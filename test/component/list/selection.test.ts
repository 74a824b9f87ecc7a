/** Selecting organizations with mouse and keyboard, across searches and filters. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { failed, success, type Result } from '../../../src/shared/result';
import { WHOLE_LIST, type SelectionSummary } from '../../../src/shared/list-query';
import type { OrganizationRow } from '../../../src/shared/organization';
import { deferred, FakeApi } from '../fake-api';
import { id, row, rows } from '../samples';
import { listBox, renderSidebar } from './render-sidebar';
// Loads the code of the menus, so that no test waits for it.
import '../../../src/renderer/ui/Menu.svelte';

const FOUR = [row(1, 'Albrecht'), row(2, 'Brunn'), row(3, 'Casa'), row(4, 'Delmar')];

const show = (list: OrganizationRow[] = FOUR, fake = new FakeApi()) => renderSidebar(list, fake);

const option = (name: string) =>
  within(listBox()).getByRole('option', { name: new RegExp(`^${name}`) });
const checkbox = (name: string) => option(name).querySelector<HTMLElement>('.badge')!;
const selected = () =>
  within(listBox())
    .queryAllByRole('option', { selected: true })
    .map((element) => element.getAttribute('aria-label')?.split(',')[0]);
const announced = () =>
  document.querySelector('[aria-live].count')?.textContent?.replace(/\s+/g, ' ');

const bar = () => within(screen.getByRole('toolbar', { name: 'Selected organizations' }));
/** The button of a menu, once the code of the menu is loaded. */
const menuButton = (name: string) => screen.findByRole('button', { name, expanded: false });
const openMenu = async () =>
  userEvent.click(await menuButton('More actions for the selected organizations'));
const menuItem = (name: string) => screen.findByRole('menuitem', { name });
const barButtons = () =>
  bar()
    .getAllByRole('button')
    .map((button) => button.getAttribute('aria-label') ?? button.textContent.trim());

it('says how to select in the language that was just chosen', async () => {
  const fake = new FakeApi();
  await show(FOUR, fake);
  await userEvent.click(checkbox('Brunn'));
  await userEvent.click(checkbox('Brunn'));
  screen.getByText(/^Tick organizations/);
  fake.emit('localeChanged', { language: 'de', formats: 'de-DE' });
  await screen.findByText(/^Wählen Sie Organisationen mit ihren Kästchen aus/);
});

it('offers in a compact bar what can be done with the selection', async () => {
  await show();
  await userEvent.click(checkbox('Brunn'));
  await userEvent.click(checkbox('Brunn'));
  expect(barButtons()).toEqual(['Select all 4', 'Stop selecting']);
  await userEvent.click(checkbox('Brunn'));
  expect(barButtons()).toEqual([
    'Fill…',
    'More actions for the selected organizations',
    'Stop selecting',
  ]);
  await openMenu();
  await menuItem('Export…');
  expect(screen.getAllByRole('menuitem').map((item) => item.textContent.trim())).toEqual([
    'Select all 4',
    'Labels…',
    'Export… Ctrl+E',
    'Refresh',
    'Change sign-in…',
    'Mark as seen',
    'Remove…',
  ]);
});

it('moves among the buttons of the bar with the arrow keys, Home and End', async () => {
  await show();
  await userEvent.click(checkbox('Brunn'));
  const focused = () =>
    document.activeElement?.getAttribute('aria-label') ??
    document.activeElement?.textContent.trim();
  await menuButton('More actions for the selected organizations');
  bar().getByRole('button', { name: 'Fill…' }).focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(focused()).toBe('More actions for the selected organizations');
  await userEvent.keyboard('{End}');
  expect(focused()).toBe('Stop selecting');
  await userEvent.keyboard('{ArrowRight}');
  expect(focused()).toBe('Fill…');
  await userEvent.keyboard('{ArrowLeft}{Home}');
  expect(focused()).toBe('Fill…');
});

it('ends with Escape in the bar, which leaves no page, but not while its menu is open', async () => {
  const { state } = await show();
  await userEvent.click(checkbox('Brunn'));
  await openMenu();
  await menuItem('Export…');
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
  expect(state.selection.count).toBe(1);
  bar().getByRole('button', { name: 'Fill…' }).focus();
  const prevented: boolean[] = [];
  const listen = (event: KeyboardEvent): unknown => prevented.push(event.defaultPrevented);
  addEventListener('keydown', listen);
  await userEvent.keyboard('{Escape}');
  removeEventListener('keydown', listen);
  await waitFor(() => expect(screen.queryByRole('toolbar')).toBeNull());
  expect(state.selection.count).toBe(0);
  expect(prevented).toEqual([true]);
});

it('offers Import and Export of the whole list in a menu of the list', async () => {
  const { state } = await show();
  const ran: string[] = [];
  for (const command of ['import', 'export'] as const) {
    state.commands.on(command, () => void ran.push(command));
  }
  for (const name of ['Import…', 'Export…']) {
    await userEvent.click(await menuButton('More actions for the list'));
    await userEvent.click(await menuItem(name));
  }
  expect(ran).toEqual(['import', 'export']);
});

it('refreshes the selected organizations, and says why that does not work', async () => {
  const { fake, state } = await show();
  fake.answer('selectionActions', 'refresh', () => success(null));
  await userEvent.click(checkbox('Brunn'));
  await openMenu();
  await userEvent.click(await menuItem('Refresh'));
  expect(fake.requests('selectionActions.refresh')).toHaveLength(1);
  expect(state.selection.count).toBe(1);
  fake.answer('selectionActions', 'refresh', () => failed('database.full'));
  await openMenu();
  await userEvent.click(await menuItem('Refresh'));
  await screen.findByRole('alert');
});

it('asks before it removes, or changes sign-ins', async () => {
  const { state } = await show();
  await userEvent.click(checkbox('Brunn'));
  await openMenu();
  await userEvent.click(await menuItem('Change sign-in…'));
  expect(state.dialog.open).toEqual({ kind: 'change-sign-ins' });
  await openMenu();
  await userEvent.click(await menuItem('Remove…'));
  expect(state.dialog.open).toEqual({ kind: 'remove' });
});

it('opens on a plain click, and selects with Ctrl, Shift, or the checkbox', async () => {
  const { state } = await show();
  const user = userEvent.setup();
  await user.click(option('Albrecht'));
  expect(state.open.id).toBe(id(1));
  expect(listBox().hasAttribute('aria-multiselectable')).toBe(false);

  await user.keyboard('{Control>}');
  await user.click(option('Brunn'));
  await user.keyboard('{/Control}{Shift>}');
  await user.click(option('Delmar'));
  await user.keyboard('{/Shift}');
  expect(selected()).toEqual(['Brunn', 'Casa', 'Delmar']);
  expect(listBox().getAttribute('aria-multiselectable')).toBe('true');
  expect(state.open.id).toBe(id(1));
  expect(option('Albrecht').getAttribute('aria-current')).toBe('page');

  await user.click(checkbox('Casa'));
  expect(selected()).toEqual(['Brunn', 'Delmar']);
  await user.click(option('Casa'));
  expect(state.open.id).toBe(id(3));
  expect(selected()).toEqual(['Brunn', 'Delmar']);
});

it('shrinks a range, and keeps organizations selected that were selected before the range', async () => {
  await show();
  const user = userEvent.setup();
  listBox().focus();
  await user.keyboard('{Control>} {/Control}{End}');
  expect(selected()).toEqual(['Albrecht']);
  await user.keyboard('{Control>} {/Control}{Shift>}{ArrowUp}{ArrowUp}{/Shift}');
  expect(selected()).toEqual(['Albrecht', 'Brunn', 'Casa', 'Delmar']);
  await user.keyboard('{Shift>}{ArrowDown}{/Shift}');
  expect(selected()).toEqual(['Albrecht', 'Casa', 'Delmar']);
});

it('selects all in the menu of the list and with Ctrl+A, toggles with Space, and ends with Escape', async () => {
  const { state } = await show();
  const user = userEvent.setup();
  await user.click(await menuButton('More actions for the list'));
  await user.click(await menuItem('Select all 4'));
  await waitFor(() => expect(document.activeElement).toBe(listBox()));
  expect(selected()).toHaveLength(4);
  for (const name of ['Albrecht', 'Brunn', 'Casa', 'Delmar']) await user.click(checkbox(name));
  screen.getByText('None selected');
  await user.keyboard('{Home} ');
  expect(selected()).toEqual(['Albrecht']);
  await user.keyboard('{ArrowDown} ');
  expect(selected()).toEqual(['Albrecht', 'Brunn']);
  await user.keyboard('{Enter}');
  expect(state.open.id).toBe(id(2));
  await user.keyboard('{Control>}a{/Control}');
  expect(selected()).toHaveLength(4);
  await user.keyboard('{Escape}');
  expect(selected()).toEqual(['Brunn']);
  expect(state.selection.selecting).toBe(false);
  screen.getByRole('button', { name: 'Add organization' });
});

it('keeps the selection through searches and filters, and shows how many are hidden', async () => {
  const { state } = await show();
  const user = userEvent.setup();
  await user.keyboard('{Control>}');
  for (const name of ['Albrecht', 'Brunn', 'Casa']) await user.click(option(name));
  await user.keyboard('{/Control}');
  expect(announced()).toContain('3 selected');
  await user.type(screen.getByRole('searchbox'), 'delm');
  await waitFor(() => expect(announced()).toContain('3 selected, 3 not shown'));
  expect(bar().getByText('3 selected').closest('p')?.textContent).toContain('3 not shown');
  await openMenu();
  await user.click(await menuItem('Select all 1'));
  await waitFor(() => expect(state.selection.count).toBe(4));
  expect(announced()).toContain('4 selected, 3 not shown');
});

it('deselects removed organizations, and stops selecting when none is left', async () => {
  const { fake, state } = await show();
  await userEvent.click(checkbox('Albrecht'));
  await userEvent.click(checkbox('Brunn'));
  fake.list.remove(id(1));
  await waitFor(() => expect(selected()).toEqual(['Brunn']));
  fake.list.remove(id(2));
  await waitFor(() => expect(state.selection.selecting).toBe(false));
});

it('offers actions on the selected organizations, and clears the selection', async () => {
  const { state, fake } = await show(FOUR);
  await userEvent.click(checkbox('Albrecht'));
  await userEvent.click(checkbox('Delmar'));
  expect(bar().getByText('2 selected')).toBeTruthy();
  await userEvent.click(bar().getByRole('button', { name: 'Fill…' }));
  expect(state.dialog.open).toEqual({ kind: 'fill' });
  expect(fake.list.selected).toEqual([id(1), id(4)]);
  await openMenu();
  await userEvent.click(await menuItem('Export…'));
  expect(state.dialog.open).toEqual({ kind: 'export' });
  await userEvent.click(bar().getByRole('button', { name: 'Stop selecting' }));
  expect(state.selection.selecting).toBe(false);
  await waitFor(() => expect(document.activeElement).toBe(listBox()));
});

it('selects 10,000 organizations without rendering a row for each', async () => {
  const { fake, state } = await show(rows(10_000));
  listBox().focus();
  await userEvent.keyboard('{Control>}a{/Control}');
  await waitFor(() => expect(state.selection.count).toBe(10_000));
  expect(fake.requests('selection.all')).toEqual([{ query: WHOLE_LIST }]);
  expect(within(listBox()).getAllByRole('option').length).toBeLessThan(100);
  bar().getByText('10,000 selected');
});

it('marks selected organizations as viewed where that is all they need, and clears the selection', async () => {
  const list = [
    row(1, 'Albrecht', { state: 'changed-elsewhere' }),
    row(2, 'Brunn', { state: 'advice' }),
    row(3, 'Casa', { state: 'incomplete' }),
  ];
  const { fake } = await show(list);
  const isDisabled = async (name = 'Mark as seen') =>
    (await menuItem(name)).hasAttribute('data-disabled');
  await userEvent.click(checkbox('Casa'));
  await openMenu();
  expect(await isDisabled()).toBe(true);
  await userEvent.click(await menuItem('Select all 3'));
  await openMenu();
  expect(await isDisabled('Select all 3')).toBe(true);
  expect(await isDisabled()).toBe(false);
  await userEvent.click(await menuItem('Mark as seen'));
  expect(fake.requests('selection.markViewed')).toHaveLength(1);
  await waitFor(() => expect(document.activeElement).toBe(listBox()));
  expect(screen.queryByRole('toolbar')).toBeNull();
});

it('shows a toggle immediately, and reverts it when main refuses', async () => {
  const answer = deferred<Result<SelectionSummary>>();
  const { fake } = await show();
  fake.answer('selection', 'toggle', () => answer.promise);
  await userEvent.click(checkbox('Brunn'));
  expect(selected()).toEqual(['Brunn']);
  answer.resolve(failed('selection.too-many'));
  await waitFor(() => expect(selected()).toEqual([]));
  expect((await screen.findByRole('alert')).textContent).toContain(
    'You cannot select more than 20,000 organizations at once',
  );
});

it('shows the last of several toggles, however late the answers arrive', async () => {
  const { fake } = await show();
  const answers = [deferred<Result<SelectionSummary>>(), deferred<Result<SelectionSummary>>()];
  let calls = 0;
  fake.answer('selection', 'toggle', () => answers[calls++]!.promise);
  await userEvent.click(checkbox('Brunn'));
  await userEvent.click(checkbox('Brunn'));
  answers[0]!.resolve(success({ version: 0, count: 1, hidden: 0, unviewed: 0 }));
  await screen.findByText('1 selected', { selector: 'strong' });
  expect(selected()).toEqual([]);
  answers[1]!.resolve(success({ version: 0, count: 0, hidden: 0, unviewed: 0 }));
  await screen.findByText('None selected');
  expect(selected()).toEqual([]);
});

it('says that too many organizations would be selected, until the next action', async () => {
  const { fake, state } = await show();
  fake.answer('selection', 'all', () => failed('selection.too-many'));
  listBox().focus();
  await userEvent.keyboard('{Control>}a{/Control}');
  expect((await screen.findByRole('alert')).textContent).toContain('Narrow the list');
  expect(state.selection.count).toBe(0);
  await userEvent.click(checkbox('Brunn'));
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

it('hides that message when a search narrows the list', async () => {
  const { fake } = await show();
  fake.answer('selection', 'all', () => failed('selection.too-many'));
  listBox().focus();
  await userEvent.keyboard('{Control>}a{/Control}');
  expect((await screen.findByRole('alert')).textContent).toContain(
    'You cannot select more than 20,000 organizations at once',
  );
  await userEvent.type(screen.getByRole('searchbox'), 'b');
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  await userEvent.clear(screen.getByRole('searchbox'));
  expect(screen.queryByRole('alert')).toBeNull();
});

it('restores the selection held by main when the window opens again', async () => {
  const fake = new FakeApi().setRows(FOUR);
  await fake.bridge.selection.toggle({ entryId: id(2), query: WHOLE_LIST });
  await show(FOUR, fake);
  expect(selected()).toEqual(['Brunn']);
  bar().getByText('1 selected');
});
