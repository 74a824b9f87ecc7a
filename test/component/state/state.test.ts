/** The state of the window: snapshot then events, what may be missed between them, and the way out. */
import { expect, it, vi } from 'vitest';
import { NOT_ASKED } from '../../../src/renderer/state/connection.svelte';
import { createApi } from '../../../src/renderer/state/api.svelte';
import type { WindowState } from '../../../src/renderer/state/window-state';
import { failed, success, type Outcome } from '../../../src/shared/failure';
import type { OrganizationRow, OrganizationView } from '../../../src/shared/organization';
import { FakeApi, later } from '../fake-api';
import { id, row, signInId, view } from '../samples';

it('answers a failure for a call that breaks', async () => {
  const fake = new FakeApi();
  const broken = {
    ...fake.bridge,
    app: { ...fake.bridge.app, about: () => Promise.reject(new Error('x')) },
  };
  expect(await createApi(broken).app.about()).toEqual({
    ok: false,
    failure: { code: 'app.unexpected' },
  });
});

it('sends state proxies as plain values', async () => {
  const fake = new FakeApi().answer('drafts', 'keep', () => success(null));
  const { state } = fake.state();
  const plain = { business_name: { base: 'A', text: 'Ä' } };
  const edits = new Proxy(plain, {});
  expect(() => structuredClone(edits)).toThrow();
  const outcome = await state.api.drafts.keep({ organizationId: id(1), edits, number: 1 });
  expect(outcome).toEqual(success(null));
  expect(fake.requests('drafts.keep')).toEqual([
    { organizationId: id(1), edits: plain, number: 1 },
  ]);
});

it('lets an event win over a snapshot that was older', async () => {
  const answer = later<Outcome<typeof NOT_ASKED>>();
  const fake = new FakeApi().answer('connection', 'get', () => answer.promise);
  const { state } = fake.state();
  const loading = state.connection.load();
  fake.emit('connectionChanged', { ...NOT_ASKED, state: 'online' });
  answer.give(success(NOT_ASKED));
  await loading;
  expect(state.connection.value.state).toBe('online');
});

it('puts row changes over the list they overtook', async () => {
  const answer = later<Outcome<{ rows: OrganizationRow[]; total: number }>>();
  const fake = new FakeApi().answer('organizations', 'first', () => answer.promise);
  const { state } = fake.state();
  const loading = state.organizations.load();
  fake.emit('rowsChanged', { rows: [row(2, 'New name')], removed: [id(1)] });
  answer.give(success({ rows: [row(1, 'Gone'), row(2, 'Old name')], total: 2 }));
  await loading;
  expect(state.organizations.shown.map(({ name }) => name)).toEqual(['New name']);
  // Removed and added again before the window was told: rows are read when they are told.
  fake.emit('rowsChanged', { rows: [row(2, 'Again')], removed: [id(2)] });
  expect(state.organizations.row(id(2))?.name).toBe('Again');
});

it('shows the rows as main has put them in order, and puts in order itself what comes later', async () => {
  const fake = new FakeApi();
  const { state } = fake.state();
  const names = () => state.organizations.shown.map(({ name }) => name);
  fake.emit('localeChanged', { language: 'de', formats: 'de-DE' });
  // Not in order, to see that nothing is compared.
  const rows = [row(1, 'Äg'), row(2, 'Af'), row(3, 'Zoo')];
  fake.answer('organizations', 'first', () => success({ rows, total: 3 }));
  await state.organizations.load();
  expect(names()).toEqual(['Äg', 'Af', 'Zoo']);
  fake.emit('rowsChanged', { rows: [row(4, 'Berg'), row(2, 'Ast')], removed: [] });
  expect(names()).toEqual(['Äg', 'Ast', 'Berg', 'Zoo']);
  fake.emit('rowsChanged', { rows: [], removed: [id(1)] });
  expect(names()).toEqual(['Ast', 'Berg', 'Zoo']);
});

it('puts the list in order anew when names are ordered otherwise', async () => {
  const fake = new FakeApi();
  const { state } = fake.state();
  fake.emit('localeChanged', { language: 'de', formats: 'de-DE' });
  fake.lists([row(1, 'Äg'), row(2, 'Af')]);
  await state.organizations.load();
  // As in a telephone book, where Ä is written Ae.
  fake.emit('localeChanged', { language: 'de', formats: 'de-u-co-phonebk' });
  expect(state.organizations.shown.map(({ name }) => name)).toEqual(['Äg', 'Af']);
});

/** A list of four of which the first two are its beginning, in slices of two. */
function inSlices(fake = new FakeApi()): FakeApi {
  const all = [row(3, 'Beta'), row(4, 'Alpha'), row(1, 'Delta'), row(2, 'Gamma')];
  const byIds = all.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return fake
    .answer('organizations', 'first', () =>
      success({ rows: [all[1]!, all[0]!], total: all.length }),
    )
    .answer('organizations', 'list', ({ after }) => {
      const rows = byIds.filter((one) => one.id > (after ?? '')).slice(0, 2);
      return success({ rows, next: rows.at(-1)?.id ?? null });
    });
}

const names = ({ organizations }: WindowState): string[] =>
  organizations.shown.map(({ name }) => name);

it('shows the beginning of a long list at once, with how many there are, and then all', async () => {
  const fake = inSlices();
  const { state } = fake.state();
  await state.organizations.load();
  expect(names(state)).toEqual(['Alpha', 'Beta']);
  expect(state.organizations).toMatchObject({ loaded: true, whole: false, counts: null });
  expect(state.organizations).toMatchObject({ total: 4, shownCount: 4 });
  // What is not here cannot be selected, and half of a list is not "all".
  state.selection.selectAll(state.organizations.shown);
  expect(state.selection.count).toBe(0);
  await state.organizations.loadRest();
  expect(names(state)).toEqual(['Alpha', 'Beta', 'Delta', 'Gamma']);
  expect(state.organizations).toMatchObject({ whole: true, total: 4, shownCount: 4 });
  expect(state.organizations.counts).toMatchObject({ all: 4 });
  state.selection.selectAll(state.organizations.shown);
  expect(state.selection.count).toBe(4);
  await state.organizations.loadRest();
  expect(fake.requests('organizations.list')).toHaveLength(3);
});

it('puts what changed over the slices that were read before it', async () => {
  const slow = later<Outcome<{ rows: OrganizationRow[]; next: string | null }>>();
  const fake = inSlices();
  const { state } = fake.state();
  await state.organizations.load();
  fake.answer('organizations', 'list', () => slow.promise);
  const loading = state.organizations.loadRest();
  fake.emit('rowsChanged', { rows: [row(1, 'Newest'), row(9, 'Added')], removed: [id(3)] });
  expect(names(state)).toEqual(['Added', 'Alpha', 'Newest']);
  inSlices(fake);
  slow.give(success({ rows: [row(1, 'Delta'), row(2, 'Gamma')], next: id(2) }));
  await loading;
  expect(names(state)).toEqual(['Added', 'Alpha', 'Gamma', 'Newest']);
});

it('says that the rest of a list could not be read, and reads it when asked to', async () => {
  const fake = inSlices();
  const { state } = fake.state();
  await state.organizations.load();
  fake.answer('organizations', 'list', () => failed('store.busy'));
  await state.organizations.loadRest();
  expect(state.organizations.failure).toEqual({ code: 'store.busy' });
  expect(names(state)).toEqual(['Alpha', 'Beta']);
  inSlices(fake);
  await state.organizations.loadRest();
  expect([state.organizations.failure, names(state).length]).toEqual([null, 4]);
});

it('keeps why a list could not be read, and forgets it when it can', async () => {
  const fake = new FakeApi();
  const { state } = fake.state();
  await state.organizations.load();
  expect(state.organizations.failure).toEqual({ code: 'app.unexpected' });
  fake.lists([]);
  await state.organizations.load();
  expect([state.organizations.failure, state.organizations.loaded]).toEqual([null, true]);
});

it('opens an organization and ignores answers and events of another', async () => {
  const slow = later<Outcome<OrganizationView>>();
  const fake = new FakeApi().answer('organizations', 'open', ({ organizationId }) =>
    organizationId === id(1) ? slow.promise : success(view(2, 'Brunn')),
  );
  const { state } = fake.state();
  const first = state.open.open(id(1));
  await state.open.open(id(2));
  slow.give(success(view(1, 'Albrecht')));
  await first;
  fake.emit('organizationChanged', view(1, 'Albrecht'));
  expect(state.open.view?.name).toBe('Brunn');
  fake.emit('organizationChanged', view(2, 'Brunn Neu'));
  expect(state.open.view?.name).toBe('Brunn Neu');
});

it('ignores a page that is older than the one it has', async () => {
  const fake = new FakeApi().answer('organizations', 'open', () =>
    success({ ...view(1, 'Albrecht'), draftNumber: 3 }),
  );
  const { state } = fake.state();
  await state.open.open(id(1));
  fake.emit('organizationChanged', { ...view(1, 'Older'), draftNumber: 2 });
  expect(state.open.view?.name).toBe('Albrecht');
  fake.emit('organizationChanged', { ...view(1, 'Newer'), draftNumber: 3 });
  expect(state.open.view?.name).toBe('Newer');
});

it('leaves the page of an organization that is removed, and stays with one just added', async () => {
  const fake = new FakeApi().answer('organizations', 'open', () => success(view(1, 'Albrecht')));
  const { state } = fake.state();
  state.navigation.openOrganization(id(1));
  fake.emit('rowsChanged', { rows: [row(1, 'Albrecht')], removed: [] });
  expect(state.navigation.page).toBe('organization');
  fake.emit('rowsChanged', { rows: [], removed: [id(1)] });
  expect([state.navigation.page, state.open.id]).toEqual(['none', null]);
});

it('comes back from settings to where one was', async () => {
  const fake = new FakeApi().answer('organizations', 'open', () => success(view(1, 'Albrecht')));
  const { state } = fake.state();
  state.navigation.openOrganization(id(1));
  state.navigation.settings();
  state.navigation.add();
  state.navigation.back();
  expect(state.navigation.page).toBe('organization');
});

it('opens settings where they begin, at a tab, or for a sign-in, and stays at a tab one is at', () => {
  const { navigation } = new FakeApi().state().state;
  navigation.settings('checks');
  navigation.settings();
  expect([navigation.page, navigation.settingsTab]).toEqual(['settings', 'checks']);
  navigation.back();
  navigation.settings();
  expect(navigation.settingsTab).toBe('sign-ins');
  navigation.settings('sign-ins', signInId(3));
  expect(navigation.wantedSignIn).toBe(signInId(3));
  navigation.arrived();
  expect(navigation.wantedSignIn).toBeNull();
});

it('shows what a notification was about: one organization, or all that need attention', () => {
  const fake = new FakeApi().answer('organizations', 'open', () => success(view(1, 'Albrecht')));
  const { state } = fake.state();
  state.organizations.search.query = 'brunn';
  fake.emit('showRequested', { organizationId: null });
  expect([state.organizations.filter, state.organizations.search.query]).toEqual(['attention', '']);
  fake.emit('showRequested', { organizationId: id(1) });
  expect([state.navigation.page, state.open.id]).toEqual(['organization', id(1)]);
});

it('hands a menu command to the page that registered last', () => {
  const fake = new FakeApi();
  const { state } = fake.state();
  const [below, above] = [vi.fn(), vi.fn()];
  state.commands.on('save', below);
  const stop = state.commands.on('save', above);
  fake.emit('menuCommand', { command: 'save' });
  stop();
  fake.emit('menuCommand', { command: 'save' });
  expect([below.mock.calls.length, above.mock.calls.length]).toEqual([1, 1]);
});

it('keeps what is typed before it says that the window may close, even if keeping fails', async () => {
  const fake = new FakeApi().answer('app', 'flushed', () => success(null));
  const { state } = fake.state();
  const keeping = later<null>();
  state.closing.before(() => keeping.promise);
  state.closing.before(() => Promise.reject(new Error('x')));
  fake.emit('closing', null);
  await Promise.resolve();
  expect(fake.requests('app.flushed')).toEqual([]);
  keeping.give(null);
  await vi.waitFor(() => expect(fake.requests('app.flushed')).toEqual([{ unkept: [] }]));
});
