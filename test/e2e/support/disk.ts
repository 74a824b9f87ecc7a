/** A disk in trouble, for real: small ones in memory, folders nobody may write, databases somebody holds. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Undoes what was done to the disk. */
export type Heal = () => void;

const run = (command: string, ...args: string[]): void =>
  void execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });

const isAdministrator = process.getuid?.() === 0;

/** Whether this machine lets us mount: administrators usually may, nobody else. */
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

/** Whether a folder can be closed: to administrators the permissions of a file system are nothing. */
export const canClose = canMount || !isAdministrator;

/** Mounts a small disk in memory on a folder. */
export function mountSmallDisk(folder: string, megabytes: number): Heal {
  run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder);
  return () => run('umount', '-l', folder);
}

/** Leaves not one byte. */
export function fillDisk(folder: string): Heal {
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

/** Closes a folder to writing. */
export function closeFolder(folder: string): Heal {
  if (!isAdministrator) {
    chmodSync(folder, 0o555);
    return () => chmodSync(folder, 0o755);
  }
  run('mount', '--bind', folder, folder);
  run('mount', '-o', 'remount,bind,ro', folder);
  return () => run('umount', '-l', folder);
}

/** A process may write no file any further: to it, a disk that fails. */
export function stopWriting(pid: number): Heal {
  const limit = (size: string): void => run('prlimit', '--pid', String(pid), `--fsize=${size}`);
  limit('4096:unlimited');
  return () => limit('unlimited:unlimited');
}

/** Begins a transaction and keeps it; ended from outside. Waits for its turn: the app may be writing. */
const HOLDER = `
  import { DatabaseSync } from '@photostructure/sqlite';
  const [path, how] = process.argv.slice(-2);
  const database = new DatabaseSync(path, { timeout: 20_000 });
  if (how === 'altogether') database.exec('PRAGMA locking_mode = EXCLUSIVE');
  database.exec(how === 'altogether' ? 'BEGIN EXCLUSIVE' : 'BEGIN IMMEDIATE');
  process.stdout.write('held');
  setInterval(() => database, 1_000_000);
`;

/** Holds a database as another program may: to writing, or altogether. */
export async function holdDatabase(path: string, how: 'to writing' | 'altogether'): Promise<Heal> {
  // A process of its own: the locks of one are gone as soon as it closes that file anywhere.
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, path, how], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit').then(() => {
    throw new Error('the program that should hold the database ended');
  });
  // Ended by us later on, which is no failure.
  gone.catch(() => undefined);
  await Promise.race([once(child.stdout, 'data'), gone]);
  return () => void child.kill('SIGKILL');
}
