/**
 * Checks an open database for damage. Skips the read model (the tables of list/): it can be rebuilt, and its
 * full-text indexes take longer to check than everything else together.
 */
import { damageError } from './set-aside';
import type { SqliteFile } from '../sqlite-file';
import { isDamage } from '../failures';
import { dropTables, LIST_SCHEMA } from '../list/list-tables';
import { compareSchema, TABLES } from '../schema';

/** Leaves room for more rows below 2^53. */
const MAX_ROW_NUMBER = 2 ** 52;

/**
 * Throws a damage error unless the database has exactly our schema: no trigger, no view, no table or index of someone
 * else. Drops a read model of a different version, which is rebuilt.
 */
export function expectExactSchema(file: SqliteFile): void {
  let found = compareSchema(file, LIST_SCHEMA);
  if (found === 'other-list') {
    dropTables(file);
    found = compareSchema(file, LIST_SCHEMA);
  }
  if (found !== 'ours') throw damageError('the schema is not ours');
}

/**
 * Throws a damage error if a row number of a table is not exact as a number of JavaScript: the driver could not read
 * such a row.
 */
function expectRowNumbers(file: SqliteFile, table: string): void {
  const end = (order: string): string =>
    `(SELECT CAST(rowid AS REAL) FROM ${table} NOT INDEXED ORDER BY rowid ${order} LIMIT 1)`;
  const ends = file.get(`SELECT ${end('ASC')} AS first, ${end('DESC')} AS last`) ?? {};
  const isOutOfRange = Object.values(ends).some(
    (number) => Math.abs(Number(number)) > MAX_ROW_NUMBER,
  );
  if (isOutOfRange) throw damageError(`a row number in ${table} is out of range`);
}

/**
 * Reads every table with its indexes, one table per step. Throws damage errors and errors of the driver.
 * @param onBrokenCheck called with a table that is sound, but has rows that break a `CHECK`
 */
export function* checkTables(
  file: SqliteFile,
  onBrokenCheck: (table: string) => void,
): Generator<void> {
  expectExactSchema(file);
  for (const table of TABLES) {
    yield;
    const isAsDeclared = integrityOf(file, table) === 'ok';
    if (!isAsDeclared && !isSound(file, table)) {
      throw damageError(`damage was found in ${table}`);
    }
    expectRowNumbers(file, table);
    if (!isAsDeclared) onBrokenCheck(table);
  }
}

/**
 * Checks the whole file after a statement found damage. First checks every table, without writing. If all are
 * sound, drops the read model. Damage that remains after that can only be in free pages, which `VACUUM` removes.
 * Throws damage errors.
 * @returns whether the file is sound now; false if it could not be written, because the disk is full
 */
export function checkFile(file: SqliteFile): boolean {
  for (const step of checkTables(file, () => undefined)) void step;
  // SQLite may skip free pages in its check as long as there is a virtual table.
  try {
    dropTables(file);
    if (isSound(file, 1)) return true;
    file.script('VACUUM');
  } catch (error) {
    if (isDamage(error)) throw error;
    return false;
  }
  if (!isSound(file, 1)) throw damageError('the file is damaged outside its tables');
  return true;
}

/** Whether a table or, with 1, the whole file is sound. SQLite also reports rows that break a `CHECK`, which is no damage. */
function isSound(file: SqliteFile, what: string | 1): boolean {
  file.script('PRAGMA ignore_check_constraints = ON');
  try {
    return integrityOf(file, what) === 'ok';
  } finally {
    file.script('PRAGMA ignore_check_constraints = OFF');
  }
}

/** The first thing that SQLite finds wrong in a table or the whole file, or `ok`. */
function integrityOf(file: SqliteFile, what: string | 1): unknown {
  return file.get(`PRAGMA integrity_check(${what})`)?.['integrity_check'];
}
