/** Transactions: a write happens completely or not at all, and the database never throws. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { DATABASE_FILE } from '../../../src/main/database';
import { resultCode, databaseFailure } from '../../../src/main/database/failures';
import { SqliteFile } from '../../../src/main/database/sqlite-file';
import type { Tables } from '../../../src/main/database/tables';
import { valueOf } from '../results';
import {
  addOrganization,
  draftOf,
  freshDatabase,
  opened,
  entryId,
  profile,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-database';

test('rolls everything back on an exception, and reports it', () => {
  const onUnexpected = vi.fn();
  const database = freshDatabase({ onUnexpected });
  const error = new Error('on purpose');
  const outcome = database.write((tables) => {
    addOrganization(tables, 1);
    throw error;
  });
  expect(outcome).toEqual({ ok: false, failure: { code: 'app.unexpected' } });
  expect(onUnexpected).toHaveBeenCalledExactlyOnceWith(error);
  expect(read(database, (tables) => tables.organizations.ids())).toEqual([]);
  write(database, (tables) => addOrganization(tables, 2));
  expect(read(database, (tables) => tables.organizations.ids())).toEqual([entryId(2)]);
});

test('reports that the app is stopping if the database is closed, which is not unexpected', () => {
  const onUnexpected = vi.fn();
  const database = freshDatabase({ onUnexpected });
  database.close();
  const stopping = { ok: false, failure: { code: 'app.stopping' } };
  expect(database.write((tables) => addOrganization(tables, 1))).toEqual(stopping);
  expect(database.read((tables) => tables.organizations.ids())).toEqual(stopping);
  database.close();
  expect(onUnexpected).not.toHaveBeenCalled();
});

test('rolls back earlier statements when one fails', () => {
  const onUnexpected = vi.fn();
  const database = freshDatabase({ onUnexpected });
  const outcome = database.write((tables) => {
    addOrganization(tables, 1);
    tables.drafts.put(draftOf(entryId(2), profile('a'), profile('a')));
  });
  expect(outcome).toEqual({ ok: false, failure: { code: 'app.unexpected' } });
  expect(resultCode(onUnexpected.mock.calls[0]?.[0])).toBe(19);
  expect(read(database, (tables) => tables.organizations.ids())).toEqual([]);
});

test('rejects writes in a read, asynchronous work and nested transactions', () => {
  const onUnexpected = vi.fn();
  const database = freshDatabase({ onUnexpected });
  expect(database.read((tables) => addOrganization(tables, 1)).ok).toBe(false);
  expect(
    database.write(async (tables) => {
      addOrganization(tables, 1);
      await Promise.resolve();
    }).ok,
  ).toBe(false);
  const nested = write(database, () => database.write((tables) => addOrganization(tables, 1)));
  expect(nested).toEqual({ ok: false, failure: { code: 'app.unexpected' } });
  expect(onUnexpected).toHaveBeenCalledTimes(3);
  expect(read(database, (tables) => tables.organizations.ids())).toEqual([]);
});

test('slices do not wait for the disk, but what follows them does', () => {
  const folder = temporaryFolder();
  const { database } = opened(folder, { onUnexpected: vi.fn() });
  const { transaction } = SqliteFile.prototype;
  /** SQLite's `synchronous` in each write transaction: 1 does not wait, 2 waits. */
  const levels: unknown[] = [];
  const spy = vi.spyOn(SqliteFile.prototype, 'transaction').mockImplementation(function (
    this: SqliteFile,
    begin,
    work,
    waits,
  ) {
    const observed = (): unknown => {
      if (begin !== 'BEGIN') levels.push(this.get('PRAGMA synchronous')?.['synchronous']);
      return work();
    };
    return transaction.call(this, begin, observed, waits);
  });
  onTestFinished(() => spy.mockRestore());
  const slice = (number: number): unknown =>
    valueOf(database.writeSlice((tables) => addOrganization(tables, number)));
  slice(1);
  slice(2);
  write(database, (tables) => addOrganization(tables, 3));
  slice(4);
  const failing = database.writeSlice(() => {
    throw new Error('on purpose');
  });
  expect(failing.ok).toBe(false);
  const log = (): number => statSync(join(folder, `${DATABASE_FILE}-wal`)).size;
  const before = log();
  expect(valueOf(database.flush())).toBeNull();
  expect(levels).toEqual([1, 1, 2, 1, 1, 2]);
  // SQLite waits for the disk only if something is written.
  expect(log()).toBeGreaterThan(before);
});

test('slices leave the copying of the log to a turn of its own', () => {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  const size = (): number => statSync(join(folder, DATABASE_FILE)).size;
  const before = size();
  for (let slice = 0; slice < 10; slice += 1) {
    const numbers = Array.from({ length: 200 }, (_, at) => 1 + slice * 200 + at);
    const add = (tables: Tables): void =>
      numbers.forEach(
        (number) => void addOrganization(tables, number, `${number} ${'x'.repeat(500)}`),
      );
    valueOf(database.writeSlice(add));
  }
  expect(size()).toBe(before);
  expect(database.checkpoint()).toBe(true);
  expect(size()).toBeGreaterThan(before + 1_000_000);
  expect(database.checkpoint()).toBe(false);
});

test('many slices leave few segments of the full-text index', () => {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  for (let slice = 1; slice <= 100; slice += 1) {
    valueOf(database.writeSlice((tables) => addOrganization(tables, slice)));
    database.checkpoint();
  }
  withRawDatabase(folder, (raw) => {
    const COUNT = 'SELECT count(DISTINCT segid) AS segments FROM name_search_idx';
    expect(Number(raw.prepare(COUNT).get()?.['segments'])).toBeLessThan(40);
  });
});

test('reports a database held by another process as busy, and works again afterwards', () => {
  const folder = temporaryFolder();
  const { database } = opened(folder, { busyTimeout: 10 });
  withRawDatabase(folder, (other) => {
    other.exec('BEGIN IMMEDIATE');
    const outcome = database.write((tables) => addOrganization(tables, 1));
    expect(outcome).toEqual({ ok: false, failure: { code: 'database.busy' } });
    other.exec('ROLLBACK');
  });
  write(database, (tables) => addOrganization(tables, 1));
  expect(read(database, (tables) => tables.organizations.ids())).toHaveLength(1);
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
  const { database } = opened(folder);
  const path = join(folder, DATABASE_FILE);
  const codeOf = (work: () => unknown) => databaseFailure(errorOf(work), path)?.code ?? null;
  const insert = "INSERT INTO setting VALUES ('x', hex(randomblob(100000)))";
  withRawDatabase(folder, (db) => {
    db.exec('PRAGMA max_page_count = 1');
    expect(codeOf(() => db.exec(insert))).toBe('database.full');
    expect(codeOf(() => db.exec('no such statement'))).toBeNull();
  });
  const readOnly = new DatabaseSync(path, { readOnly: true });
  expect(codeOf(() => readOnly.exec(insert))).toBe('database.read-only');
  readOnly.close();
  expect(codeOf(() => new DatabaseSync(folder))).toBe('database.io');
  const system = (code: string) => Object.assign(new Error(code), { code, syscall: 'open' });
  expect(databaseFailure(system('ENOSPC'), path)).toEqual({ code: 'database.full' });
  expect(databaseFailure(system('EROFS'), path)).toEqual({ code: 'database.read-only' });
  expect(databaseFailure(system('EIO'), path)).toEqual({ code: 'database.io' });
  const sqlite = (errcode: number, systemErrno?: number) =>
    databaseFailure(Object.assign(new Error('sqlite'), { errcode, systemErrno }), path)?.code;
  // An extended code has the primary code in its low byte (sqlite.org/rescode.html).
  expect(
    [5, 6, 8, 10, 11, 13, 26, 10 | (3 << 8), 11 | (1 << 8)].map((code) => sqlite(code)),
  ).toEqual([
    'database.busy',
    'database.busy',
    'database.read-only',
    'database.io',
    'database.damaged',
    'database.full',
    'database.damaged',
    'database.io',
    'database.damaged',
  ]);
  expect([sqlite(10, 28), sqlite(14, 30), sqlite(14, 13)]).toEqual([
    'database.full',
    'database.read-only',
    'database.read-only',
  ]);
  expect(databaseFailure(new Error('ours'), path)).toBeNull();
  database.close();
});
