/** Transactions: a write happens completely or not at all, and the store never throws. */
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test, vi } from 'vitest';
import { DATABASE_FILE } from '../../../src/main/database';
import { resultCode, storeFailure } from '../../../src/main/database/failures';
import {
  addOrganization,
  draftOf,
  freshStore,
  opened,
  organizationId,
  profile,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-store';

test('rolls everything back on an exception, and reports it', () => {
  const onUnexpected = vi.fn();
  const store = freshStore({ onUnexpected });
  const error = new Error('on purpose');
  const outcome = store.write((tables) => {
    addOrganization(tables, 1);
    throw error;
  });
  expect(outcome).toEqual({ ok: false, failure: { code: 'app.unexpected' } });
  expect(onUnexpected).toHaveBeenCalledExactlyOnceWith(error);
  expect(read(store, (tables) => tables.organizations.ids())).toEqual([]);
  write(store, (tables) => addOrganization(tables, 2));
  expect(read(store, (tables) => tables.organizations.ids())).toEqual([organizationId(2)]);
});

test('reports that the app is stopping if the store is closed, which is not unexpected', () => {
  const onUnexpected = vi.fn();
  const store = freshStore({ onUnexpected });
  store.close();
  const stopping = { ok: false, failure: { code: 'app.stopping' } };
  expect(store.write((tables) => addOrganization(tables, 1))).toEqual(stopping);
  expect(store.read((tables) => tables.organizations.ids())).toEqual(stopping);
  store.close();
  expect(onUnexpected).not.toHaveBeenCalled();
});

test('rolls back earlier statements when one fails', () => {
  const onUnexpected = vi.fn();
  const store = freshStore({ onUnexpected });
  const outcome = store.write((tables) => {
    addOrganization(tables, 1);
    tables.drafts.put(draftOf(organizationId(2), profile('a'), profile('a')));
  });
  expect(outcome).toEqual({ ok: false, failure: { code: 'app.unexpected' } });
  expect(resultCode(onUnexpected.mock.calls[0]?.[0])).toBe(19);
  expect(read(store, (tables) => tables.organizations.ids())).toEqual([]);
});

test('rejects writes in a read, asynchronous work and nested transactions', () => {
  const onUnexpected = vi.fn();
  const store = freshStore({ onUnexpected });
  expect(store.read((tables) => addOrganization(tables, 1)).ok).toBe(false);
  expect(
    store.write(async (tables) => {
      addOrganization(tables, 1);
      await Promise.resolve();
    }).ok,
  ).toBe(false);
  const nested = write(store, () => store.write((tables) => addOrganization(tables, 1)));
  expect(nested).toEqual({ ok: false, failure: { code: 'app.unexpected' } });
  expect(onUnexpected).toHaveBeenCalledTimes(3);
  expect(read(store, (tables) => tables.organizations.ids())).toEqual([]);
});

test('reports a database held by another process as busy, and works again afterwards', () => {
  const folder = temporaryFolder();
  const { store } = opened(folder, { busyTimeout: 10 });
  withRawDatabase(folder, (other) => {
    other.exec('BEGIN IMMEDIATE');
    const outcome = store.write((tables) => addOrganization(tables, 1));
    expect(outcome).toEqual({ ok: false, failure: { code: 'store.busy' } });
    other.exec('ROLLBACK');
  });
  write(store, (tables) => addOrganization(tables, 1));
  expect(read(store, (tables) => tables.organizations.ids())).toHaveLength(1);
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test('maps errors of SQLite and of the file system to their codes', () => {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  const path = join(folder, DATABASE_FILE);
  const codeOf = (work: () => unknown) => storeFailure(errorOf(work), path)?.code ?? null;
  const insert = "INSERT INTO setting VALUES ('x', hex(randomblob(100000)))";
  withRawDatabase(folder, (db) => {
    db.exec('PRAGMA max_page_count = 1');
    expect(codeOf(() => db.exec(insert))).toBe('store.full');
    expect(codeOf(() => db.exec('no such statement'))).toBeNull();
  });
  const readOnly = new DatabaseSync(path, { readOnly: true });
  expect(codeOf(() => readOnly.exec(insert))).toBe('store.read-only');
  readOnly.close();
  expect(codeOf(() => new DatabaseSync(folder))).toBe('store.io');
  const system = (code: string) => Object.assign(new Error(code), { code, syscall: 'open' });
  expect(storeFailure(system('ENOSPC'), path)).toEqual({ code: 'store.full' });
  expect(storeFailure(system('EROFS'), path)).toEqual({ code: 'store.read-only' });
  expect(storeFailure(system('EIO'), path)).toEqual({ code: 'store.io' });
  const sqlite = (errcode: number, systemErrno?: number) =>
    storeFailure(Object.assign(new Error('sqlite'), { errcode, systemErrno }), path)?.code;
  // An extended code has the primary code in its low byte (sqlite.org/rescode.html).
  expect(
    [5, 6, 8, 10, 11, 13, 26, 10 | (3 << 8), 11 | (1 << 8)].map((code) => sqlite(code)),
  ).toEqual([
    'store.busy',
    'store.busy',
    'store.read-only',
    'store.io',
    'store.damaged',
    'store.full',
    'store.damaged',
    'store.io',
    'store.damaged',
  ]);
  expect([sqlite(10, 28), sqlite(14, 30), sqlite(14, 13)]).toEqual([
    'store.full',
    'store.read-only',
    'store.read-only',
  ]);
  expect(storeFailure(new Error('ours'), path)).toBeNull();
  store.close();
});
