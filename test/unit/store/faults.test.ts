/**
 * A database after anything that can happen to its files: it opens, or the answer says why; what can
 * be noticed is told; nothing is reset silently; nothing is thrown.
 */
import { chmodSync, chownSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { DatabaseSync } from '@photostructure/sqlite';
import { beforeAll, expect, test } from 'vitest';
import { DATABASE_FILE, openStore, type OpenedStore } from '../../../src/main/store';
import { Database } from '../../../src/main/store/database';
import { createStore } from '../../../src/main/store/store';
import type { Store, Tables } from '../../../src/main/store/tables';
import type { FailureCode, Outcome } from '../../../src/shared/failure';
import {
  addOrganization,
  change,
  directly,
  NOW,
  opened,
  profile,
  read,
  temporaryFolder,
  write,
} from './temporary-store';

const COUNT = 12;
const WAL = `${DATABASE_FILE}-wal`;
const page = 4_096;

/** Something of everything, of the organization with this number. */
function addAll(tables: Tables, number: number): void {
  const id = addOrganization(tables, number);
  const fields = profile(`saved ${number} ${'x'.repeat(number * 60)}`);
  const times = { confirmedAt: 1, checkedAt: 1, changedElsewhere: false };
  tables.profiles.put({ organizationId: id, fields, ...times });
  tables.drafts.put({
    organizationId: id,
    fields: profile(`draft ${number}`),
    base: fields,
    updatedAt: 1,
  });
  tables.outbox.put(change(id, profile(`desired ${number}`)));
  for (const kind of ['saved', 'replaced'] as const)
    tables.revisions.add({ organizationId: id, at: number, kind, fields });
}

/** Everything the window may ask for. */
function readAll(tables: Tables) {
  const ids = tables.organizations.ids();
  return {
    entries: tables.organizations.entries(),
    credentials: tables.credentials.all(),
    order: tables.profiles.checkOrder(),
    outbox: tables.outbox.all(),
    found: tables.organizations.search('draft'),
    pages: ids.map((id) => tables.revisions.page(id, null, 20)),
    latest: ids.map((id) => tables.revisions.latest(id)),
  };
}

/** A closed database, and the two files a killed app leaves: the log holds one organization more. */
let closed: Buffer;
let killed: { database: Buffer; log: Buffer };
beforeAll(() => {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  write(store, (tables) => {
    for (let number = 1; number <= COUNT; number++) addAll(tables, number);
  });
  store.close();
  closed = readFileSync(join(folder, DATABASE_FILE));
  const again = opened(folder).store;
  write(again, (tables) => addAll(tables, COUNT + 1));
  killed = {
    database: readFileSync(join(folder, DATABASE_FILE)),
    log: readFileSync(join(folder, WAL)),
  };
  again.close();
});

function folderWith(database: Buffer, log?: Buffer): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, DATABASE_FILE), database);
  if (log) writeFileSync(join(folder, WAL), log);
  return folder;
}

/** Opens without the net that throws unexpected errors: they are answers here. */
function tryToOpen(folder: string): { outcome: Outcome<OpenedStore>; unexpected: unknown[] } {
  const unexpected: unknown[] = [];
  const onUnexpected = (error: unknown): void => void unexpected.push(error);
  return {
    outcome: openStore(folder, { now: () => NOW, busyTimeout: 10, onUnexpected }),
    unexpected,
  };
}

const asideIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.includes('damaged'));

/**
 * What holds after any damage to the files, or to the database without a log (`spoiled`). Told at once: the damaged bytes lie beside a fresh database.
 * Not noticed at once: whatever is read is an answer, and what the whole check finds is told at the
 * next start. Refused: not one byte is another.
 */
function expectHonesty(folder: string, spoiled?: Buffer, mayFail: FailureCode[] = []): string {
  const { outcome, unexpected } = tryToOpen(folder);
  expect(unexpected).toEqual([]);
  if (!outcome.ok) {
    expect(mayFail).toContain(outcome.failure.code);
    expect(spoiled && readFileSync(join(folder, DATABASE_FILE)).equals(spoiled)).toBe(true);
    return outcome.failure.code;
  }
  const { store, setAside, check } = outcome.value;
  try {
    if (setAside) {
      if (spoiled) expect(readFileSync(setAside.path).equals(spoiled)).toBe(true);
      expect(read(store, (tables) => tables.organizations.ids())).toEqual([]);
      write(store, (tables) => addAll(tables, 1));
      return 'told';
    }
    const reading = store.read(readAll);
    if (!reading.ok) expect(reading.failure.code).toBe('store.damaged');
    const checked = check();
    if (checked.ok) return 'unnoticeable';
    expect(checked.failure.code).toBe('store.damaged');
  } finally {
    store.close();
  }
  const next = opened(folder);
  expect(next.setAside).not.toBeNull();
  next.store.close();
  return 'told later';
}

test('cut off anywhere: told at once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: closed.length - 1 }), (length) => {
      const spoiled = closed.subarray(0, length);
      expect(expectHonesty(folderWith(spoiled), spoiled)).toBe('told');
    }),
    { numRuns: 40, examples: [[0], [1], [99], [100], [page], [closed.length - 1]] },
  );
});

test('zeroed from anywhere to anywhere: told at once, told later, or nothing was there', () => {
  const anyRange = fc.tuple(
    fc.nat({ max: closed.length - 1 }),
    fc.integer({ min: 1, max: 3 * page }),
  );
  fc.assert(
    fc.property(anyRange, ([from, length]) => {
      const spoiled = Buffer.from(closed).fill(0, from, Math.min(from + length, closed.length));
      expectHonesty(folderWith(spoiled), spoiled);
    }),
    { numRuns: 40, examples: [[[0, closed.length]], [[0, 100]], [[100, page]], [[page, page]]] },
  );
});

test('bits flipped anywhere: told at once, told later, or a letter of a text', () => {
  const anyFlips = fc.array(fc.nat({ max: closed.length * 8 - 1 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(anyFlips, (flips) => {
      const spoiled = flipped(flips);
      expectHonesty(folderWith(spoiled), spoiled, ['store.newer']);
    }),
    { numRuns: 60 },
  );
});

function flipped(bits: readonly number[]): Buffer {
  const spoiled = Buffer.from(closed);
  for (const bit of bits)
    spoiled.writeUInt8(spoiled.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return spoiled;
}

/** Name, page size, file format; format of the schema; its version. */
const CRITICAL = [
  [0, 1],
  [16, 20],
  [44, 48],
  [60, 64],
] as const;

test('every byte of the header: SQLite itself would hang, open for reading only, or name no reason', () => {
  const results = new Map<number, Set<string>>();
  for (let bit = 0; bit < 100 * 8; bit += 1) {
    const byte = bit >> 3;
    // All bits where SQLite's own answer will not do, one of each other byte.
    if (!CRITICAL.some(([from, to]) => byte >= from && byte < to) && bit % 8 !== byte % 8) continue;
    const spoiled = flipped([bit]);
    const result = expectHonesty(folderWith(spoiled), spoiled, ['store.newer']);
    results.set(byte, (results.get(byte) ?? new Set()).add(result));
  }
  const all = (from: number, to: number): Set<string> =>
    new Set([...results].flatMap(([byte, told]) => (byte >= from && byte < to ? [...told] : [])));
  expect(all(0, 16), 'the name of the format').toEqual(new Set(['told']));
  expect(all(16, 18), 'the size of a page').toEqual(new Set(['told']));
  expect(all(44, 48), 'the format of the schema').toEqual(new Set(['told']));
  expect(all(60, 64), 'the schema version').toEqual(new Set(['told', 'store.newer']));
});

test.each([0, -1, -(2 ** 31), -(2 ** 31) + 1])('a schema version of %i is damage', (version) => {
  const spoiled = Buffer.from(closed);
  spoiled.writeInt32BE(version, 60);
  expect(expectHonesty(folderWith(spoiled), spoiled)).toBe('told');
  // The same in the log of a killed app.
  const folder = folderWith(closed);
  const db = new DatabaseSync(join(folder, DATABASE_FILE));
  db.exec(`PRAGMA user_version = ${version}`);
  const log = readFileSync(join(folder, WAL));
  db.close();
  const withLog = opened(folderWith(closed, log));
  expect(withLog.setAside?.readable).toBe(true);
});

test.each([
  ['a table is gone', 'DROP TABLE revision'],
  ['a table has another name', 'ALTER TABLE draft RENAME TO drafu'],
  ['a column has another name', 'ALTER TABLE draft RENAME COLUMN updated_at TO updated_au'],
  ['an index is gone', 'DROP INDEX revision_by_organization'],
])('a schema that is not ours is damage: %s', (_, sql) => {
  const folder = folderWith(closed);
  directly(folder, (db) => db.exec(sql));
  const spoiled = readFileSync(join(folder, DATABASE_FILE));
  expect(expectHonesty(folder, spoiled)).toMatch(/^told/);
});

test('what somebody added to the schema is no damage', () => {
  const folder = folderWith(closed);
  directly(folder, (db) => db.exec('CREATE TABLE note (text TEXT); ANALYZE'));
  expect(expectHonesty(folder, closed)).toBe('unnoticeable');
  expect(asideIn(folder)).toEqual([]);
});

test('a log that was deleted: what the database held before it, and nothing is reset', () => {
  const folder = folderWith(killed.database);
  expect(expectHonesty(folder, killed.database)).toBe('unnoticeable');
  const { store } = opened(folder);
  expect(read(store, (tables) => tables.organizations.ids())).toHaveLength(COUNT);
});

test('a log that is cut off or spoiled anywhere: whole transactions of it, or none', () => {
  const { database, log } = killed;
  const expectWhole = (spoiled: Buffer): void => {
    const { store, setAside, check } = opened(folderWith(database, spoiled));
    expect(setAside).toBeNull();
    expect(check().ok).toBe(true);
    const { entries } = read(store, readAll);
    expect([COUNT, COUNT + 1]).toContain(entries.length);
    expect(entries.every((entry) => entry.profile && entry.draft && entry.change)).toBe(true);
    store.close();
  };
  expectWhole(log);
  fc.assert(
    fc.property(fc.nat({ max: log.length - 1 }), fc.boolean(), (at, cut) => {
      const spoiled = cut ? log.subarray(0, at) : Buffer.from(log);
      if (!cut) spoiled.writeUInt8(spoiled.readUInt8(at) ^ 0x40, at);
      expectWhole(spoiled);
    }),
    {
      numRuns: 30,
      examples: [
        [0, true],
        [31, true],
        [log.length - 1, true],
      ],
    },
  );
});

test('the log of another database: an answer to everything, and told when it made a mess', () => {
  // It carries no name: SQLite plays it into whatever database stands beside it, page by page.
  const folder = temporaryFolder();
  const { store } = opened(folder);
  const logs = [1, 30, 60].map((number) => {
    write(store, (tables) => addAll(tables, number));
    return readFileSync(join(folder, WAL));
  });
  store.close();
  const later = opened(folder);
  write(later.store, (tables) => addAll(tables, 2));
  logs.push(readFileSync(join(folder, WAL)));
  later.store.close();
  const results = logs.map((log) => expectHonesty(folderWith(closed, log)));
  // The first ones replace everything, so that nothing is left to notice; the last one does not fit.
  expect(results.at(-1)).toMatch(/^told/);
});

test('a log of noise beside a whole database is ignored', () => {
  const { store, setAside } = opened(folderWith(closed, Buffer.alloc(5 * page, 0x5a)));
  expect(setAside).toBeNull();
  expect(read(store, (tables) => tables.organizations.ids())).toHaveLength(COUNT);
});

/** Works as a person who is not the administrator: to those, no folder is closed. */
function asOrdinaryPerson<T>(paths: readonly string[], work: () => T): T {
  const nobody = 65_534;
  const isAdministrator = process.geteuid?.() === 0;
  if (isAdministrator) for (const path of paths) chownSync(path, nobody, nobody);
  if (isAdministrator) process.seteuid?.(nobody);
  try {
    return work();
  } finally {
    if (isAdministrator) process.seteuid?.(0);
  }
}

test.each([
  ['a whole database', (bytes: Buffer) => bytes],
  ['a damaged database', (bytes: Buffer) => Buffer.from(bytes).fill(0, 0, 200)],
  ['an empty file', () => Buffer.alloc(0)],
  ['no database', () => null],
])('a folder that may not be written, with %s: said, and untouched', (_, of) => {
  const folder = temporaryFolder();
  const path = join(folder, DATABASE_FILE);
  const bytes = of(closed);
  if (bytes) writeFileSync(path, bytes);
  chmodSync(folder, 0o555);
  const { outcome, unexpected } = asOrdinaryPerson(bytes ? [folder, path] : [folder], () =>
    tryToOpen(folder),
  );
  chmodSync(folder, 0o755);
  expect(unexpected).toEqual([]);
  expect(outcome).toEqual({ ok: false, failure: { code: 'store.read-only' } });
  expect(readdirSync(folder)).toEqual(bytes ? [DATABASE_FILE] : []);
  if (bytes) expect(readFileSync(path).equals(bytes)).toBe(true);
});

/** A store whose disk can be filled and emptied: no page more than the database has now. */
function storeOnSmallDisk(folder: string): { store: Store; fill(): void; free(): void } {
  const path = join(folder, DATABASE_FILE);
  const database = new Database(path, { busyTimeout: 10 });
  const options = { now: () => NOW };
  return {
    store: createStore(database, path, options, () => undefined),
    fill: () => database.script('PRAGMA max_page_count = 1'),
    free: () => database.script('PRAGMA max_page_count = 1000000'),
  };
}

test('a full disk: what was acknowledged stays, the rest is refused, and goes on when there is room', () => {
  const folder = folderWith(closed);
  const { store, fill, free } = storeOnSmallDisk(folder);
  fill();
  const acknowledged: number[] = [];
  const full: number[] = [];
  for (let number = COUNT + 1; number <= COUNT + 40; number++) {
    const kept = store.write((tables) => addAll(tables, number));
    if (kept.ok) acknowledged.push(number);
    else {
      expect(kept.failure).toEqual({ code: 'store.full' });
      full.push(number);
    }
    expect(store.read(readAll).ok).toBe(true);
  }
  expect(full.length).toBeGreaterThan(0);
  free();
  write(store, (tables) => addAll(tables, COUNT + 41));
  store.close();
  const again = opened(folder);
  expect([again.setAside, again.check().ok]).toEqual([null, true]);
  const before = Array.from({ length: COUNT }, (_, index) => index + 1);
  const drafts = read(again.store, (tables) =>
    tables.organizations.entries().map(({ draft }) => draft?.fields),
  );
  const expected = [...before, ...acknowledged, COUNT + 41].map((number) =>
    profile(`draft ${number}`),
  );
  expect(new Set(drafts)).toEqual(new Set(expected));
});
