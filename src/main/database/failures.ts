/**
 * Errors of SQLite and of the file system as failures of the catalogue. What is no such error is
 * unknown here: the caller decides.
 */
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import type { Failure, FailureCode } from '../../shared/failure';

/** Primary result codes (sqlite.org/rescode.html). */
const BY_RESULT: Record<number, FailureCode> = {
  5: 'store.busy',
  6: 'store.busy',
  8: 'store.read-only',
  10: 'store.io',
  11: 'store.damaged',
  13: 'store.full',
  26: 'store.damaged',
};
const CANNOT_OPEN = 14;

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const READ_ONLY = new Set(['EACCES', 'EPERM', 'EROFS']);
/** errno values that are the same on Linux and macOS: EPERM, EACCES, EROFS, and ENOSPC. */
const READ_ONLY_ERRNO = new Set([1, 13, 30]);
const FULL_ERRNO = 28;

function numberIn(error: object, name: string): number | null {
  const value = (error as Record<string, unknown>)[name];
  return typeof value === 'number' ? value : null;
}

/** SQLite's primary result code of an error, or null when it is none of SQLite's. */
export function resultCode(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const code = numberIn(error, 'errcode') ?? numberIn(error, 'sqliteCode');
  return code === null ? null : code & 0xff;
}

/** Whether an error means that the file is damaged: "corrupt" or "not a database", nothing else. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  return code !== null && BY_RESULT[code] === 'store.damaged';
}

function writable(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    return !READ_ONLY.has((error as NodeJS.ErrnoException).code ?? '');
  }
}

/**
 * The failure an error stands for, or null when it comes neither from SQLite nor from the file
 * system (or is a mistake in our own SQL): such an error is the app's own.
 *
 * @param path the database file, to tell "may not be written" from other trouble when opening
 */
export function storeFailure(error: unknown, path: string): Failure | null {
  if (!(error instanceof Error)) return null;
  const result = resultCode(error);
  if (result !== null) {
    const errno = numberIn(error, 'systemErrno');
    // SQLite answers "I/O error" when the disk is too full for its shared memory file.
    if ((result === 10 || result === CANNOT_OPEN) && errno !== null) {
      if (errno === FULL_ERRNO) return { code: 'store.full' };
      if (READ_ONLY_ERRNO.has(errno)) return { code: 'store.read-only' };
    }
    if (result === CANNOT_OPEN) return { code: writable(path) ? 'store.io' : 'store.read-only' };
    const code = BY_RESULT[result];
    return code ? { code } : null;
  }
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return null;
  if (FULL.has(code)) return { code: 'store.full' };
  return { code: READ_ONLY.has(code) ? 'store.read-only' : 'store.io' };
}
