/** Maps errors of SQLite and of the file system to failure codes. */
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import type { Failure, FailureCode } from '../../shared/failure';
import { FileMoved } from './sqlite-file';

/** Primary result codes (sqlite.org/rescode.html). */
const BY_RESULT: Record<number, FailureCode> = {
  5: 'database.busy',
  6: 'database.busy',
  8: 'database.read-only',
  10: 'database.io',
  11: 'database.damaged',
  13: 'database.full',
  26: 'database.damaged',
};
const CANNOT_OPEN = 14;

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const READ_ONLY = new Set(['EACCES', 'EPERM', 'EROFS']);
/** EPERM, EACCES and EROFS, and below ENOSPC, have the same errno on Linux and macOS. */
const READ_ONLY_ERRNO = new Set([1, 13, 30]);
const FULL_ERRNO = 28;

function numberIn(error: object, name: string): number | null {
  const value = (error as Record<string, unknown>)[name];
  return typeof value === 'number' ? value : null;
}

/** SQLite's primary result code, or null if the error is not from SQLite. */
export function resultCode(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const code = numberIn(error, 'errcode') ?? numberIn(error, 'sqliteCode');
  return code === null ? null : code & 0xff;
}

/** The driver's error for an integer above 2^53, which only row numbers may be. We never store such numbers. */
function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'ERR_OUT_OF_RANGE';
}

/** Whether an error means that the file is damaged: "corrupt", "not a database", or a row number out of range. */
export function isDamage(error: unknown): boolean {
  if (isTooLarge(error)) return true;
  const code = resultCode(error);
  return code !== null && BY_RESULT[code] === 'database.damaged';
}

function isWritable(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    return !READ_ONLY.has((error as NodeJS.ErrnoException).code ?? '');
  }
}

/**
 * The failure that an error stands for. Null if the error is a bug of the app: it comes from a mistake in our
 * SQL, or from neither SQLite nor the file system.
 *
 * @param path the database file, to distinguish "read-only" from other reasons why it cannot be opened
 */
export function databaseFailure(error: unknown, path: string): Failure | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof FileMoved) return { code: 'database.moved' };
  if (isTooLarge(error)) return { code: 'database.damaged' };
  const result = resultCode(error);
  if (result !== null) {
    const errno = numberIn(error, 'systemErrno');
    // SQLite reports "I/O error" when the disk is too full for its shared memory file.
    if ((result === 10 || result === CANNOT_OPEN) && errno !== null) {
      if (errno === FULL_ERRNO) return { code: 'database.full' };
      if (READ_ONLY_ERRNO.has(errno)) return { code: 'database.read-only' };
    }
    if (result === CANNOT_OPEN)
      return { code: isWritable(path) ? 'database.io' : 'database.read-only' };
    const code = BY_RESULT[result];
    return code ? { code } : null;
  }
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return null;
  if (FULL.has(code)) return { code: 'database.full' };
  return { code: READ_ONLY.has(code) ? 'database.read-only' : 'database.io' };
}
