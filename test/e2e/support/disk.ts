/** Real disk faults: small disks in memory, read-only folders, failing writes, locked databases. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';

/** Undoes a fault. */
export type UndoFault = () => void;

const run = (command: string, ...args: string[]): void =>
  void execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** A small disk in memory, which `npm test` mounts as root (build/small-disk.mjs); undefined if there is none. */
export const smallDisk = process.env['LETTERHEAD_SMALL_DISK'];

/** Whether a folder can be made read-only: root ignores file permissions. */
export const canMakeReadOnly = process.getuid?.() !== 0;

/** Fills the disk, leaving `room` bytes free. */
export function fillDisk(folder: string, room = 0): UndoFault {
  const filler = join(folder, 'filler');
  const handle = openSync(filler, 'a');
  try {
    for (;;) writeSync(handle, Buffer.alloc(4_096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    ftruncateSync(handle, fstatSync(handle).size - room);
  } finally {
    closeSync(handle);
  }
  return () => rmSync(filler);
}

/**
 * Fills the disk of a database that an app uses. Its log is emptied before: in one that was copied to the file, the next writes
 * would still find room. If the app emptied it at the same time, or wrote to it meanwhile, that is done again.
 */
export function fillDiskOf(path: string, room = 0): UndoFault {
  for (;;) {
    const database = new DatabaseSync(path, { timeout: 20_000 });
    const row = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    database.close();
    if (row?.busy !== 0) continue;
    const undo = fillDisk(dirname(path), room);
    if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0) return undo;
    undo();
  }
}

/** Makes a folder read-only. */
export function makeFolderReadOnly(folder: string): UndoFault {
  chmodSync(folder, 0o555);
  return () => chmodSync(folder, 0o755);
}

/** Begins a transaction and keeps it open until the process is killed. Waits while the app is writing. */
const LOCK_SCRIPT = `
  import { DatabaseSync } from '@photostructure/sqlite';
  const [path, lock] = process.argv.slice(-2);
  const database = new DatabaseSync(path, { timeout: 20_000 });
  if (lock === 'altogether') database.exec('PRAGMA locking_mode = EXCLUSIVE');
  database.exec(lock === 'altogether' ? 'BEGIN EXCLUSIVE' : 'BEGIN IMMEDIATE');
  process.stdout.write('held');
  setInterval(() => database, 1_000_000);
`;

/** Makes a database's log this long, and reads from the database until the process is killed, which keeps the log. */
const GROW_SCRIPT = `
  import { DatabaseSync } from '@photostructure/sqlite';
  const [path, bytes] = process.argv.slice(-2);
  const reader = new DatabaseSync(path, { timeout: 20_000 });
  reader.exec('BEGIN; SELECT * FROM sqlite_schema');
  const writer = new DatabaseSync(path, { timeout: 20_000 });
  writer.exec('CREATE TABLE filler (bytes BLOB)');
  writer.prepare('INSERT INTO filler VALUES (zeroblob(?))').run(Number(bytes));
  writer.exec('DROP TABLE filler');
  writer.close();
  process.stdout.write('held');
  setInterval(() => reader, 1_000_000);
`;

/** Runs a script on a database in a separate process, which keeps what it holds until it is killed. */
async function hold(script: string, ...args: string[]): Promise<UndoFault> {
  // A process loses its POSIX locks when it closes that file anywhere.
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit').then(() => {
    throw new Error('The process that should hold the database exited.');
  });
  // It also exits when we kill it later, which is not a failure.
  exited.catch(() => undefined);
  await Promise.race([once(child.stdout, 'data'), exited]);
  return () => void child.kill('SIGKILL');
}

/** Locks a database as another program might: against writing only, or against reading as well. */
export const lockDatabase = (path: string, lock: 'to writing' | 'altogether'): Promise<UndoFault> =>
  hold(LOCK_SCRIPT, path, lock);

/** More than any other file or shared memory that the app writes. */
const LIMIT_BYTES = 64 * 2 ** 20;

/**
 * Makes every write of a process to a database fail, as on a failing disk: its files must not grow beyond a limit, which the
 * database's log has reached. A lower limit would also apply to the shared memory that main makes for its windows.
 */
export async function stopWriting(path: string, pid: number): Promise<UndoFault> {
  const release = await hold(GROW_SCRIPT, path, String(LIMIT_BYTES));
  const limit = (size: string): void => run('prlimit', '--pid', String(pid), `--fsize=${size}`);
  limit(`${LIMIT_BYTES}:unlimited`);
  return () => {
    limit('unlimited:unlimited');
    release();
  };
}
