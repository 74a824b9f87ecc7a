/** Real disk faults: small disks in memory, read-only folders, failing writes, locked databases. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Undoes a fault. */
export type UndoFault = () => void;

const run = (command: string, ...args: string[]): void =>
  void execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });

const isAdministrator = process.getuid?.() === 0;

/** Whether this process may mount file systems. Usually only root may. */
export const canMount = ((): boolean => {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-mount-'));
  try {
    run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder);
    run('umount', folder);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
})();

/** Whether a folder can be made read-only. Root ignores file permissions, so it needs a mount instead. */
export const canMakeReadOnly = canMount || !isAdministrator;

/** Mounts a tmpfs of this many MiB on a folder. */
export function mountSmallDisk(folder: string, megabytes: number): UndoFault {
  run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder);
  return () => run('umount', '-l', folder);
}

/** Fills the disk to the last byte. */
export function fillDisk(folder: string): UndoFault {
  const filler = join(folder, 'filler');
  const handle = openSync(filler, 'a');
  try {
    for (;;) writeSync(handle, Buffer.alloc(4_096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(handle);
  }
  return () => rmSync(filler);
}

/** Makes a folder read-only. */
export function makeFolderReadOnly(folder: string): UndoFault {
  if (!isAdministrator) {
    chmodSync(folder, 0o555);
    return () => chmodSync(folder, 0o755);
  }
  run('mount', '--bind', folder, folder);
  run('mount', '-o', 'remount,bind,ro', folder);
  return () => run('umount', '-l', folder);
}

/** Makes every file write of a process fail, as on a failing disk. */
export function stopWriting(pid: number): UndoFault {
  const limit = (size: string): void => run('prlimit', '--pid', String(pid), `--fsize=${size}`);
  limit('4096:unlimited');
  return () => limit('unlimited:unlimited');
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

/** Locks a database as another program might: against writing only, or against reading as well. */
export async function lockDatabase(
  path: string,
  lock: 'to writing' | 'altogether',
): Promise<UndoFault> {
  // In a separate process: a process loses its POSIX locks when it closes that file anywhere.
  const child = spawn(process.execPath, ['--input-type=module', '-e', LOCK_SCRIPT, path, lock], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit').then(() => {
    throw new Error('The process that should lock the database exited.');
  });
  // It also exits when we kill it later, which is not a failure.
  exited.catch(() => undefined);
  await Promise.race([once(child.stdout, 'data'), exited]);
  return () => void child.kill('SIGKILL');
}
