/**
 * Reads the header of a database file (sqlite.org/fileformat.html) before SQLite opens it. Detects damage that
 * SQLite itself tolerates: SQLite would open the file read-only, read zeros where the file is truncated, or
 * report an ordinary error.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { damageError } from './set-aside';

/** The newest versions of SQLite's file format and of its schema format. */
const FILE_FORMAT = 2;
const SCHEMA_FORMAT = 4;

/**
 * The schema version (`user_version`) in the header. Do not use it if there is a write-ahead log, which may
 * hold a newer header. Throws a damage error if the header is invalid, and errors of the file system.
 */
export function versionInHeader(path: string): number {
  const header = Buffer.alloc(100);
  const handle = openSync(path, 'r');
  try {
    const { size } = fstatSync(handle);
    readSync(handle, header, 0, header.length, 0);
    if (!isSound(header, size)) throw damageError('the header is not that of a complete database');
  } finally {
    closeSync(handle);
  }
  return header.readInt32BE(60);
}

function isSound(header: Buffer, size: number): boolean {
  const isWithin = (value: number, max: number): boolean => value >= 1 && value <= max;
  const stored = header.readUInt16BE(16);
  const pageSize = stored === 1 ? 65_536 : stored;
  return (
    header.toString('latin1', 0, 16) === 'SQLite format 3\0' &&
    isWithin(header.readUInt8(18), FILE_FORMAT) &&
    isWithin(header.readUInt8(19), FILE_FORMAT) &&
    isWithin(header.readUInt32BE(44), SCHEMA_FORMAT) &&
    size >= header.readUInt32BE(28) * pageSize
  );
}
