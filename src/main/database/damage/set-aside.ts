/**
 * Sets a damaged database aside: moves it, with its -wal and -shm files, to a different name in the same folder.
 * It is never deleted and never overwrites an earlier one. A file beside the database, its marker, tells the next
 * launch that a running app found damage, or where an interrupted move was going.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SetAsideReason } from '../../../shared/banner';
import { SqliteFile } from '../sqlite-file';
import { syncFolder } from '../../lib/sync-folder';
import { DECLARED } from '../tables';

/** A database that was moved aside. */
export interface SetAside {
  reason: SetAsideReason;
  /** Where it is now. */
  path: string;
  /** Whether rows can still be recovered from it; false for an older schema. */
  readable: boolean;
}

/** Suffixes of the files that make up a database, in the order in which they are moved. */
const SUFFIXES = ['-wal', '-shm', ''] as const;

/** Size of a file in bytes, or null if it does not exist. */
export function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}

/** An error like SQLite's "not a database" (26), for damage that SQLite itself does not report. */
export function damageError(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { errcode: 26 });
}

/** Whether rows can still be recovered from a database that was set aside. */
function isReadable(path: string): boolean {
  if (!sizeOf(path)) return false;
  return DECLARED.some(({ name: table, isOffered }) => {
    if (!isOffered) return false;
    let file: SqliteFile | null = null;
    try {
      file = new SqliteFile(path, { busyTimeout: 0, readOnly: true });
      // Reads the table itself, because its index may be damaged.
      const first = file.get(`SELECT * FROM ${table} NOT INDEXED ORDER BY rowid LIMIT 1`);
      return (
        (first ?? file.get(`SELECT * FROM ${table} NOT INDEXED ORDER BY rowid DESC LIMIT 1`)) !==
        null
      );
    } catch {
      return false;
    } finally {
      file?.close();
    }
  });
}

/** Describes a database that was set aside. Nothing is recovered from one with an older schema. */
export function describeSetAside(path: string, reason: SetAsideReason): SetAside {
  return { path, readable: reason !== 'older' && isReadable(path), reason };
}

/** `letterhead.damaged-2026-11-24T15-30-00.db`; with `-2` and so on if that name was in use. */
export const SET_ASIDE_NAME = /^letterhead\.(damaged|older|replaced)-([\dT-]{19})(?:-(\d+))?\.db$/;

/** Whether a file belongs to a database that was set aside. */
export function isSetAsideFile(name: string): boolean {
  return /^letterhead\.(damaged|older|replaced)-/.test(name);
}

/** An unused path next to the database. `at` in ms since the epoch. */
export function freePath(path: string, at: number, reason: SetAsideReason): string {
  const stamp = new Date(at).toISOString().slice(0, 19).replaceAll(':', '-');
  for (let count = 1; ; count++) {
    const counter = count === 1 ? '' : `-${count}`;
    const aside = join(dirname(path), `letterhead.${reason}-${stamp}${counter}.db`);
    if (SUFFIXES.every((suffix) => !existsSync(aside + suffix))) return aside;
  }
}

/**
 * Moves the files of a closed database aside. Throws errors of the file system. The marker is written first: a
 * database without its log, or a log without its database, may look sound and must not be opened.
 */
export function moveAside(path: string, at: number, reason: SetAsideReason): SetAside {
  const aside = freePath(path, at, reason);
  writeMarker(path, basename(aside));
  finishMove(path);
  return describeSetAside(aside, reason);
}

/** Finishes a move that was interrupted; does nothing otherwise. Throws errors of the file system. */
export function finishMove(path: string): void {
  const name = nameInMarker(path);
  if (name === null) return;
  const aside = join(dirname(path), name);
  for (const suffix of SUFFIXES) {
    const isMoved = !existsSync(path + suffix) || existsSync(aside + suffix);
    if (!isMoved) renameSync(path + suffix, aside + suffix);
  }
  syncFolder(dirname(path));
  clearCheckRequest(path);
}

const marker = (path: string): string => `${path}-check`;

/** More bytes than the name of a database that was set aside has. */
const MAX_NAME_BYTES = 100;

/** The name that the database is being moved to, from the marker; null if no move was begun. */
function nameInMarker(path: string): string | null {
  const found = lstatSync(marker(path), { throwIfNoEntry: false });
  // Reading a planted pipe would never end.
  if (!found?.isFile() || found.size > MAX_NAME_BYTES) return null;
  const name = readFileSync(marker(path), 'latin1');
  return SET_ASIDE_NAME.test(name) ? name : null;
}

function writeMarker(path: string, content: string): void {
  const handle = openSync(marker(path), 'w', 0o600);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  syncFolder(dirname(path));
}

/** Makes the next launch check the whole file, because a statement found damage. */
export function requestCheck(path: string): void {
  writeMarker(path, '');
}

/** Whether a check of the whole file was requested. */
export function isCheckRequested(path: string): boolean {
  return existsSync(marker(path));
}

/** Clears the marker, once the file was checked or moved. */
export function clearCheckRequest(path: string): void {
  rmSync(marker(path), { force: true });
}
