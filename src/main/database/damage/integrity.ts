/**
 * Checks an open database for damage. Skips the read model (the tables of list/): it can be rebuilt, and its
 * full-text indexes take longer to check than everything else together.
 */
import { damageError } from './set-aside';
import type { Database } from '../database';
import { isDamage } from '../failures';
import { dropTables, LIST_SCHEMA } from '../list/list-tables';
import { compareSchema, TABLES } from '../schema';

/**
 * Throws a damage error unless the database has exactly our schema: no trigger, no view, no table or index of someone
 * else. Drops a read model of a different version, which is rebuilt.
 */
export function expectExactSchema(database: Database): void {
  let found = compareSchema(database, LIST_SCHEMA);
  if (found === 'other-list') {
    dropTables(database);
    found = compareSchema(database, LIST_SCHEMA);
  }
  if (found !== 'ours') throw damageError('the schema is not ours');
}

/** Reads every table with its indexes, one table per step. Throws damage errors and errors of the driver. */
export function* checkTables(database: Database): Generator<void> {
  expectExactSchema(database);
  for (const table of TABLES) {
    yield;
    const found = database.get(`PRAGMA integrity_check(${table})`);
    if (found?.['integrity_check'] !== 'ok') throw damageError(`damage was found in ${table}`);
  }
}

/**
 * Checks the whole file after a statement found damage. First checks every table, without writing. If all are
 * sound, drops the read model. Damage that remains after that can only be in free pages, which `VACUUM` removes.
 * Throws damage errors.
 * @returns whether the file is sound now; false if it could not be written, because the disk is full
 */
export function checkFile(database: Database): boolean {
  for (const step of checkTables(database)) void step;
  // SQLite may skip free pages in its check as long as there is a virtual table.
  try {
    dropTables(database);
    if (isSound(database)) return true;
    database.script('VACUUM');
  } catch (error) {
    if (isDamage(error)) throw error;
    return false;
  }
  if (!isSound(database)) throw damageError('the file is damaged outside its tables');
  return true;
}

function isSound(database: Database): boolean {
  return database.get('PRAGMA integrity_check(1)')?.['integrity_check'] === 'ok';
}
