/**
 * Saves the contents of an open database whose file was moved, replaced or deleted. The system keeps such a file
 * readable until the app ends. Nothing that is at the path now is changed or overwritten.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from '../database';
import { syncFolder } from '../../lib/sync-folder';
import { freePath, moveAside } from './set-aside';

/** What is at the path of an open database: its own file, another one, or none. */
export type Place = 'same' | 'other' | 'none';

/** Finds out what is at the path of an open database. Throws errors of the file system. */
export function placeOf(database: Database, path: string): Place {
  if (database.isInPlace) return 'same';
  return existsSync(path) ? 'other' : 'none';
}

/**
 * Copies the open database into a new file and continues with that one. Throws errors of the driver and the file
 * system; then nothing has changed.
 *
 * @param at now, ms since the epoch
 */
export function rescue(database: Database, path: string, at: number): void {
  // It was put back while the person was asked.
  if (database.isInPlace) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const aside = freePath(path, at, 'replaced');
  writeCopy(database, path, aside);
  // From here on, even a kill leaves a complete database that the next launch offers to recover.
  if (existsSync(path)) return database.moveTo(aside);
  // The log of the database that is gone, which the copy must not use.
  moveAside(path, at, 'replaced');
  renameSync(aside, path);
  syncFolder(dirname(path));
  database.moveTo(path);
}

/** Writes a copy under the temporary name of new databases, then gives it its own. */
function writeCopy(database: Database, path: string, aside: string): void {
  const temporary = `${path}-new`;
  rmSync(temporary, { force: true });
  const handle = openSync(temporary, 'wx', 0o600);
  try {
    database.copyTo(temporary);
    fsyncSync(handle);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, aside);
  syncFolder(dirname(path));
}
