/** Context menus: the page says what is under the pointer, and carries out what the person chooses. */
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import '../../../src/renderer/screens';
import App from '../../../src/renderer/App.svelte';
import type { WindowState } from '../../../src/renderer/state/window-state';
import { failed, success, type Result } from '../../../src/shared/result';
import type { OrganizationView } from '../../../src/shared/organization';
import { id, row, signIn } from '../samples';
import { deferred, FakeApi } from '../fake-api';
import { view } from '../organization/samples';

async function show() {
  const fake = new FakeApi()
    .setRows([row(1, 'Albrecht'), row(2, 'Berger')])
    .answer('signIns', 'list', () => success([signIn(1, 'Head office')]))
    .answer('organizations', 'open', ({ entryId }) => success({ ...view(), id: entryId }));
  const { state, context } = fake.state();
  render(App, { context });
  await state.load();
  await screen.findByRole('option', { name: /^Albrecht/ });
  return { fake, state };
}

const asked = (fake: FakeApi) => fake.requests('menus.reportTarget').at(-1);
/** Asks for a menu with the pointer. */
const rightClick = (element: Element) => fireEvent.contextMenu(element, { button: 2 });

it('declares a row by its id, and anything else as text', async () => {
  const { fake } = await show();
  await rightClick(screen.getByText('Berger'));
  expect(asked(fake)).toEqual({ target: { kind: 'row', entryId: id(2) }, position: null });
  await rightClick(screen.getByRole('searchbox', { name: 'Search organizations' }));
  expect(asked(fake)).toEqual({ target: { kind: 'text' }, position: null });
});

it('declares the active row, and its place, if it is asked for with the keyboard', async () => {
  const { fake } = await show();
  const list = screen.getByRole('listbox', { name: 'Organizations' });
  list.focus();
  await waitFor(() => expect(list.hasAttribute('aria-activedescendant')).toBe(true));
  await fireEvent.contextMenu(list, { button: 0 });
  expect(asked(fake)).toEqual({
    target: { kind: 'row', entryId: id(1) },
    position: { x: expect.any(Number), y: expect.any(Number) },
  });
  // The pointer is not on the active row.
  await rightClick(list);
  expect(asked(fake)).toEqual({ target: { kind: 'text' }, position: null });
});

it('declares the preview and the labels of an open organization', async () => {
  const { fake, state } = await show();
  state.navigation.openOrganization(id(1));
  await rightClick(await screen.findByText('Business name', { selector: 'label' }));
  expect(asked(fake)).toEqual({
    target: { kind: 'label', entryId: id(1), field: 'business_name' },
    position: null,
  });
  await rightClick(screen.getByText('Preview'));
  expect(asked(fake)).toEqual({
    target: { kind: 'preview', entryId: id(1) },
    position: null,
  });
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
  expect(asked(fake)).toEqual({ target: { kind: 'secret' }, position: null });
  await rightClick(screen.getByRole('textbox', { name: /^Name/ }));
  expect(asked(fake)).toEqual({ target: { kind: 'text' }, position: null });
});

it('opens the organization whose menu was used, with the dialog that was chosen', async () => {
  const { fake } = await show();
  fake.answer('organizations', 'removal', () =>
    success({ waiting: false, draft: false, losses: null, lastOf: null }),
  );
  fake.emit('organizationCommand', { command: 'open', entryId: id(2) });
  await screen.findByRole('heading', { level: 1, name: view().name });
  expect(fake.requests('organizations.open')).toEqual([{ entryId: id(2) }]);
  expect(screen.queryByRole('dialog')).toBeNull();
  fake.emit('organizationCommand', { command: 'remove', entryId: id(1) });
  await screen.findByRole('dialog', { name: /^Remove/ });
  expect(fake.requests('organizations.open').at(-1)).toEqual({ entryId: id(1) });
  expect(fake.requests('organizations.remove')).toEqual([]);
});

it('opens the choice of a sign-in on the page that is open already', async () => {
  const { fake, state } = await show();
  state.navigation.openOrganization(id(1));
  await screen.findByRole('heading', { level: 1, name: view().name });
  fake.emit('organizationCommand', { command: 'change-sign-in', entryId: id(1) });
  await screen.findByRole('dialog', { name: 'Change sign-in' });
  expect(fake.requests('organizations.open')).toHaveLength(1);
});

it('refreshes a row in place, and says above the page how that went', async () => {
  const { fake, state } = await show();
  const answer = deferred<Result<OrganizationView>>();
  fake.answer('organizations', 'refresh', () => answer.promise);
  fake.emit('organizationCommand', { command: 'refresh', entryId: id(2) });
  const name = 'Refreshing Berger';
  const region = within(await screen.findByRole('region', { name }));
  region.getByText(name);
  expect(region.queryByRole('button')).toBeNull();
  state.navigation.add({ kind: 'new-sign-in' });
  const failure = failed('network.unreachable').failure;
  answer.resolve(success({ ...view(), id: id(2), refreshFailure: failure }));
  await region.findByText(/^Berger could not be refreshed\. Cloudflare cannot be reached/);
  // The person went on meanwhile, and may be in the middle of something.
  expect(state.navigation.screen).toBe('add');
  expect(fake.requests('organizations.open')).toEqual([]);

  fake.answer('organizations', 'refresh', () => success({ ...view(), id: id(2) }));
  await userEvent.click(region.getByRole('button', { name: 'Try again' }));
  await region.findByText('Berger refreshed.');
  expect(fake.requests('organizations.refresh')).toEqual(Array(2).fill({ entryId: id(2) }));
  expect(region.queryByRole('button', { name: 'Try again' })).toBeNull();
  await userEvent.click(region.getByRole('button', { name: 'Close' }));
  expect(screen.queryByRole('region', { name })).toBeNull();
});

it('shows each failure of several refreshes, and only the last success', async () => {
  const { fake } = await show();
  const first = deferred<Result<OrganizationView>>();
  fake.answer('organizations', 'refresh', ({ entryId }) =>
    entryId === id(2) ? first.promise : success({ ...view(), id: entryId }),
  );
  fake.emit('organizationCommand', { command: 'refresh', entryId: id(2) });
  await screen.findByRole('region', { name: 'Refreshing Berger' });
  fake.emit('organizationCommand', { command: 'refresh', entryId: id(1) });
  await screen.findByText('Albrecht refreshed.', { ignore: '[aria-live] *' });
  first.resolve(failed('database.busy'));
  const visible = { ignore: '[aria-live] *' };
  await screen.findByText(/^Berger could not/, visible);
  screen.getByText('Albrecht refreshed.', visible);
  fake.answer('organizations', 'refresh', () => success({ ...view(), id: id(1) }));
  fake.emit('organizationCommand', { command: 'refresh', entryId: id(1) });
  await screen.findByRole('region', { name: 'Refreshing Albrecht' });
  expect(await screen.findAllByText('Albrecht refreshed.', visible)).toHaveLength(1);
  screen.getByText(/^Berger could not/, visible);
});

it('says why a removed organization is not refreshed, and closes its page', async () => {
  const { fake, state } = await show();
  const gone = () => failed('organization.not-saved-here');
  fake.answer('organizations', 'refresh', gone).answer('organizations', 'open', gone);
  state.navigation.openOrganization(id(2));
  await screen.findByRole('heading', { level: 1 });
  await waitFor(() => expect(state.open.failure).not.toBeNull());
  fake.emit('organizationCommand', { command: 'refresh', entryId: id(2) });
  await screen.findByText(/^Berger could not be refreshed\./, { ignore: '[aria-live] *' });
  expect(state.navigation.screen).toBe('none');
  expect(state.open.id).toBeNull();
});

it('leaves no dead page if the organization was removed while its menu was open', async () => {
  const { fake, state } = await show();
  const answer = deferred<Result<OrganizationView>>();
  fake.answer('organizations', 'open', () => answer.promise);
  fake.emit('organizationCommand', { command: 'open', entryId: id(2) });
  expect(state.navigation.screen).toBe('organization');
  answer.resolve(failed('organization.not-saved-here'));
  await waitFor(() => expect(state.navigation.screen).toBe('none'));
  expect(state.open.id).toBeNull();
  fake.answer('organizations', 'open', () => failed('database.busy'));
  fake.emit('organizationCommand', { command: 'open', entryId: id(2) });
  await waitFor(() => expect(state.open.failure?.code).toBe('database.busy'));
  expect(state.navigation.screen).toBe('organization');
});

describe('a dialog that was asked for', () => {
  const openable = (fake: FakeApi) =>
    fake
      .answer('organizations', 'open', ({ entryId }) => success({ ...view(), id: entryId }))
      .answer('organizations', 'removal', () =>
        success({ waiting: false, draft: false, losses: null, lastOf: null }),
      );

  async function askInVain() {
    const one = await show();
    const answer = deferred<Result<OrganizationView>>();
    one.fake.answer('organizations', 'open', () => answer.promise);
    one.fake.emit('organizationCommand', { command: 'remove', entryId: id(2) });
    return { ...one, answer };
  }

  it('does not open later if the page could not be opened', async () => {
    const { fake, state, answer } = await askInVain();
    answer.resolve(failed('database.busy'));
    await waitFor(() => expect(state.open.failure).not.toBeNull());
    openable(fake);
    fake.emit('organizationChanged', { ...view(), id: id(2) });
    await screen.findByRole('heading', { level: 1, name: view().name });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it.each<[string, (state: WindowState) => void]>([
    ['another organization', ({ navigation }) => navigation.openOrganization(id(1))],
    ['Settings', ({ navigation }) => navigation.settings()],
    ['Add', ({ navigation }) => navigation.add({ kind: 'new-sign-in' })],
  ])('does not open later if %s was opened meanwhile', async (_, leave) => {
    const { fake, state } = await askInVain();
    openable(fake);
    leave(state);
    state.navigation.openOrganization(id(2));
    await state.open.open(id(2));
    await screen.findByRole('heading', { level: 1, name: view().name });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('does not open if the organization was removed meanwhile, and is there again', async () => {
    const { fake, state, answer } = await askInVain();
    fake.emit('organizationsChanged', { commit: fake.list.commit, ids: null, removed: [id(2)] });
    answer.resolve(failed('organization.not-saved-here'));
    expect(state.navigation.screen).toBe('none');
    openable(fake);
    state.navigation.openOrganization(id(2));
    await screen.findByRole('heading', { level: 1, name: view().name });
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

it('declares one of several selected rows as the selection, and carries out what was chosen for it', async () => {
  const { fake, state } = await show();
  fake.answer('selectionActions', 'refresh', () => success(null));
  await state.selection.selectAll();
  await rightClick(screen.getByText('Berger'));
  expect(asked(fake)).toEqual({ target: { kind: 'selection' }, position: null });
  fake.emit('selectionCommand', { command: 'refresh' });
  await waitFor(() => expect(fake.requests('selectionActions.refresh')).toEqual([null]));
  for (const [command, kind] of [
    ['fill', 'fill'],
    ['export', 'export'],
    ['change-sign-in', 'change-sign-ins'],
    ['remove', 'remove'],
  ] as const) {
    fake.emit('selectionCommand', { command });
    expect(state.dialog.open).toEqual({ kind });
    state.dialog.close();
  }
  // One selected row is only itself.
  await state.selection.toggle({ id: id(1), selected: true });
  await rightClick(screen.getByText('Berger'));
  expect(asked(fake)).toEqual({ target: { kind: 'row', entryId: id(2) }, position: null });
});
