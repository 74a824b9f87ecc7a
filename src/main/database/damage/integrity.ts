/**
 * Looks for damage in an open database. The read model (list/) is left out: it is built again when it is
 * damaged, and looking through its full-text indexes takes longer than everything else together.
 */
import { damage } from './set-aside';
import type { Database } from '../database';
import { isDamage } from '../failures';
import { dropTables } from '../list/list-tables';
import { hasWholeSchema, TABLES } from '../schema';

/** Reads every table with its indexes, one in each step. Throws damage, and errors of the driver. */
export function* checkTables(database: Database): Generator<void> {
  if (!hasWholeSchema(database)) throw damage('the schema is not that of its version');
  for (const table of TABLES) {
    yield;
    const found = database.get(`PRAGMA integrity_check(${table})`);
    if (found?.['integrity_check'] !== 'ok') throw damage(`damage was found in ${table}`);
  }
}

/**
 * Reads the whole file after a statement met damage. Nothing is written before every table has proved
 * sound. Then the read model is dropped, and where anything is still wrong, which can only be among free
 * pages, the file is written again without them. Throws damage.
 * @returns whether all is well now; false when there was no room to write
 */
export function checkFile(database: Database): boolean {
  for (const step of checkTables(database)) void step;
  // As long as there is a virtual table, SQLite may leave free pages out of its check.
  try {
    dropTables(database);
    if (isSound(database)) return true;
    database.script('VACUUM');
  } catch (error) {
    if (isDamage(error)) throw error;
    return false;
  }
  if (!isSound(database)) throw damage('the file is damaged outside of its tables');
  return true;
}

function isSound(database: Database): boolean {
  return database.get('PRAGMA integrity_check(1)')?.['integrity_check'] === 'ok';
}
