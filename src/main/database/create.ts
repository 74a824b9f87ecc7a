/**
 * Makes a fresh database. It is built under another name and then put in place, so that a file in
 * its place is always a whole one: an empty file there is damage, not an interrupted first start.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Database } from './database';
import { createSchema } from './schema';

/** Builds a fresh database beside `path`; the answer puts it there. Throws driver and file errors. */
export function buildFresh(path: string): { putInPlace(): void } {
  const fresh = `${path}-new`;
  const discard = (): void => {
    rmSync(fresh, { force: true });
    rmSync(`${fresh}-journal`, { force: true });
  };
  discard();
  closeSync(openSync(fresh, 'wx', 0o600));
  try {
    build(fresh);
  } catch (error) {
    discard();
    throw error;
  }
  return {
    putInPlace() {
      renameSync(fresh, path);
      syncFolder(dirname(path));
    },
  };
}

function build(path: string): void {
  const database = new Database(path, { busyTimeout: 0 });
  try {
    createSchema(database);
  } finally {
    database.close();
  }
}

/** Makes a rename survive a power cut, where the system lets a folder be synchronised. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
