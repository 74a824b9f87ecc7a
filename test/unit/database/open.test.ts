/**
 * Opening the database: what counts as damage and what does not. Nothing is ever reset or
 * overwritten silently.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test, vi } from 'vitest';
import { DATABASE_FILE, openDatabase } from '../../../src/main/database';
import { SCHEMA_VERSION } from '../../../src/main/database/schema';
import { failed } from '../../../src/shared/result';
import {
  addOrganization,
  copy,
  NOW,
  opened,
  entryId,
  profile,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-database';

const now = (): number => NOW;
const ASIDE = 'letterhead.damaged-2026-11-24T15-30-00.db';
const mode = (path: string): number => statSync(path).mode & 0o777;
const page = 4_096;

/** Creates a closed database of `count` organizations with profiles. */
function filledFolder(count: number): { folder: string; path: string } {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => {
    for (let number = 1; number <= count; number++) {
      const id = addOrganization(tables, number);
      tables.profiles.put(copy(id, profile('x'.repeat(300))));
    }
  });
  database.close();
  return { folder, path: join(folder, DATABASE_FILE) };
}

/** The content of every file in a folder, by name. */
const snapshot = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]),
  );

test('creates a new database that is private to its owner, durable, and ready', () => {
  const folder = join(temporaryFolder(), 'deeper', 'folder');
  const { database, setAside, check } = opened(folder);
  expect(setAside).toBeNull();
  write(database, (tables) => addOrganization(tables, 1));
  expect(mode(folder)).toBe(0o700);
  for (const name of readdirSync(folder)) expect(mode(join(folder, name)), name).toBe(0o600);
  expect(readdirSync(folder).sort()).toEqual(
    ['', '-shm', '-wal'].map((end) => DATABASE_FILE + end),
  );
  expect(check()).toEqual({ ok: true, value: null });
  database.close();
  withRawDatabase(folder, (db) => {
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: SCHEMA_VERSION });
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  });
});

test('makes a database private that other users of the computer could read', () => {
  const { folder, path } = filledFolder(1);
  chmodSync(path, 0o644);
  opened(folder);
  expect(mode(path)).toBe(0o600);
});

test('refuses a newer schema and changes not one byte', () => {
  const { folder, path } = filledFolder(3);
  withRawDatabase(folder, (db) => db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`));
  const before = snapshot(folder);
  expect(openDatabase(folder, { now })).toEqual({ ok: false, failure: { code: 'database.newer' } });
  expect(snapshot(folder)).toEqual(before);
  expect(existsSync(path)).toBe(true);
});

test('refuses a newer schema that is still in the write-ahead log, and changes neither file', () => {
  const { folder, path } = filledFolder(3);
  const newer = new DatabaseSync(path);
  newer.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  // A copy of an open database is like the files that a killed app leaves.
  const killed = temporaryFolder();
  for (const name of [DATABASE_FILE, `${DATABASE_FILE}-wal`]) {
    writeFileSync(join(killed, name), readFileSync(join(folder, name)));
  }
  newer.close();
  const before = snapshot(killed);
  expect(openDatabase(killed, { now })).toEqual({ ok: false, failure: { code: 'database.newer' } });
  expect(snapshot(killed)).toMatchObject(before);
});

const OLDER = 'letterhead.older-2026-11-24T15-30-00.db';

test('sets a database of an older schema aside unchanged, and offers no recovery', () => {
  const { folder, path } = filledFolder(3);
  withRawDatabase(folder, (db) => db.exec(`PRAGMA user_version = ${SCHEMA_VERSION - 1}`));
  const before = readFileSync(path);
  const { database, setAside } = opened(folder);
  const aside = { path: join(folder, OLDER), readable: false, reason: 'older' };
  expect(setAside).toEqual(aside);
  expect(readFileSync(aside.path).equals(before)).toBe(true);
  expect(read(database, (tables) => tables.organizations.ids())).toEqual([]);
  database.close();
  expect(opened(folder).setAside, 'shown again until it is dismissed').toEqual(aside);
  expect(readFileSync(aside.path).equals(before)).toBe(true);
});

test('sets the write-ahead log of an older database aside with it, unchanged', () => {
  const { path } = filledFolder(3);
  const older = new DatabaseSync(path);
  older.exec(`PRAGMA user_version = ${SCHEMA_VERSION - 1}`);
  const killed = temporaryFolder();
  for (const suffix of ['', '-wal']) {
    writeFileSync(join(killed, DATABASE_FILE + suffix), readFileSync(path + suffix));
  }
  older.close();
  const before = snapshot(killed);
  expect(opened(killed).setAside?.reason).toBe('older');
  expect(snapshot(killed)).toMatchObject({
    [OLDER]: before[DATABASE_FILE],
    [`${OLDER}-wal`]: before[`${DATABASE_FILE}-wal`],
  });
});

const DAMAGE: [string, (path: string) => void, boolean][] = [
  ['empty', (path) => truncateSync(path, 0), false],
  ['a few bytes', (path) => writeFileSync(path, 'oops'), false],
  ['zeroed', (path) => writeFileSync(path, Buffer.alloc(statSync(path).size)), false],
  ['another kind of file', (path) => writeFileSync(path, 'x'.repeat(3 * page)), false],
  ['cut to its first page', (path) => truncateSync(path, page), false],
  ['cut in half', (path) => truncateSync(path, Math.floor(statSync(path).size / 2)), false],
  ['its list of organizations overwritten', (path) => overwriteRoot(path, 'profile'), true],
];

/**
 * Overwrites the last pages of a table with random bytes. They are far from the first page, so
 * opening does not read them.
 */
function overwriteLeaves(path: string, table: string): void {
  const db = new DatabaseSync(path);
  const LEAVES = `SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'
    ORDER BY pageno DESC LIMIT 12`;
  const leaves = db.prepare(LEAVES).all(table);
  db.close();
  const bytes = readFileSync(path);
  for (const { pageno } of leaves) bytes.fill(0xff, (pageno - 1) * page, pageno * page);
  writeFileSync(path, bytes);
}

/** Overwrites the first page of a table with random bytes. */
function overwriteRoot(path: string, table: string): void {
  const db = new DatabaseSync(path);
  const row = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table);
  db.close();
  const bytes = readFileSync(path);
  bytes.fill(0xff, (row.rootpage - 1) * page, row.rootpage * page);
  writeFileSync(path, bytes);
}

test.each(DAMAGE)(
  'damage: %s: moves the database aside and creates a new one',
  (_, corrupt, readable) => {
    const { folder, path } = filledFolder(40);
    corrupt(path);
    const corrupted = readFileSync(path);
    const { database, setAside } = opened(folder);
    expect(setAside).toEqual({ path: join(folder, ASIDE), readable, reason: 'damaged' });
    expect(readFileSync(join(folder, ASIDE)).equals(corrupted)).toBe(true);
    expect(read(database, (tables) => tables.organizations.ids())).toEqual([]);
    write(database, (tables) => addOrganization(tables, 7));
    database.close();
    const again = opened(folder);
    // The next launch still offers to recover it, and does not move it again.
    expect(again.setAside).toEqual(setAside);
    expect(read(again.database, (tables) => tables.organizations.ids())).toEqual([entryId(7)]);
  },
);

test('never overwrites a database that was set aside in the same second', () => {
  const { folder, path } = filledFolder(1);
  const paths = ['first', 'second', 'third'].map((text) => {
    writeFileSync(path, text.repeat(200));
    const { database, setAside } = opened(folder);
    database.close();
    return setAside?.path ?? '';
  });
  expect(new Set(paths).size).toBe(3);
  expect(paths.map((aside) => readFileSync(aside, 'utf8').slice(0, 5))).toEqual([
    'first',
    'secon',
    'third',
  ]);
});

test('moves the write-ahead log aside, too, even without a database, and never applies it to the new one', () => {
  const { folder, path } = filledFolder(1);
  const open = new DatabaseSync(path);
  open.exec("INSERT INTO setting VALUES ('from', '\"the log\"')");
  const log = readFileSync(`${path}-wal`);
  open.close();
  // The state when moving aside was interrupted after the database was moved, but not its log.
  renameSync(path, join(folder, 'moved.db'));
  writeFileSync(`${path}-wal`, log);
  const { database, setAside } = opened(folder);
  expect(setAside).toEqual({ path: join(folder, ASIDE), readable: false, reason: 'damaged' });
  expect(readFileSync(join(folder, `${ASIDE}-wal`)).equals(log)).toBe(true);
  expect(read(database, (tables) => tables.settings.get('from'))).toBeNull();
});

test('reports damage found while running, resets nothing, and sets it aside at the next launch', () => {
  const { folder, path } = filledFolder(400);
  overwriteLeaves(path, 'profile');
  const first = opened(folder);
  expect(first.setAside).toBeNull();
  const outcome = first.database.read((tables) =>
    tables.organizations.entries(tables.organizations.ids()),
  );
  expect(outcome).toEqual({ ok: false, failure: { code: 'database.damaged' } });
  expect(read(first.database, (tables) => tables.organizations.get(entryId(1)))).not.toBeNull();
  first.database.close();
  const second = opened(folder);
  expect(second.setAside).toEqual({ path: join(folder, ASIDE), readable: true, reason: 'damaged' });
  second.database.close();
  expect(opened(folder).setAside).toEqual(second.setAside);
});

test('a full check finds damage that opening misses; the next launch sets the database aside', () => {
  const { folder, path } = filledFolder(400);
  overwriteLeaves(path, 'profile');
  const first = opened(folder);
  expect(first.check()).toEqual({ ok: false, failure: { code: 'database.damaged' } });
  first.database.close();
  expect(opened(folder).setAside?.readable).toBe(true);
});

test('a full check in slices finds the same, and ends when the database closes', async () => {
  const { folder, path } = filledFolder(400);
  const sound = opened(folder);
  let steps = 0;
  const yieldToEventLoop = async (): Promise<void> => void (steps += 1);
  expect(await sound.checkInSteps(yieldToEventLoop)).toEqual({ ok: true, value: null });
  expect(steps).toBeGreaterThan(5);
  const closing = sound.checkInSteps(async () => sound.database.close());
  expect(await closing).toEqual({ ok: false, failure: { code: 'app.stopping' } });
  overwriteLeaves(path, 'profile');
  const damaged = await opened(folder).checkInSteps(yieldToEventLoop);
  expect(damaged).toEqual({ ok: false, failure: { code: 'database.damaged' } });
});

test.each([2n ** 63n - 2n, 2n ** 53n, -(2n ** 62n)])(
  'a row number that JavaScript cannot represent is damage: %s',
  (number) => {
    const { folder } = filledFolder(3);
    withRawDatabase(folder, (db) =>
      db.exec(`UPDATE organization SET rowid = ${number} WHERE rowid = 1`),
    );
    const first = opened(folder);
    expect(first.check()).toEqual(failed('database.damaged'));
    first.database.close();
    const next = opened(folder);
    expect(next.setAside).toMatchObject({ reason: 'damaged', readable: true });
  },
);

test.each(['', `../${ASIDE}`, 'letterhead.damaged-/../../x.db', 'x'.repeat(10_000)])(
  'leaves the database in place if suspected damage is not confirmed: the marker says %j',
  (said) => {
    const { folder, path } = filledFolder(1);
    writeFileSync(`${path}-check`, said);
    const { database, setAside } = opened(folder);
    expect(setAside).toBeNull();
    expect(read(database, (tables) => tables.organizations.ids())).toHaveLength(1);
    expect(existsSync(`${path}-check`)).toBe(false);
  },
);

test('reports a busy database as a failure and leaves it in place', () => {
  const { folder, path } = filledFolder(1);
  const other = new DatabaseSync(path);
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  const outcome = openDatabase(folder, { now, busyTimeout: 10 });
  expect(outcome).toEqual({ ok: false, failure: { code: 'database.busy' } });
  other.exec('ROLLBACK');
  other.close();
  expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
  const { database } = opened(folder);
  expect(read(database, (tables) => tables.organizations.ids())).toHaveLength(1);
});

test('reports an obstacle at the path as a failure and leaves it in place', () => {
  const onUnexpected = vi.fn();
  const folder = temporaryFolder();
  mkdirSync(join(folder, DATABASE_FILE));
  writeFileSync(join(folder, DATABASE_FILE, 'inside'), 'kept');
  const io = { ok: false, failure: { code: 'database.io' } };
  expect(openDatabase(folder, { now, onUnexpected })).toEqual(io);
  expect(readdirSync(join(folder, DATABASE_FILE))).toEqual(['inside']);
  const file = join(folder, 'file');
  writeFileSync(file, 'kept');
  expect(openDatabase(file, { now, onUnexpected })).toEqual(io);
  expect(openDatabase(join(file, 'below'), { now, onUnexpected })).toEqual(io);
  expect(readFileSync(file, 'utf8')).toBe('kept');
  expect(onUnexpected).not.toHaveBeenCalled();
});

test('does not treat an interrupted first launch as damage', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, `${DATABASE_FILE}-new`), 'half a databa');
  expect(opened(folder).setAside).toBeNull();
  expect(readdirSync(folder)).not.toContain(`${DATABASE_FILE}-new`);
});
