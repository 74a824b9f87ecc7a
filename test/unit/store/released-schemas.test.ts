/**
 * Databases of released schemas open in this app, with every text byte for byte. Each released schema
 * has a fixture, `fixtures/schema-N.db` with what was put into it in `schema-N.json`; how one is made
 * for a release is in `fixtures/make.mjs`. A step between two schemas that is interrupted or fails
 * leaves the database as it was.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import { DATABASE_FILE, openStore, takeOver } from '../../../src/main/store';
import { SCHEMA_VERSION } from '../../../src/main/store/migrations';
import type { Tables } from '../../../src/main/store/tables';
import { REVISION_KINDS } from '../../../src/shared/history';
import { CHANGE_STATES } from '../../../src/shared/organization';
import { SIGN_IN_STATES } from '../../../src/shared/sign-in';
import {
  directly,
  freshStore,
  NOW,
  opened,
  read,
  temporaryFolder,
  valueOf,
  write,
} from './temporary-store';

type Rows = Record<string, unknown>[];
/** What was put into a fixture. A released app's rows may lack what later ones have. */
interface Contents extends Record<
  'credentials' | 'organizations' | 'profiles' | 'drafts' | 'outbox' | 'revisions',
  Rows
> {
  settings: Record<string, unknown>;
  unreadable: { there: string; replaced: string };
  /** Organizations with the draft that cannot be read, and with one that could not. */
  thereIn: string;
  replacedIn: string;
}

const RELEASED = Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 1);
const fixture = (version: number, ending: 'db' | 'json'): string =>
  fileURLToPath(new URL(`fixtures/schema-${version}.${ending}`, import.meta.url));
const contentsOf = (version: number): Contents =>
  JSON.parse(readFileSync(fixture(version, 'json'), 'utf8')) as Contents;

/** A folder with a copy of the fixture as its database. */
function folderOf(version: number): string {
  const folder = temporaryFolder();
  copyFileSync(fixture(version, 'db'), join(folder, DATABASE_FILE));
  return folder;
}

const columnOf = (folder: string, sql: string): unknown[] =>
  directly(folder, (db) => db.prepare(sql).all() as Rows).map((row) => Object.values(row)[0]);

/** Everything a fixture holds is there, as the repositories of today read it. */
function expectContents(tables: Tables, contents: Contents): void {
  expect(tables.credentials.all()).toMatchObject(contents.credentials);
  expect(tables.organizations.all()).toMatchObject(contents.organizations);
  const ids = tables.organizations.ids();
  const all = <T>(get: (id: string) => T | null): T[] => ids.flatMap((id) => get(id) ?? []);
  expect(all((id) => tables.profiles.get(id))).toMatchObject(contents.profiles);
  expect(all((id) => tables.drafts.get(id))).toMatchObject(contents.drafts);
  expect(all((id) => tables.outbox.get(id))).toMatchObject(contents.outbox);
  expect(ids.flatMap((id) => tables.revisions.of(id))).toMatchObject(contents.revisions);
  for (const [name, value] of Object.entries(contents.settings))
    expect(tables.settings.get(name)).toEqual(value);
}

test('every schema that was released has its fixture', () => {
  expect(RELEASED.length).toBeGreaterThan(0);
  for (const version of RELEASED) {
    expect(existsSync(fixture(version, 'db')), `schema-${version}.db`).toBe(true);
    expect(existsSync(fixture(version, 'json')), `schema-${version}.json`).toBe(true);
    const header = readFileSync(fixture(version, 'db'));
    expect(header.readUInt32BE(60), `schema-${version}.db holds schema`).toBe(version);
  }
});

test.each(RELEASED)('schema %i: its fixture holds what is worth trying', (version) => {
  const contents = contentsOf(version);
  const kinds = (rows: Rows, name: string): Set<unknown> => new Set(rows.map((row) => row[name]));
  expect(kinds(contents.credentials, 'state')).toEqual(new Set(SIGN_IN_STATES));
  expect(kinds(contents.outbox, 'state')).toEqual(new Set(CHANGE_STATES));
  const later: Record<string, number> = { accepted: 2 };
  const known = REVISION_KINDS.filter((kind) => (later[kind] ?? 1) <= version);
  expect(kinds(contents.revisions, 'kind')).toEqual(new Set(known));
  const texts = JSON.stringify(contents);
  for (const text of ['\\u0000', '\\ud800', '\\r\\n', '\u2028', '\\"crm\\"'])
    expect(texts).toContain(text);
});

test.each(RELEASED)('schema %i opens, and every text is there byte for byte', (version) => {
  const folder = folderOf(version);
  const contents = contentsOf(version);
  for (const time of ['the first time', 'again']) {
    const { store, setAside, check } = opened(folder);
    expect(setAside, time).toBeNull();
    expect(check(), time).toEqual({ ok: true, value: null });
    read(store, (tables) => expectContents(tables, contents));
    expect(read(store, (tables) => tables.drafts.get(contents.thereIn))).toBeNull();
    store.close();
  }
  expect(columnOf(folder, 'PRAGMA user_version')).toEqual([SCHEMA_VERSION]);
  expect(columnOf(folder, 'PRAGMA foreign_key_check')).toEqual([]);
  expect(columnOf(folder, `SELECT fields FROM draft WHERE organization_id = '${contents.thereIn}'`)) //
    .toEqual([contents.unreadable.there]);
  const kept = columnOf(folder, 'SELECT row FROM unreadable') as string[];
  expect(kept.map((row) => JSON.parse(row) as unknown)).toMatchObject([
    { organization_id: contents.replacedIn, fields: contents.unreadable.replaced },
  ]);
});

test.each(RELEASED)('schema %i ends up with the tables and indexes of a fresh one', (version) => {
  const schema = (folder: string): unknown[] => {
    opened(folder).store.close();
    const parts = `SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema`;
    return columnOf(folder, parts).sort();
  };
  expect(schema(folderOf(version))).toEqual(schema(temporaryFolder()));
});

test.each(RELEASED)('schema %i as a killed app leaves it, with a write-ahead log', (version) => {
  const running = folderOf(version);
  const db = new DatabaseSync(join(running, DATABASE_FILE));
  db.prepare('INSERT INTO setting VALUES (?, ?)').run('from', '"the log"');
  const folder = temporaryFolder();
  for (const ending of ['', '-wal'])
    copyFileSync(join(running, DATABASE_FILE + ending), join(folder, DATABASE_FILE + ending));
  db.close();
  const { store, setAside } = opened(folder);
  expect(setAside).toBeNull();
  read(store, (tables) => {
    expect(tables.settings.get('from')).toBe('the log');
    expectContents(tables, contentsOf(version));
  });
});

/** What was paused is tried with the sign-in there is now. */
const triedAgain = ({ state }: Record<string, unknown>) =>
  state === 'paused' ? { state: 'queued', failure: null } : {};

test.each(RELEASED)('schema %i goes on working: written, and taken over from', (version) => {
  const folder = folderOf(version);
  const contents = contentsOf(version);
  const { store } = opened(folder);
  write(store, (tables) => {
    tables.budget.put({ userId: 'user', state: { used: 1 } });
    for (const draft of [...contents.drafts]) tables.drafts.remove(String(draft['organizationId']));
    tables.organizations.remove(String(contents.organizations[0]?.['id']));
  });
  expect(read(store, (tables) => tables.organizations.ids())).toHaveLength(
    contents.organizations.length - 1,
  );
  const fresh = freshStore();
  // The unreadable draft stays behind; everything else comes along, straight from the old schema.
  const taken = valueOf(takeOver(fresh, join(folderOf(version), DATABASE_FILE)));
  expect(taken).toEqual({
    organizations: contents.organizations.length,
    signIns: contents.credentials.length,
    drafts: contents.drafts.length + contents.outbox.length,
  });
  read(fresh, (tables) =>
    expectContents(tables, {
      ...contents,
      outbox: contents.outbox.map((row) => ({ ...row, bulkRunId: null, ...triedAgain(row) })),
      settings: { 'change-version': contents.outbox.length },
    }),
  );
});

test('a database stays as it was when the step to the next schema fails', () => {
  const version = 1;
  const folder = folderOf(version);
  const inTheWay = (sql: string): void => directly(folder, (db) => db.exec(sql));
  // A table nobody expects makes the last statements of the next step fail, after the first worked.
  inTheWay('CREATE TABLE given_up (nobody TEXT)');
  const before = readFileSync(join(folder, DATABASE_FILE));
  const errors: unknown[] = [];
  const outcome = openStore(folder, {
    now: () => NOW,
    onUnexpected: (error) => errors.push(error),
  });
  expect(outcome).toEqual({ ok: false, failure: { code: 'app.unexpected' } });
  expect(errors).toHaveLength(1);
  expect(readFileSync(join(folder, DATABASE_FILE)).equals(before)).toBe(true);
  expect(columnOf(folder, 'PRAGMA user_version')).toEqual([version]);
  expect(columnOf(folder, "SELECT name FROM sqlite_schema WHERE name = 'budget'")).toEqual([]);
  inTheWay('DROP TABLE given_up');
  const { store, setAside } = opened(folder);
  expect(setAside).toBeNull();
  read(store, (tables) => expectContents(tables, contentsOf(version)));
});

test.each(RELEASED)('schema %i stays as it was while another process writes', (version) => {
  const folder = folderOf(version);
  const before = readFileSync(join(folder, DATABASE_FILE));
  // Another process reads and writes: the step waits for it, gives up, and changes nothing.
  directly(folder, (other) => {
    other.exec('BEGIN IMMEDIATE');
    expect(openStore(folder, { now: () => NOW, busyTimeout: 10 })).toEqual({
      ok: false,
      failure: { code: 'store.busy' },
    });
    other.exec('ROLLBACK');
  });
  expect(readFileSync(join(folder, DATABASE_FILE)).equals(before)).toBe(true);
  expect(columnOf(folder, 'PRAGMA user_version')).toEqual([version]);
  const { store } = opened(folder);
  read(store, (tables) => expectContents(tables, contentsOf(version)));
});
