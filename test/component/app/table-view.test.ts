/** The table in the window: switching between it and the list, and a page beside it. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import '../../../src/renderer/screens';
import '../../../src/renderer/features/table';
import '../../../src/renderer/state/travel-keys';
import App from '../../../src/renderer/App.svelte';
import { success } from '../../../src/shared/result';
import { FakeApi } from '../fake-api';
import { view } from '../organization/samples';
import { row } from '../samples';

async function show() {
  const fake = new FakeApi()
    .setRows([row(1, 'Albrecht'), row(2, 'Berger')])
    .answer('organizations', 'open', ({ entryId }) => success({ ...view(), id: entryId }));
  const { state, context } = fake.state();
  render(App, { context });
  await state.load();
  await screen.findByRole('option', { name: /^Albrecht/ });
  return { fake, state };
}

const grid = () => screen.findByRole('grid', { name: 'Organizations' });

it('is shown by the menu and by its button, with the search of the list, and left in both ways', async () => {
  const { fake, state } = await show();
  state.organizations.query.search = 'ber';
  fake.emit('menuCommand', { command: 'view-table' });
  const shown = await grid();
  await waitFor(() => expect(shown.getAttribute('aria-rowcount')).toBe('2'));
  expect(screen.getByRole('heading', { level: 1, name: 'Table of organizations' })).toBeTruthy();
  expect(screen.queryByRole('listbox', { name: 'Organizations' })).toBeNull();
  await userEvent.click(screen.getByRole('radio', { name: 'List' }));
  await screen.findByRole('option', { name: /^Berger/ });
  await userEvent.click(screen.getByRole('radio', { name: 'Table' }));
  await grid();
  fake.emit('menuCommand', { command: 'view-list' });
  await screen.findByRole('option', { name: /^Berger/ });
});

/** The table, which has the focus, once its first row is there. */
async function showTable() {
  const { state } = await show();
  state.navigation.view = 'table';
  const shown = await grid();
  await screen.findByLabelText('Name, Albrecht');
  shown.focus();
  return { state, shown };
}

it('stays beside the page of an organization, until that is closed', async () => {
  const { state, shown } = await showTable();
  await userEvent.keyboard(' ');
  await screen.findByRole('heading', { level: 1, name: view().name });
  expect(document.activeElement).toBe(shown);
  await userEvent.click(screen.getByRole('button', { name: 'Close page' }));
  expect(state.navigation.screen).toBe('none');
  expect(shown.isConnected).toBe(true);
  expect(document.activeElement).toBe(shown);
});

it('opens the page of the next and the previous row in the same field, and stops at the ends', async () => {
  const { state, shown } = await showTable();
  const opened = () => state.open.id;
  await userEvent.keyboard(' ');
  await screen.findByRole('textbox', { name: 'Business phone' });
  const first = opened();
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
  await waitFor(() => expect(opened()).not.toBe(first));
  const second = opened();
  expect(document.activeElement).toBe(shown);
  (await screen.findByRole('textbox', { name: 'Business phone' })).focus();
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
  expect(opened()).toBe(second);
  await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}');
  await waitFor(() => expect(opened()).toBe(first));
  await waitFor(() => expect(document.activeElement?.getAttribute('name')).toBe('business_phone'));
  // Space closes the page of the row that the keys led to.
  shown.focus();
  await userEvent.keyboard(' ');
  expect(state.navigation.screen).toBe('none');
});

it('opens the row after that of the open page, also if another cell is active', async () => {
  const { state } = await showTable();
  await userEvent.keyboard(' ');
  await screen.findByRole('textbox', { name: 'Business phone' });
  const first = state.open.id;
  await userEvent.keyboard('{ArrowDown}{Alt>}{ArrowDown}{/Alt}');
  await waitFor(() => expect(state.open.id).not.toBe(first));
});

it('takes the focus from the list that it replaces', async () => {
  const { fake } = await show();
  screen.getByRole('listbox', { name: 'Organizations' }).focus();
  fake.emit('menuCommand', { command: 'view-table' });
  const shown = await grid();
  await waitFor(() => expect(document.activeElement).toBe(shown));
});

it('closes the page beside it with Escape, and then has the focus', async () => {
  const { state, shown } = await showTable();
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(document.activeElement?.tagName).toBe('H1'));
  await userEvent.keyboard('{Escape}');
  expect(state.navigation.screen).toBe('none');
  expect(document.activeElement).toBe(shown);
});

it('has closed the page for good: neither Back brings it back, nor is it read again from memory', async () => {
  const { fake, state } = await show();
  state.navigation.view = 'table';
  const shown = await grid();
  await screen.findByLabelText('Name, Albrecht');
  shown.focus();
  await userEvent.keyboard(' ');
  await screen.findByRole('heading', { level: 1, name: view().name });
  await userEvent.click(screen.getByRole('button', { name: 'Close page' }));
  state.navigation.changes();
  state.navigation.back();
  expect(state.navigation.screen).toBe('none');
  await userEvent.keyboard(' ');
  await waitFor(() => expect(fake.requests('organizations.open')).toHaveLength(2));
});

it('is not offered while no organization is saved', async () => {
  const fake = new FakeApi().setRows([]);
  const { state, context } = fake.state();
  render(App, { context });
  await state.load();
  await screen.findByRole('heading', { level: 1 });
  fake.emit('menuCommand', { command: 'view-table' });
  expect(state.navigation.view).toBe('list');
});
