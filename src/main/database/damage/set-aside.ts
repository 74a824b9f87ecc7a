/**
 * Sets a damaged database aside: moves it, with its -wal and -shm files, to a different name in the same folder.
 * It is never deleted and never overwrites an earlier one. Also remembers until the next launch that a running
 * app found damage.
 */
import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Database } from '../database';

/** Why a database was moved aside: it is damaged, or has an older schema that was never released. */
export type SetAsideReason = 'damaged' | 'older';

/** A database that was moved aside. */
export interface SetAside {
  reason: SetAsideReason;
  /** Where it is now. */
  path: string;
  /** Whether rows can still be recovered from it. */
  readable: boolean;
}

/** Suffixes of the files that make up a database. */
const SUFFIXES = ['', '-wal', '-shm'] as const;

/** A database is offered for recovery if one of these tables has a readable row. */
const RECOVERABLE_TABLES = ['organization', 'credential', 'draft', 'outbox'] as const;

/** Size of a file in bytes, or null if it does not exist. */
export function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}

/** An error like SQLite's "not a database" (26), for damage that SQLite itself does not report. */
export function damageError(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { errcode: 26 });
}

/** Whether rows can still be recovered from a database that was set aside. */
export function isReadable(path: string): boolean {
  if (!sizeOf(path)) return false;
  return RECOVERABLE_TABLES.some((table) => {
    let database: Database | null = null;
    try {
      database = new Database(path, { busyTimeout: 0, readOnly: true });
      // Reads the table itself, because its index may be damaged.
      const first = database.get(`SELECT * FROM ${table} NOT INDEXED ORDER BY rowid LIMIT 1`);
      return (
        (first ??
          database.get(`SELECT * FROM ${table} NOT INDEXED ORDER BY rowid DESC LIMIT 1`)) !== null
      );
    } catch {
      return false;
    } finally {
      database?.close();
    }
  });
}

/** Whether a file belongs to a database that was set aside. */
export function isSetAsideFile(name: string): boolean {
  return /^letterhead\.(damaged|older)-/.test(name);
}

/** An unused path next to the database. `at` in ms since the epoch. */
function freePath(path: string, at: number, reason: SetAsideReason): string {
  const stamp = new Date(at).toISOString().slice(0, 19).replaceAll(':', '-');
  for (let count = 1; ; count++) {
    const counter = count === 1 ? '' : `-${count}`;
    const aside = join(dirname(path), `letterhead.${reason}-${stamp}${counter}.db`);
    if (SUFFIXES.every((suffix) => !existsSync(aside + suffix))) return aside;
  }
}

/** Moves the files of a closed database aside. Throws errors of the file system. */
export function moveAside(path: string, at: number, reason: SetAsideReason): SetAside {
  const aside = freePath(path, at, reason);
  // Moves the database first. If this is interrupted, the next launch treats the remaining log as damage.
  for (const suffix of SUFFIXES) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return { path: aside, readable: isReadable(aside), reason };
}

const marker = (path: string): string => `${path}-check`;

/** Makes the next launch check the whole file, because a statement found damage. */
export function requestCheck(path: string): void {
  writeFileSync(marker(path), '', { mode: 0o600 });
}

/** Whether a check of the whole file was requested. */
export function isCheckRequested(path: string): boolean {
  return existsSync(marker(path));
}

/** Clears the request of a check, once the file was checked or replaced. */
export function clearCheckRequest(path: string): void {
  rmSync(marker(path), { force: true });
}
