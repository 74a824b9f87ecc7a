/** The state of the window: snapshots and events, navigation, commands, and closing. */
import { expect, it, vi } from 'vitest';
import { UNKNOWN_CONNECTION } from '../../../src/renderer/state/connection.svelte';
import { createApi } from '../../../src/renderer/state/api.svelte';
import { success, type Result } from '../../../src/shared/result';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import type { OrganizationView } from '../../../src/shared/organization';
import { deferred, FakeApi } from '../fake-api';
import { id, row, signInId, view } from '../samples';

it('turns a rejected call into a failure', async () => {
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
  const fake = new FakeApi().answer('drafts', 'save', () => success(null));
  const { state } = fake.state();
  const plain = { business_name: { base: 'A', text: 'Ä' } };
  const edits = new Proxy(plain, {});
  expect(() => structuredClone(edits)).toThrow();
  const outcome = await state.api.drafts.save({ entryId: id(1), edits, number: 1 });
  expect(outcome).toEqual(success(null));
  expect(fake.requests('drafts.save')).toEqual([{ entryId: id(1), edits: plain, number: 1 }]);
});

it('prefers an event over an older snapshot', async () => {
  const answer = deferred<Result<typeof UNKNOWN_CONNECTION>>();
  const fake = new FakeApi().answer('connection', 'get', () => answer.promise);
  const { state } = fake.state();
  const loading = state.connection.load();
  fake.emit('connectionChanged', { ...UNKNOWN_CONNECTION, state: 'online' });
  answer.resolve(success(UNKNOWN_CONNECTION));
  await loading;
  expect(state.connection.value.state).toBe('online');
});

it('opens an organization and ignores answers and events of another', async () => {
  const slow = deferred<Result<OrganizationView>>();
  const fake = new FakeApi().answer('organizations', 'open', ({ entryId }) =>
    entryId === id(1) ? slow.promise : success(view(2, 'Brunn')),
  );
  const { state } = fake.state();
  const first = state.open.open(id(1));
  await state.open.open(id(2));
  slow.resolve(success(view(1, 'Albrecht')));
  await first;
  fake.emit('organizationChanged', view(1, 'Albrecht'));
  expect(state.open.view?.name).toBe('Brunn');
  fake.emit('organizationChanged', view(2, 'Brunn Neu'));
  expect(state.open.view?.name).toBe('Brunn Neu');
});

it('ignores a page older than the current one', async () => {
  const fake = new FakeApi().answer('organizations', 'open', () =>
    success({ ...view(1, 'Albrecht'), editNumber: 3 }),
  );
  const { state } = fake.state();
  await state.open.open(id(1));
  fake.emit('organizationChanged', { ...view(1, 'Older'), editNumber: 2 });
  expect(state.open.view?.name).toBe('Albrecht');
  fake.emit('organizationChanged', { ...view(1, 'Newer'), editNumber: 3 });
  expect(state.open.view?.name).toBe('Newer');
});

it('knows the name of an organization before its page is loaded, if it was given', async () => {
  const slow = deferred<Result<OrganizationView>>();
  const fake = new FakeApi().answer('organizations', 'open', () => slow.promise);
  const { state } = fake.state();
  const opening = state.open.open(id(1), 'Albrecht');
  expect([state.open.view, state.open.name]).toEqual([null, 'Albrecht']);
  slow.resolve(success(view(1, 'Albrecht GmbH')));
  await opening;
  expect(state.open.name).toBe('Albrecht GmbH');
  void state.open.open(id(2));
  expect(state.open.name).toBeNull();
});

it('leaves the page of a removed organization, but not of one that was just added', async () => {
  const fake = new FakeApi().answer('organizations', 'open', () => success(view(1, 'Albrecht')));
  const { state } = fake.state();
  state.navigation.openOrganization(id(1));
  fake.list.upsert(row(1, 'Albrecht'));
  expect(state.navigation.screen).toBe('organization');
  fake.list.remove(id(1));
  expect([state.navigation.screen, state.open.id]).toEqual(['none', null]);
});

it('returns from Settings and Add organizations to the page before both', async () => {
  const fake = new FakeApi().answer('organizations', 'open', () => success(view(1, 'Albrecht')));
  const { state } = fake.state();
  state.navigation.openOrganization(id(1));
  state.navigation.settings();
  state.navigation.add();
  state.navigation.back();
  expect(state.navigation.screen).toBe('organization');
});

it.each(['settings', 'add'] as const)(
  'returns from %s to Activity, and from there to the page before that',
  (place) => {
    const fake = new FakeApi().answer('organizations', 'open', () => success(view(1, 'Albrecht')));
    const { navigation } = fake.state().state;
    navigation.openOrganization(id(1));
    navigation.activity();
    navigation[place]();
    navigation.back();
    expect(navigation.screen).toBe('activity');
    navigation.back();
    expect(navigation.screen).toBe('organization');
  },
);

it('opens Settings at the first tab, a given tab or a sign-in, and keeps the tab if it is open already', () => {
  const { navigation } = new FakeApi().state().state;
  navigation.settings('general');
  navigation.settings();
  expect([navigation.screen, navigation.settingsTab]).toEqual(['settings', 'general']);
  navigation.back();
  navigation.settings();
  expect(navigation.settingsTab).toBe('sign-ins');
  navigation.settings('sign-ins', signInId(3));
  expect(navigation.targetSignIn).toBe(signInId(3));
  navigation.clearTarget();
  expect(navigation.targetSignIn).toBeNull();
});

it('shows the subject of a notification: one organization, or all that need attention', () => {
  const fake = new FakeApi().answer('organizations', 'open', () => success(view(1, 'Albrecht')));
  const { state } = fake.state();
  const { query } = state.organizations;
  query.search = 'brunn';
  query.signIn = signInId(1);
  fake.emit('showRequested', { entryId: null });
  expect(query.value).toEqual({ ...WHOLE_LIST, filter: 'attention' });
  fake.emit('showRequested', { entryId: id(1) });
  expect([state.navigation.screen, state.open.id]).toEqual(['organization', id(1)]);
});

it('sends a menu command to the page that registered last', () => {
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

it('lets the window close only after all texts were saved, even if one cannot be, and says which', async () => {
  const fake = new FakeApi().answer('app', 'flushed', () => success(null));
  const { state } = fake.state();
  const saving = deferred<null>();
  state.unsavedTexts.register({ unsaved: [], flush: () => saving.promise });
  state.unsavedTexts.register({ unsaved: [id(1)], flush: () => Promise.reject(new Error('x')) });
  const gone = state.unsavedTexts.register({ unsaved: [id(2)], flush: () => saving.promise });
  gone();
  fake.emit('closing', null);
  await Promise.resolve();
  expect(fake.requests('app.flushed')).toEqual([]);
  saving.resolve(null);
  await vi.waitFor(() =>
    expect(fake.requests('app.flushed')).toEqual([{ unsaved: [id(1), id(2)] }]),
  );
});
