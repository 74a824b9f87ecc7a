/** Guarantees of the repositories beyond storing rows. */
import { expect, test } from 'vitest';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { ORGANIZATION } from '../samples';
import {
  addOrganization,
  addSignIns,
  change,
  copy,
  draftOf,
  freshStore,
  NOW,
  opened,
  organizationId,
  profile,
  read,
  signIn,
  signInId,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-store';

const credential = signIn(1);

test('removes an organization with everything that belongs to it, and nothing else', () => {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  write(store, (tables) => {
    for (const number of [1, 2]) {
      const id = addOrganization(tables, number);
      tables.profiles.put(copy(id, profile('a')));
      tables.drafts.put(draftOf(id, profile('b'), profile('a')));
      tables.outbox.put(change(id, profile('c')));
      tables.abandoned.put(id, { business_phone: '1' });
      tables.revisions.add({
        organizationId: id,
        at: 1,
        kind: 'saved',
        texts: profile('d'),
        author: null,
      });
    }
    tables.organizations.remove(organizationId(1));
  });
  read(store, (tables) => {
    expect(tables.organizations.ids()).toEqual([organizationId(2)]);
    expect(tables.list.ids({ ...WHOLE_LIST, search: 'a' }, 0, 10)).toEqual([organizationId(2)]);
    expect(tables.outbox.count()).toBe(1);
  });
  store.close();
  for (const table of ['profile', 'draft', 'outbox', 'abandoned', 'revision', 'organization_row']) {
    const rows = withRawDatabase(folder, (db) =>
      db.prepare(`SELECT organization_id AS id FROM ${table}`).all(),
    );
    expect(rows, table).toEqual([{ id: organizationId(2) }]);
  }
});

test('keeps profile, draft, pending change and revisions when an organization is stored again', () => {
  const store = freshStore();
  write(store, (tables) => {
    const id = addOrganization(tables, 1);
    tables.drafts.put(draftOf(id, profile('b'), profile('a')));
    tables.outbox.put(change(id, profile('c')));
    tables.revisions.add({
      organizationId: id,
      at: 1,
      kind: 'saved',
      texts: profile('d'),
      author: null,
    });
    addOrganization(tables, 1, 'Renamed');
    tables.organizations.markViewed(id, NOW);
  });
  read(store, (tables) => {
    const [entry] = tables.organizations.entries();
    expect(entry?.organization).toMatchObject({ name: 'Renamed', viewedAt: NOW });
    expect(entry?.draft).not.toBeNull();
    expect(entry?.change).not.toBeNull();
    expect(tables.revisions.of(organizationId(1))).toHaveLength(1);
  });
});

test('leaves the organizations of a removed sign-in without a sign-in', () => {
  const store = freshStore();
  write(store, (tables) => {
    tables.credentials.put(credential);
    const id = addOrganization(tables, 1);
    tables.organizations.put({
      ...ORGANIZATION,
      id,
      name: 'Org',
      credentialId: credential.id,
      addedAt: 1,
      viewedAt: null,
    });
    // Storing a sign-in again does not take it away from its organizations.
    tables.credentials.put({ ...credential, state: 'removing' });
    expect(tables.organizations.get(id)?.credentialId).toBe(credential.id);
    tables.credentials.remove(credential.id);
  });
  read(store, (tables) => {
    expect(tables.organizations.get(organizationId(1))?.credentialId).toBeNull();
    expect(tables.credentials.useCounts()).toEqual(new Map());
  });
});

test('sends a pending change with the current sign-in of its organization', () => {
  const store = freshStore();
  const id = organizationId(1);
  const signIns = () =>
    read(store, ({ outbox }) => ({
      entries: outbox.entries().map(({ credentialId }) => credentialId),
      signIns: outbox.signIns(),
      loads: outbox.loads().map(({ credentialId }) => credentialId),
    }));
  const only = (signIn: string | null) => ({
    entries: [signIn],
    signIns: [signIn],
    loads: signIn === null ? [] : [signIn],
  });
  const use = (credentialId: string | null): void =>
    write(store, ({ organizations }) => {
      const record = organizations.get(id);
      if (record) organizations.put({ ...record, credentialId });
    });
  write(store, (tables) => {
    addSignIns(tables);
    addOrganization(tables, 1);
  });
  use(signInId(1));
  write(store, ({ outbox }) => outbox.put(change(id, profile('a'))));
  expect(signIns(), 'of its organization').toEqual(only(signInId(1)));
  use(signInId(2));
  expect(signIns(), 'a different one was chosen').toEqual(only(signInId(2)));
  write(store, ({ outbox }) => outbox.put(change(id, profile('b'), { attempts: 2 })));
  expect(signIns(), 'stored again').toEqual(only(signInId(2)));
  expect(write(store, ({ organizations }) => organizations.release(signInId(1)))).toEqual([]);
  expect(signIns(), 'another sign-in released').toEqual(only(signInId(2)));
  expect(write(store, ({ organizations }) => organizations.release(signInId(2)))).toEqual([id]);
  expect(signIns(), 'released').toEqual(only(null));
  use(signInId(1));
  write(store, ({ credentials }) => credentials.remove(signInId(1)));
  expect(signIns(), 'the sign-in was removed').toEqual(only(null));
});

test('does not count changes that wait for the person as waiting for Cloudflare', () => {
  const store = freshStore();
  const states = ['queued', 'waiting', 'paused', 'conflict', 'differs', 'refused'] as const;
  write(store, (tables) => {
    for (const [index, state] of states.entries()) {
      addOrganization(tables, index + 1);
      tables.outbox.put(change(organizationId(index + 1), profile('a'), { state }));
    }
  });
  expect(read(store, (tables) => tables.outbox.count())).toBe(3);
});

test('returns exactly the entries of the given organizations', () => {
  const store = freshStore();
  write(store, (tables) => {
    for (const number of [1, 2, 3]) addOrganization(tables, number);
    tables.outbox.put(change(organizationId(3), profile('a')));
  });
  const ids = [organizationId(3), organizationId(1), organizationId(9)];
  const entries = read(store, (tables) => tables.organizations.entries(ids));
  expect(entries.map((entry) => entry.organization.id).sort()).toEqual([
    organizationId(1),
    organizationId(3),
  ]);
  expect(entries.map((entry) => entry.change?.organizationId ?? null)).toContain(organizationId(3));
  expect(read(store, (tables) => tables.organizations.entries([]))).toEqual([]);
});
