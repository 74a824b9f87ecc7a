/** Helpers of many tests: real databases in temporary folders, and rows to put into them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { DatabaseSync } from '@photostructure/sqlite';
import { onTestFinished } from 'vitest';
import {
  DATABASE_FILE,
  openDatabase,
  type OpenedDatabase,
  type DatabaseOptions,
} from '../../../src/main/database';
import { Changes } from '../../../src/main/database/change-feed';
import type { Context } from '../../../src/main/database/context';
import { SqliteFile, type Sql, type Value } from '../../../src/main/database/sqlite-file';
import { RowMacs } from '../../../src/main/database/row-macs';
import { createDatabase } from '../../../src/main/database/database';
import type { SignInRow } from '../../../src/main/database/sign-in-table';
import type { DraftRow } from '../../../src/main/database/draft-table';
import type { OutboxRow } from '../../../src/main/database/outbox-table';
import type { ProfileRow } from '../../../src/main/database/profile-table';
import type { Database, Tables } from '../../../src/main/database/tables';
import type { Author } from '../../../src/shared/history';
import { touchedFields, type Patch } from '../../../src/shared/patch';
import { FIELD_NAMES, mapFields, type Edits, type Profile } from '../../../src/shared/profile';
import { valueOf } from '../results';
import { putNewDatabase } from './new-database';
import { KEY_SIGN_IN, ORGANIZATION } from '../samples';

/** The moment that tests use as now: 2026-11-24T15:30:00Z. */
export const NOW = Date.UTC(2026, 10, 24, 15, 30, 0);

/** Creates a folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-database-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens the database in a folder and closes it after the test. Unexpected errors fail the test. */
export function opened(folder: string, options: Partial<DatabaseOptions> = {}): OpenedDatabase {
  const onUnexpected = (error: unknown): void => {
    throw error;
  };
  const result = valueOf(openDatabase(folder, { now: () => NOW, onUnexpected, ...options }));
  onTestFinished(() => result.database.close());
  return result;
}

/** A database in a fresh folder. */
export function freshDatabase(options: Partial<DatabaseOptions> = {}): Database {
  const folder = temporaryFolder();
  putNewDatabase(folder);
  return opened(folder, options).database;
}

/**
 * Opens the database in a folder as if on a small disk. The test can make it full (SQLite then may
 * not add pages) and free again.
 */
export function databaseOnSmallDisk(folder: string) {
  const path = join(folder, DATABASE_FILE);
  const file = new SqliteFile(path, { busyTimeout: 10 });
  const { database, list } = createDatabase(file, path, { now: () => NOW }, () => undefined);
  onTestFinished(() => database.close());
  return {
    database,
    list,
    fill: () => file.script('PRAGMA max_page_count = 1'),
    free: () => file.script('PRAGMA max_page_count = 1000000'),
  };
}

/** Reads; a failure fails the test. */
export const read = <T>(database: Database, work: (tables: Tables) => T): T =>
  valueOf(database.read(work));
/** Writes; a failure fails the test. */
export const write = <T>(database: Database, work: (tables: Tables) => T): T =>
  valueOf(database.write(work));

/** A context for repositories that executes its statements with `sql`. Publishes no marks. */
export const contextOver = (sql: Sql): Context => ({
  sql,
  changes: new Changes(),
  rows: { touch: () => undefined, moved: () => undefined, released: () => undefined },
  macs: new RowMacs(),
  nextTry: () => 1,
  now: () => NOW,
});

/** An `Sql` whose statements return nothing and only record their query plan, one text each. */
export function explaining(folder: string): { sql: Sql; plans: string[]; close: () => void } {
  const file = new SqliteFile(join(folder, DATABASE_FILE), { busyTimeout: 0 });
  const plans: string[] = [];
  const explain = (sql: string, ...values: Value[]): null => {
    const plan = file.all(`EXPLAIN QUERY PLAN ${sql}`, ...values);
    plans.push(plan.map((row) => String(row['detail'])).join('; '));
    return null;
  };
  const all = (sql: string, ...values: Value[]): [] => {
    explain(sql, ...values);
    return [];
  };
  const sql = { all, get: explain, arrays: all, each: all, run: () => 0 };
  return { sql, plans, close: () => file.close() };
}

/** Opens a database file with the driver alone and without `CHECK`s, and passes it to `work`; returns the result. */
export function withRawDatabase<T>(
  folder: string,
  work: (db: InstanceType<typeof DatabaseSync>) => T,
): T {
  const db = new DatabaseSync(join(folder, DATABASE_FILE));
  db.exec('PRAGMA ignore_check_constraints = ON');
  try {
    return work(db);
  } finally {
    db.close();
  }
}

export const entryId = (number: number): string => number.toString(16).padStart(32, '0');
export const signInId = (number: number): string => number.toString(16).padStart(16, '0');

/** A profile whose five texts start with `text`. */
export const profile = (text: string): Profile => mapFields((field) => `${text} ${field}`);

/** Stores an organization without a sign-in; returns its id. */
export function addOrganization(tables: Tables, number: number, name = `Org ${number}`): string {
  const id = entryId(number);
  tables.organizations.put({
    ...ORGANIZATION,
    id,
    name,
    signInId: null,
    addedAt: NOW,
    viewedAt: null,
  });
  return id;
}

/** A sign-in row as it is when just added. */
export const signIn = (number: number): SignInRow => ({
  ...KEY_SIGN_IN,
  id: signInId(number),
  label: `Sign-in ${number}`,
  email: 'person@example.org',
  userId: null,
  state: 'stored',
  checkedAt: null,
  issue: null,
  issueSince: null,
});

/** Stores the first two sign-ins. */
export function addSignIns(tables: Tables): void {
  for (const number of [1, 2]) tables.signIns.put(signIn(number));
}

/** A row with a copy of Cloudflare's profile that was read long ago. */
export const copy = (id: string, fields: Profile | null): ProfileRow => ({
  entryId: id,
  fields,
  confirmedAt: 1,
  checkedAt: 1,
  changedElsewhere: false,
});

/**
 * A patch with these texts. `base` has the old texts (null: lost to damage); `save` owns the fields.
 */
export function patchTo(
  texts: Edits,
  base: Profile | null = profile('base'),
  save?: string | undefined,
): Patch {
  const patch: Patch = {};
  for (const field of touchedFields(texts)) {
    const owner = save === undefined ? {} : { save };
    patch[field] = { base: base && base[field], text: texts[field] ?? '', ...owner };
  }
  return patch;
}

/** A draft row with these texts. */
export const draftOf = (
  id: string,
  texts: Edits,
  base: Profile | null = profile('base'),
  updatedAt = 1,
): DraftRow => ({ entryId: id, patch: patchTo(texts, base), updatedAt });

/** A pending change with these texts, as it is when just submitted. */
export function change(id: string, texts: Edits, more: Partial<OutboxRow> = {}): OutboxRow {
  return {
    entryId: id,
    version: 1,
    patch: patchTo(texts),
    attempted: {},
    remote: null,
    submittedAt: NOW,
    attempts: 0,
    nextTryAt: null,
    failure: null,
    state: 'queued',
    saveId: null,
    ...more,
  };
}

/** Any text JavaScript can hold, including NUL and lone surrogates. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom('\0', '\ud800', '\udc00', '\u2028', '"', '\\', '\r\n', 'ß', '😀'))
    .map((parts) => parts.join('')),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

/** Any profile. */
export const anyProfile: fc.Arbitrary<Profile> = fc
  .tuple(anyText, anyText, anyText, anyText, anyText)
  .map((texts) => {
    const left = [...texts];
    return mapFields(() => left.shift() ?? '');
  });

/** Any texts for some fields. */
export const anyEdits: fc.Arbitrary<Edits> = fc
  .tuple(anyProfile, fc.subarray([...FIELD_NAMES]))
  .map(([fields, names]) => Object.fromEntries(names.map((name) => [name, fields[name]])));

/** Any author that the contract allows. */
export const anyAuthor: fc.Arbitrary<Author> = fc.record({
  who: fc.string({ maxLength: 100 }),
  via: fc.constantFrom('dashboard', 'api', 'unknown'),
  at: fc.nat(),
});

/** Any patch that is not empty. */
export const anyPatch: fc.Arbitrary<Patch> = fc
  .dictionary(
    fc.constantFrom(...FIELD_NAMES),
    fc.record(
      { base: fc.option(anyText), text: anyText, save: fc.constantFrom('save', 'other') },
      { requiredKeys: ['base', 'text'], noNullPrototype: true },
    ),
    { minKeys: 1, noNullPrototype: true },
  )
  .map((patch) => ({ ...patch }));
