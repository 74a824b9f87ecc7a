/**
 * The database on a disk that is really full: a small disk in memory, where mounting is allowed.
 */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { DATABASE_FILE, openDatabase } from '../../../src/main/database';
import { databaseFailure } from '../../../src/main/database/failures';
import {
  addOrganization,
  NOW,
  opened,
  entryId,
  patchTo,
  profile,
  read,
  temporaryFolder,
  write,
} from './temporary-database';

const mounted: string[] = [];

/** Mounts a small disk on a folder. Returns false where only an administrator may do so. */
function mount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return false;
  }
  mounted.push(folder);
  return true;
}

afterEach(() => {
  for (const folder of mounted.splice(0)) execFileSync('umount', ['-l', folder]);
});

const canMount = ((): boolean => {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-disk-'));
  const can = mount(folder);
  for (const each of mounted.splice(0)) execFileSync('umount', [each]);
  rmSync(folder, { recursive: true });
  return can;
})();

function smallDisk(): string {
  const folder = temporaryFolder();
  expect(mount(folder)).toBe(true);
  return folder;
}

/**
 * Declares a test that needs a small disk. Where mounting is not allowed, the test is left out;
 * refusing-disk.test.ts covers the case on every machine with SQLite's page limit.
 */
const onSmallDisk = (name: string, run: () => void): void => {
  if (canMount) test(name, run);
};

test('recognizes the error that the system reports for a full disk', () => {
  const handle = openSync('/dev/full', 'w');
  const failure = ((): unknown => {
    try {
      return writeSync(handle, 'x');
    } catch (error) {
      return databaseFailure(error, '/dev/full');
    } finally {
      closeSync(handle);
    }
  })();
  expect(failure).toEqual({ code: 'database.full' });
});

const filler = (folder: string): string => join(folder, 'filler');

/** Fills the disk completely. */
function fill(folder: string): void {
  const handle = openSync(filler(folder), 'a');
  try {
    for (;;) writeSync(handle, Buffer.alloc(4_096));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(handle);
  }
}

const open = (folder: string) => openDatabase(folder, { now: () => NOW, busyTimeout: 10 });
const FULL = { ok: false, failure: { code: 'database.full' } };

onSmallDisk('no space to start: reports it, and starts once there is', () => {
  const folder = smallDisk();
  fill(folder);
  expect(open(folder)).toEqual(FULL);
  expect(readdirSync(folder)).toEqual(['filler']);
  rmSync(filler(folder));
  expect(opened(folder).setAside).toBeNull();
});

onSmallDisk(
  'no space to open an existing database: reports it, and leaves it complete and untouched',
  () => {
    const folder = smallDisk();
    const first = opened(folder);
    write(first.database, (tables) => addOrganization(tables, 1));
    first.database.close();
    const bytes = readFileSync(join(folder, DATABASE_FILE));
    fill(folder);
    expect(open(folder)).toEqual(FULL);
    expect(readFileSync(join(folder, DATABASE_FILE)).equals(bytes)).toBe(true);
    rmSync(filler(folder));
    const { database, setAside } = opened(folder);
    expect(setAside).toBeNull();
    expect(read(database, (tables) => tables.organizations.ids())).toEqual([entryId(1)]);
    database.close();
  },
);

onSmallDisk(
  'no space to set a damaged one aside: leaves it in place, and sets it aside later',
  () => {
    const folder = smallDisk();
    const path = join(folder, DATABASE_FILE);
    writeFileSync(path, 'damaged'.repeat(900));
    fill(folder);
    expect(open(folder)).toEqual(FULL);
    expect(readdirSync(folder).sort()).toEqual(['filler', DATABASE_FILE]);
    expect(readFileSync(path, 'latin1')).toBe('damaged'.repeat(900));
    rmSync(filler(folder));
    const { setAside } = opened(folder);
    expect(readFileSync(setAside?.path ?? '', 'latin1')).toBe('damaged'.repeat(900));
  },
);

onSmallDisk('fills up while someone types: keeps what was acknowledged, even after a kill', () => {
  const folder = smallDisk();
  const { database } = opened(folder);
  const acknowledged: number[] = [];
  write(database, (tables) => addOrganization(tables, 1));
  const textOf = (number: number) => profile(`${number} ${'x'.repeat(1_500)}`);
  const saveDraft = (number: number) =>
    database.write((tables) =>
      tables.drafts.put({
        entryId: entryId(1),
        patch: patchTo(textOf(number)),
        updatedAt: number,
      }),
    );
  for (let number = 1; number <= 60; number++) {
    if (number === 20) fill(folder);
    if (number === 50) rmSync(filler(folder));
    const saved = saveDraft(number);
    if (saved.ok) acknowledged.push(number);
    else expect(saved).toEqual(FULL);
    const last = acknowledged.at(-1) ?? 0;
    const draft = read(database, (tables) => tables.drafts.get(entryId(1)));
    expect(draft?.patch, `after ${number}`).toEqual(patchTo(textOf(last)));
    // Every tenth time, check the files that a kill at this moment would leave.
    if (number % 10) continue;
    const killed = temporaryFolder();
    for (const ending of ['', '-wal'])
      writeFileSync(
        join(killed, DATABASE_FILE + ending),
        readFileSync(join(folder, DATABASE_FILE + ending)),
      );
    const again = opened(killed);
    expect(again.setAside).toBeNull();
    expect(read(again.database, (tables) => tables.drafts.get(entryId(1)))).toEqual(draft);
    again.database.close();
  }
  expect(acknowledged.length).toBeLessThan(60);
  expect(acknowledged.at(-1)).toBe(60);
  database.close();
});
