/**
 * What happens to a damaged database: it is moved aside with its -wal and -shm, never deleted, never
 * over another one. And how damage that a running app met is remembered until the next start.
 */
import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Database } from '../database';

/** Why a database was moved aside: it is damaged, or of an older schema that was never released. */
export type SetAsideReason = 'damaged' | 'older';

/** A database that was moved aside. */
export interface SetAside {
  reason: SetAsideReason;
  /** Where it is now. */
  path: string;
  /** Whether rows in it can still be read and taken over. */
  readable: boolean;
}

/** The files of one database: what SQLite keeps beside it carries these endings. */
const ENDINGS = ['', '-wal', '-shm'] as const;

/** Tables that hold something worth taking over. */
const WORTH_TAKING = ['organization', 'credential', 'draft', 'outbox'] as const;

/** Size of a file in bytes, null when there is none. */
export function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}

/** An error that counts as SQLite's "not a database", for what SQLite itself would accept. */
export function damage(what: string, cause?: unknown): Error {
  return Object.assign(new Error(what, { cause }), { errcode: 26 });
}

/** Whether rows worth taking over can still be read from a database that was set aside. */
export function isReadable(path: string): boolean {
  if (!sizeOf(path)) return false;
  return WORTH_TAKING.some((table) => {
    let database: Database | null = null;
    try {
      database = new Database(path, { busyTimeout: 0, readOnly: true });
      // By the table itself, not by an index over it, which may be what is damaged.
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

/** Whether a file is of a database that was set aside. */
export function isSetAsideFile(name: string): boolean {
  return /^letterhead\.(damaged|older)-/.test(name);
}

/** A path beside the database that no file of an earlier one has. `at` in ms since the epoch. */
function freePath(path: string, at: number, reason: SetAsideReason): string {
  const stamp = new Date(at).toISOString().slice(0, 19).replaceAll(':', '-');
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? '' : `-${count}`;
    const aside = join(dirname(path), `letterhead.${reason}-${stamp}${suffix}.db`);
    if (ENDINGS.every((ending) => !existsSync(aside + ending))) return aside;
  }
}

/** Moves the files of a database aside. It must be closed. Throws errors of the file system. */
export function moveAside(path: string, at: number, reason: SetAsideReason): SetAside {
  const aside = freePath(path, at, reason);
  // The database first: interrupted here, the log that is left counts as damage at the next start.
  for (const ending of ENDINGS) {
    if (existsSync(path + ending)) renameSync(path + ending, aside + ending);
  }
  return { path: aside, readable: isReadable(aside), reason };
}

const marker = (path: string): string => `${path}-check`;

/** Has the next opening read the whole database, because a statement found damage in it. */
export function requestCheck(path: string): void {
  writeFileSync(marker(path), '', { mode: 0o600 });
}

/** Whether a whole check was requested. */
export function checkRequested(path: string): boolean {
  return existsSync(marker(path));
}

/** Forgets the request: the check was made, or the database it was for is gone. */
export function checkDone(path: string): void {
  rmSync(marker(path), { force: true });
}
