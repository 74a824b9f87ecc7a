/**
 * The file of the open database is moved, replaced or deleted: nothing counts as saved that the next launch would not
 * find, and what the app has can be written into a new file.
 */
import type * as Fs from 'node:fs';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { DATABASE_FILE, recover, type OpenedDatabase } from '../../../src/main/database';
import { SqliteFile } from '../../../src/main/database/sqlite-file';
import type * as SyncFolder from '../../../src/main/lib/sync-folder';
import { adoptEdits } from '../../../src/main/changes';
import { failed, success } from '../../../src/shared/result';
import { addOrganization, opened, entryId, read, temporaryFolder } from './temporary-database';

const files = vi.hoisted(() => ({
  /** Called after a folder was synchronized. */
  onSync: () => undefined as void,
  /** The error of the next hard link, or null. */
  linkError: null as string | null,
}));
vi.mock('../../../src/main/lib/sync-folder', async (original) => {
  const { syncFolder } = await original<typeof SyncFolder>();
  return {
    syncFolder(folder: string) {
      syncFolder(folder);
      files.onSync();
    },
  };
});
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>();
  const linkSync: typeof fs.linkSync = (from, to) => {
    const code = files.linkError;
    if (code !== null) throw Object.assign(new Error(code), { code });
    fs.linkSync(from, to);
  };
  return { ...fs, linkSync };
});
afterEach(() => Object.assign(files, { onSync: () => undefined, linkError: null }));

const ASIDE = 'letterhead.replaced-2026-11-24T15-30-00.db';
const MOVED = failed('database.moved');

/** A folder with an open database of one organization, and another database, of organization 9. */
function setUp() {
  const folder = join(temporaryFolder(), 'data');
  const current = opened(folder);
  const other = temporaryFolder();
  const another = opened(other);
  add(another, 9);
  another.database.close();
  add(current, 1);
  return {
    folder,
    path: join(folder, DATABASE_FILE),
    current,
    other: join(other, DATABASE_FILE),
  };
}
type Place = ReturnType<typeof setUp>;

const add = ({ database }: OpenedDatabase, number: number) =>
  database.write((tables) => void addOrganization(tables, number));
const ids = ({ database }: OpenedDatabase): string[] =>
  read(database, (tables) => tables.organizations.ids()).sort();
const idsOf = (...numbers: number[]): string[] => numbers.map(entryId);

/** Opens the folder as the next launch does, after a kill: without closing what is open. */
function nextLaunch(folder: string): OpenedDatabase {
  const killed = temporaryFolder();
  for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(killed, name));
  return opened(killed);
}

const MOVES: [string, (place: Place) => void][] = [
  ['deleted', ({ path }) => rmSync(path)],
  ['renamed', ({ path }) => renameSync(path, `${path}.bak`)],
  ['deleted with its log', ({ path }) => ['', '-wal', '-shm'].forEach((end) => rmSync(path + end))],
  ['there, but its log is deleted', ({ path }) => rmSync(`${path}-wal`)],
  [
    'replaced by another database',
    ({ path, other }) => {
      copyFileSync(other, `${path}.restored`);
      renameSync(`${path}.restored`, path);
    },
  ],
  [
    'replaced by an empty file',
    ({ path }) => {
      rmSync(path);
      writeFileSync(path, '');
    },
  ],
  ['moved with its folder', ({ folder }) => renameSync(folder, `${folder} (2)`)],
  [
    'moved with its folder, which is a file now',
    ({ folder }) => {
      renameSync(folder, `${folder} (2)`);
      writeFileSync(folder, '');
    },
  ],
];

test.each(MOVES)('%s: no write succeeds, and what was read stays readable', (_, move) => {
  const place = setUp();
  move(place);
  expect(add(place.current, 2)).toEqual(MOVED);
  expect(place.current.database.write(() => null)).toEqual(MOVED);
  expect(ids(place.current)).toEqual(idsOf(1));
});

test.each(MOVES)('%s: nothing counts as saved if that happens during the commit', (_, move) => {
  const place = setUp();
  const expectInPlace = vi.spyOn(SqliteFile.prototype, 'expectInPlace');
  onTestFinished(() => expectInPlace.mockRestore());
  expectInPlace.mockImplementationOnce(() => move(place));
  expect(add(place.current, 2)).toEqual(MOVED);
});

test('the index of the log may be deleted: nothing in it would be missed', () => {
  const { current, folder, path } = setUp();
  rmSync(`${path}-shm`);
  expect(add(current, 2).ok).toBe(true);
  expect(ids(nextLaunch(folder))).toEqual(idsOf(1, 2));
});

test('moved and put back: writes succeed again, and are there at the next launch', () => {
  const { current, folder } = setUp();
  renameSync(folder, `${folder} (2)`);
  expect(add(current, 2)).toEqual(MOVED);
  expect(current.place()).toEqual(success('none'));
  renameSync(`${folder} (2)`, folder);
  expect(current.place()).toEqual(success('same'));
  expect(add(current, 3).ok).toBe(true);
  expect(ids(nextLaunch(folder))).toEqual(idsOf(1, 3));
});

test('a replacement while the database is being opened is found at the first write', () => {
  const { folder, path, other, current } = setUp();
  current.database.close();
  const useWriteAheadLog = vi.spyOn(SqliteFile.prototype, 'useWriteAheadLog');
  onTestFinished(() => useWriteAheadLog.mockRestore());
  useWriteAheadLog.mockImplementationOnce(function (this: SqliteFile) {
    copyFileSync(other, `${path}.restored`);
    renameSync(`${path}.restored`, path);
    this.useWriteAheadLog();
  });
  expect(add(opened(folder), 2)).toEqual(MOVED);
});

test.each(
  MOVES.filter(([name]) =>
    /^(deleted|renamed|deleted with its log|moved with its folder)$/.test(name),
  ),
)('%s: everything can be saved again at the same place, and the app goes on', (_, move) => {
  const place = setUp();
  const { current, folder, path } = place;
  move(place);
  expect(add(current, 2)).toEqual(MOVED);
  expect(current.rescue()).toEqual(success(null));
  expect(current.place()).toEqual(success('same'));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(add(current, 3).ok).toBe(true);
  expect(current.check().ok).toBe(true);
  const next = nextLaunch(folder);
  expect(ids(next)).toEqual(idsOf(1, 3));
  expect(next.setAside).toBeNull();
  expect(readdirSync(folder).some((name) => name.endsWith('-new'))).toBe(false);
});

test.each([
  ['alone', false],
  ['with its log', true],
])(
  'replaced %s: everything is kept beside the other file, which is used from the next launch and can take it over',
  (_, hasLog) => {
    const place = setUp();
    const { current, folder, path, other } = place;
    MOVES[4]![1](place);
    const restoredLog = (): string | null =>
      existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`, 'utf8') : null;
    const before = hasLog ? 'restored, too' : null;
    if (hasLog) {
      // As when a whole folder is restored.
      rmSync(`${path}-wal`);
      writeFileSync(`${path}-wal`, 'restored, too');
    }
    expect(add(current, 2)).toEqual(MOVED);
    expect(current.place()).toEqual(success('other'));
    expect(current.rescue()).toEqual(success(null));
    expect(add(current, 3).ok).toBe(true);
    expect(readFileSync(path).equals(readFileSync(other))).toBe(true);
    expect(restoredLog()).toBe(before);
    // Quitting writes nothing into the other file either.
    current.database.close();
    expect(readFileSync(path).equals(readFileSync(other))).toBe(true);
    expect(restoredLog()).toBe(before);

    const next = opened(folder);
    expect(ids(next)).toEqual(idsOf(9));
    expect(next.setAside).toEqual({
      path: join(folder, ASIDE),
      readable: true,
      reason: 'replaced',
    });
    expect(recover(next.database, join(folder, ASIDE), adoptEdits).ok).toBe(true);
    expect(ids(next)).toEqual(idsOf(1, 3, 9));
  },
);

test('only its log is deleted: everything is kept, and the file is complete again', () => {
  const { current, folder, path } = setUp();
  rmSync(`${path}-wal`);
  expect(add(current, 2)).toEqual(MOVED);
  expect(current.rescue()).toEqual(success(null));
  expect(add(current, 3).ok).toBe(true);
  const next = nextLaunch(folder);
  expect(ids(next)).toEqual(idsOf(1));
  expect(next.setAside).toMatchObject({ reason: 'replaced', readable: true });
  expect(recover(next.database, next.setAside!.path, adoptEdits).ok).toBe(true);
  expect(ids(next)).toEqual(idsOf(1, 3));
});

test('put back while the person is asked: saving everything needs no other file', () => {
  const { current, folder } = setUp();
  const before = readdirSync(folder);
  renameSync(folder, `${folder} (2)`);
  expect(add(current, 2)).toEqual(MOVED);
  renameSync(`${folder} (2)`, folder);
  expect(current.rescue()).toEqual(success(null));
  expect(readdirSync(folder)).toEqual(before);
});

test('a failed rescue changes nothing, and can be repeated', () => {
  const place = setUp();
  const { current, folder, path } = place;
  MOVES[6]![1](place);
  // A file where the folder was.
  writeFileSync(folder, '');
  expect(current.rescue()).toEqual(failed('database.io'));
  expect(readFileSync(folder, 'utf8')).toBe('');
  rmSync(folder);
  mkdirSync(dirname(path), { recursive: true });
  expect(current.rescue()).toEqual(success(null));
  expect(add(current, 2).ok).toBe(true);
  expect(existsSync(path)).toBe(true);
  expect(ids(nextLaunch(folder))).toEqual(idsOf(1, 2));
});

test('a file that appears at the last moment is not overwritten, and everything is kept beside it', () => {
  const { current, folder, path, other } = setUp();
  rmSync(path);
  let syncs = 0;
  files.onSync = () => {
    syncs += 1;
    // The copy has its name, and the log of the database that is gone is being moved.
    if (syncs === 3) copyFileSync(other, path);
  };
  expect(current.rescue()).toEqual(success(null));
  expect(syncs).toBeGreaterThanOrEqual(3);
  expect(readFileSync(path).equals(readFileSync(other))).toBe(true);
  expect(add(current, 3).ok).toBe(true);
  expect(readFileSync(path).equals(readFileSync(other))).toBe(true);
  const next = nextLaunch(folder);
  expect(ids(next)).toEqual(idsOf(9));
  expect(next.setAside).toMatchObject({ reason: 'replaced', readable: true });
  expect(recover(next.database, next.setAside!.path, adoptEdits).ok).toBe(true);
  expect(ids(next)).toEqual(idsOf(1, 3, 9));
});

test.each(['EPERM', 'ENOSPC'])(
  'the copy cannot get the name of the file (%s): everything is kept beside it, and the next launch offers it',
  (code) => {
    const { current, folder, path } = setUp();
    ['', '-wal', '-shm'].forEach((end) => rmSync(path + end));
    files.linkError = code;
    expect(current.rescue()).toEqual(success(null));
    expect(add(current, 3).ok).toBe(true);
    expect(existsSync(path)).toBe(false);
    const next = nextLaunch(folder);
    expect(next.setAside).toMatchObject({ reason: 'replaced', readable: true });
    expect(recover(next.database, next.setAside!.path, adoptEdits).ok).toBe(true);
    expect(ids(next)).toEqual(idsOf(1, 3));
  },
);
