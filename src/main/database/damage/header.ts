/**
 * The header of a database file (sqlite.org/fileformat.html), read before SQLite touches the file.
 * Where it says what no file of ours says, it is damaged, although SQLite would go on: open it for
 * reading only, take texts that are cut off for zeros, or call it an error of the statement.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { damage } from './set-aside';

/** The newest version of the file format SQLite defines, and of the format of its schema. */
const FILE_FORMAT = 2;
const SCHEMA_FORMAT = 4;

/**
 * The schema version (`user_version`) in the header. Only for a file without a write-ahead log, which
 * may hold a newer header. Throws errors of the file system, and damage.
 */
export function versionInHeader(path: string): number {
  const header = Buffer.alloc(100);
  const handle = openSync(path, 'r');
  try {
    const { size } = fstatSync(handle);
    readSync(handle, header, 0, header.length, 0);
    if (!isSound(header, size)) throw damage('the header is none of a whole database');
  } finally {
    closeSync(handle);
  }
  return header.readInt32BE(60);
}

function isSound(header: Buffer, size: number): boolean {
  const within = (value: number, most: number): boolean => value >= 1 && value <= most;
  const stored = header.readUInt16BE(16);
  const pageSize = stored === 1 ? 65_536 : stored;
  return (
    header.toString('latin1', 0, 16) === 'SQLite format 3\0' &&
    within(header.readUInt8(18), FILE_FORMAT) &&
    within(header.readUInt8(19), FILE_FORMAT) &&
    within(header.readUInt32BE(44), SCHEMA_FORMAT) &&
    size >= header.readUInt32BE(28) * pageSize
  );
}
