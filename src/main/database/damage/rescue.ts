/**
 * Saves the contents of an open database whose file was moved, replaced or deleted. The system keeps such a file
 * readable until the app ends. Nothing that is at the path now is changed or overwritten.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  unlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { SqliteFile } from '../sqlite-file';
import { syncFolder } from '../../lib/sync-folder';
import { freePath, moveAside } from './set-aside';

/** What is at the path of an open database: its own file, another one, or none. */
export type Place = 'same' | 'other' | 'none';

/** Finds out what is at the path of an open database. Throws errors of the file system. */
export function placeOf(file: SqliteFile, path: string): Place {
  if (file.isInPlace) return 'same';
  return existsSync(path) ? 'other' : 'none';
}

/**
 * Copies the open database into a new file and continues with that one. Throws errors of the driver and the file
 * system; then nothing has changed.
 *
 * @param at now, ms since the epoch
 */
export function rescue(file: SqliteFile, path: string, at: number): void {
  // It was put back while the person was asked.
  if (file.isInPlace) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const aside = freePath(path, at, 'replaced');
  writeCopy(file, path, aside);
  // From here on, even a kill leaves a complete database that the next launch offers to recover.
  if (existsSync(path)) return file.moveTo(aside);
  // The log of the database that is gone, which the copy must not use.
  moveAside(path, at, 'replaced');
  // Under either name it is complete, and the next launch says so if it is not at its path.
  file.moveTo(nameWithoutReplacing(aside, path) ? path : aside);
}

/**
 * Renames a file unless there is one with the new name by now, which a rename would overwrite. Throws errors of the file
 * system only once the file has the new name.
 * @returns whether it was renamed; false also where the file system has no hard links
 */
function nameWithoutReplacing(from: string, to: string): boolean {
  try {
    linkSync(from, to);
  } catch {
    return false;
  }
  // After a power failure it must have at least one of the names.
  syncFolder(dirname(to));
  unlinkSync(from);
  syncFolder(dirname(to));
  return true;
}

/** Writes a copy under the temporary name of new databases, then gives it its own. */
function writeCopy(file: SqliteFile, path: string, aside: string): void {
  const temporary = `${path}-new`;
  rmSync(temporary, { force: true });
  const handle = openSync(temporary, 'wx', 0o600);
  try {
    file.copyTo(temporary);
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
