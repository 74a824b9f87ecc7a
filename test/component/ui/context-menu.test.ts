/** Context menus: the page says what is under the pointer, and carries out what the person chooses. */
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import '../../../src/renderer/pages';
import App from '../../../src/renderer/App.svelte';
import { failed, success } from '../../../src/shared/outcome';
import { id, row, signIn } from '../samples';
import { FakeApi } from '../fake-api';
import { ORGANIZATION_ID, view } from '../organization/samples';

async function show() {
  const fake = new FakeApi()
    .setRows([row(1, 'Albrecht'), row(2, 'Berger')])
    .answer('signIns', 'list', () => success([signIn(1, 'Head office')]))
    .answer('signIns', 'canStoreKey', () => success(null))
    .answer('app', 'banners', () => success([]))
    .answer('app', 'painted', () => success(null))
    .answer('menus', 'show', () => success(null))
    .answer('menus', 'setEnabled', () => success(null))
    .answer('organizations', 'open', ({ organizationId }) =>
      success({ ...view(), id: organizationId }),
    );
  const { state, context } = fake.state();
  render(App, { context });
  await state.load();
  await screen.findByRole('option', { name: /^Albrecht/ });
  return { fake, state };
}

const asked = (fake: FakeApi) => fake.requests('menus.show').at(-1);
/** Asks for a menu with the pointer. */
const rightClick = (element: Element) => fireEvent.contextMenu(element, { button: 2 });

it('declares a row by its id, and anything else as text', async () => {
  const { fake } = await show();
  await rightClick(screen.getByText('Berger'));
  expect(asked(fake)).toEqual({ target: { kind: 'row', organizationId: id(2) }, at: null });
  await rightClick(screen.getByRole('searchbox', { name: 'Search organizations' }));
  expect(asked(fake)).toEqual({ target: { kind: 'text' }, at: null });
});

it('declares the active row, and its place, if it is asked for with the keyboard', async () => {
  const { fake } = await show();
  const list = screen.getByRole('listbox', { name: 'Organizations' });
  list.focus();
  await waitFor(() => expect(list.hasAttribute('aria-activedescendant')).toBe(true));
  await fireEvent.contextMenu(list, { button: 0 });
  expect(asked(fake)).toEqual({
    target: { kind: 'row', organizationId: id(1) },
    at: { x: expect.any(Number), y: expect.any(Number) },
  });
  // The pointer is not on the active row.
  await rightClick(list);
  expect(asked(fake)).toEqual({ target: { kind: 'text' }, at: null });
});

it('declares the preview and the labels of an open organization', async () => {
  const { fake, state } = await show();
  state.navigation.openOrganization(id(1));
  await rightClick(await screen.findByText('Business name', { selector: 'label' }));
  expect(asked(fake)).toEqual({
    target: { kind: 'label', organizationId: id(1), field: 'business_name' },
    at: null,
  });
  await rightClick(screen.getByText('Preview'));
  expect(asked(fake)).toEqual({ target: { kind: 'preview', organizationId: id(1) }, at: null });
});

it('declares the field of a token as a secret, and what is beside it as text', async () => {
  const { fake, state } = await show();
  state.navigation.add({ kind: 'new-sign-in' });
  const field = await waitFor(() => {
    const found = document.querySelector('[name="api-token"]');
    expect(found).not.toBeNull();
    return found!;
  });
  await rightClick(field);
  expect(asked(fake)).toEqual({ target: { kind: 'secret' }, at: null });
  await rightClick(screen.getByRole('textbox', { name: /^Name/ }));
  expect(asked(fake)).toEqual({ target: { kind: 'text' }, at: null });
});

it('opens the organization whose menu was used, with the dialog that was chosen', async () => {
  const { fake } = await show();
  fake.answer('organizations', 'removal', () =>
    success({ waiting: false, draft: false, lastOf: null }),
  );
  fake.emit('organizationCommand', { command: 'open', organizationId: id(2) });
  await screen.findByRole('heading', { level: 1, name: view().name });
  expect(fake.requests('organizations.open')).toEqual([{ organizationId: id(2) }]);
  expect(screen.queryByRole('dialog')).toBeNull();
  fake.emit('organizationCommand', { command: 'remove', organizationId: id(1) });
  await screen.findByRole('dialog', { name: /^Remove/ });
  expect(fake.requests('organizations.open').at(-1)).toEqual({ organizationId: id(1) });
  expect(fake.requests('organizations.remove')).toEqual([]);
});

it('opens the choice of a sign-in on the page that is open already', async () => {
  const { fake, state } = await show();
  state.navigation.openOrganization(id(1));
  await screen.findByRole('heading', { level: 1, name: view().name });
  fake.emit('organizationCommand', { command: 'change-sign-in', organizationId: id(1) });
  await screen.findByRole('dialog', { name: 'Change sign-in' });
  expect(fake.requests('organizations.open')).toHaveLength(1);
});

it('refreshes in place, and opens the page only to say why that failed', async () => {
  const { fake } = await show();
  let failure: ReturnType<typeof view>['refreshFailure'] = null;
  fake.answer('organizations', 'refresh', () =>
    success({ ...view(), id: ORGANIZATION_ID, refreshFailure: failure }),
  );
  const refresh = () =>
    fake.emit('organizationCommand', { command: 'refresh', organizationId: id(2) });
  refresh();
  await waitFor(() => expect(fake.requests('organizations.refresh')).toHaveLength(1));
  expect(fake.requests('organizations.open')).toEqual([]);
  failure = failed('network.unreachable').failure;
  refresh();
  await screen.findByRole('heading', { level: 1, name: view().name });
  expect(fake.requests('organizations.open')).toEqual([{ organizationId: id(2) }]);
});

it('declares one of several selected rows as the selection, and carries out what was chosen for it', async () => {
  const { fake, state } = await show();
  fake
    .answer('csv', 'export', () => success(null as never))
    .answer('selected', 'refresh', () => success(null));
  await state.selection.selectAll();
  await rightClick(screen.getByText('Berger'));
  expect(asked(fake)).toEqual({ target: { kind: 'selection' }, at: null });
  fake.emit('selectionCommand', { command: 'export' });
  fake.emit('selectionCommand', { command: 'refresh' });
  await waitFor(() => expect(fake.requests('selected.refresh')).toEqual([null]));
  expect(fake.requests('csv.export')).toEqual(['selected']);
  for (const [command, kind] of [
    ['change', 'change'],
    ['change-sign-in', 'change-sign-ins'],
    ['remove', 'remove'],
  ] as const) {
    fake.emit('selectionCommand', { command });
    expect(state.bulk.dialog).toEqual({ kind });
    state.bulk.close();
  }
  // One selected row is only itself.
  await state.selection.toggle({ id: id(1), selected: true });
  await rightClick(screen.getByText('Berger'));
  expect(asked(fake)).toEqual({ target: { kind: 'row', organizationId: id(2) }, at: null });
});
