/** Guarantees of the repositories beyond storing rows. */
import { expect, test } from 'vitest';
import { drafts } from '../../../src/main/database/draft-table';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { ORGANIZATION } from '../samples';
import {
  addOrganization,
  addSignIns,
  change,
  contextOver,
  copy,
  draftOf,
  explaining,
  freshDatabase,
  NOW,
  opened,
  entryId,
  profile,
  read,
  signIn,
  signInId,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-database';

const saved = signIn(1);

test('removes an organization with everything that belongs to it, and nothing else', () => {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => {
    for (const number of [1, 2]) {
      const id = addOrganization(tables, number);
      tables.profiles.put(copy(id, profile('a')));
      tables.drafts.put(draftOf(id, profile('b'), profile('a')));
      tables.outbox.put(change(id, profile('c')));
      tables.abandoned.put(id, { business_phone: '1' });
      tables.revisions.add({
        entryId: id,
        at: 1,
        kind: 'saved',
        texts: profile('d'),
        author: null,
      });
    }
    tables.organizations.remove(entryId(1));
  });
  read(database, (tables) => {
    expect(tables.organizations.ids()).toEqual([entryId(2)]);
    expect(tables.list.ids({ ...WHOLE_LIST, search: 'a' }, 0, 10)).toEqual([entryId(2)]);
    expect(tables.outbox.count()).toBe(1);
  });
  database.close();
  for (const table of [
    'profile',
    'draft_field',
    'outbox',
    'pending_field',
    'abandoned',
    'revision',
    'organization_row',
  ]) {
    const rows = withRawDatabase(folder, (db) =>
      db.prepare(`SELECT DISTINCT entry_id AS id FROM ${table}`).all(),
    );
    expect(rows, table).toEqual([{ id: entryId(2) }]);
  }
});

test('keeps profile, draft, pending change and revisions when an organization is stored again', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    const id = addOrganization(tables, 1);
    tables.drafts.put(draftOf(id, profile('b'), profile('a')));
    tables.outbox.put(change(id, profile('c')));
    tables.revisions.add({
      entryId: id,
      at: 1,
      kind: 'saved',
      texts: profile('d'),
      author: null,
    });
    addOrganization(tables, 1, 'Renamed');
    tables.organizations.markViewed(id, NOW);
  });
  read(database, (tables) => {
    const [entry] = tables.organizations.entries(tables.organizations.ids());
    expect(entry?.organization).toMatchObject({ name: 'Renamed', viewedAt: NOW });
    expect(entry?.draft).not.toBeNull();
    expect(entry?.change).not.toBeNull();
    expect(tables.revisions.of(entryId(1))).toHaveLength(1);
  });
});

test('leaves the organizations of a removed sign-in without a sign-in', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    tables.signIns.put(saved);
    const id = addOrganization(tables, 1);
    tables.organizations.put({
      ...ORGANIZATION,
      id,
      name: 'Org',
      signInId: saved.id,
      addedAt: 1,
      viewedAt: null,
    });
    // Storing a sign-in again does not take it away from its organizations.
    tables.signIns.put({ ...saved, state: 'removing' });
    expect(tables.organizations.get(id)?.signInId).toBe(saved.id);
    tables.signIns.remove(saved.id);
  });
  read(database, (tables) => {
    expect(tables.organizations.get(entryId(1))?.signInId).toBeNull();
    expect(tables.signIns.useCounts()).toEqual(new Map());
  });
});

test('sends a pending change with the current sign-in of its organization', () => {
  const database = freshDatabase();
  const id = entryId(1);
  const signIns = () =>
    read(database, ({ outbox }) => ({
      entries: outbox.entries().map(({ signInId }) => signInId),
      signIns: outbox.signIns(),
      loads: outbox.loads().map(({ signInId }) => signInId),
    }));
  const only = (signIn: string | null) => ({
    entries: [signIn],
    signIns: [signIn],
    loads: signIn === null ? [] : [signIn],
  });
  const use = (signInId: string | null): void =>
    write(database, ({ organizations }) => {
      const record = organizations.get(id);
      if (record) organizations.put({ ...record, signInId });
    });
  write(database, (tables) => {
    addSignIns(tables);
    addOrganization(tables, 1);
  });
  use(signInId(1));
  write(database, ({ outbox }) => outbox.put(change(id, profile('a'))));
  expect(signIns(), 'of its organization').toEqual(only(signInId(1)));
  use(signInId(2));
  expect(signIns(), 'a different one was chosen').toEqual(only(signInId(2)));
  write(database, ({ outbox }) => outbox.put(change(id, profile('b'), { attempts: 2 })));
  expect(signIns(), 'stored again').toEqual(only(signInId(2)));
  expect(write(database, ({ organizations }) => organizations.release(signInId(1)))).toEqual([]);
  expect(signIns(), 'another sign-in released').toEqual(only(signInId(2)));
  expect(write(database, ({ organizations }) => organizations.release(signInId(2)))).toEqual([id]);
  expect(signIns(), 'released').toEqual(only(null));
  use(signInId(1));
  write(database, ({ signIns }) => signIns.remove(signInId(1)));
  expect(signIns(), 'the sign-in was removed').toEqual(only(null));
});

test('does not count changes that wait for the person as waiting for Cloudflare', () => {
  const database = freshDatabase();
  const states = ['queued', 'waiting', 'paused', 'conflict', 'differs', 'refused'] as const;
  write(database, (tables) => {
    for (const [index, state] of states.entries()) {
      addOrganization(tables, index + 1);
      tables.outbox.put(change(entryId(index + 1), profile('a'), { state }));
    }
  });
  expect(read(database, (tables) => tables.outbox.count())).toBe(3);
});

test('returns exactly the entries of the given organizations', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    for (const number of [1, 2, 3]) addOrganization(tables, number);
    tables.outbox.put(change(entryId(3), profile('a')));
  });
  const ids = [entryId(3), entryId(1), entryId(9)];
  const entries = read(database, (tables) => tables.organizations.entries(ids));
  expect(entries.map((entry) => entry.organization.id).sort()).toEqual([entryId(1), entryId(3)]);
  expect(entries.map((entry) => entry.change?.entryId ?? null)).toContain(entryId(3));
  expect(read(database, (tables) => tables.organizations.entries([]))).toEqual([]);
});

test('counts the drafts of few entries per field without reading all, and those of many alike', () => {
  const many = Array.from({ length: 2_000 }, (_, at) => entryId(at + 1));
  const few = many.slice(0, 3);
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => {
    for (const number of [1, 2, 4]) {
      const id = addOrganization(tables, number);
      tables.drafts.put(draftOf(id, { business_phone: `${number}` }, profile('a')));
    }
  });
  const counted = (ids: string[]) => read(database, (tables) => tables.drafts.countByField(ids));
  expect(counted(few)).toEqual([{ field: 'business_phone', count: 2 }]);
  expect(counted(many)).toEqual([{ field: 'business_phone', count: 3 }]);
  database.close();
  const { sql, plans, close } = explaining(folder);
  drafts(contextOver(sql)).countByField(few);
  close();
  expect(plans).toEqual([expect.stringContaining('SEARCH draft_field')]);
});

test('counts those of entries that have a copy, without those that are not saved', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    for (const number of [1, 2, 3]) addOrganization(tables, number);
    tables.profiles.put(copy(entryId(2), profile('a')));
  });
  expect(read(database, ({ profiles }) => profiles.countAmong([1, 2, 4].map(entryId)))).toEqual({
    read: 1,
    total: 2,
  });
});
