/**
 * Looks for damage in an open database. The read model (list/) is left out: it is built again when it is
 * damaged, and its full-text index alone takes longer to look through than everything else.
 */
import { damage } from './damage';
import { isDamage } from './failures';
import type { Database } from './database';
import { dropTables } from './list/list-tables';
import { hasWholeSchema, TABLES } from './schema';

/** Reads every table, with its indexes. Throws damage, and errors of the driver. */
export function checkTables(database: Database): void {
  for (const table of ['sqlite_schema', ...TABLES]) {
    const found = database.get(`PRAGMA integrity_check(${table})`);
    if (found?.['integrity_check'] !== 'ok') throw damage(`damage was found in ${table}`);
  }
  if (!hasWholeSchema(database)) throw damage('the schema is not that of its version');
}

/** Whether nothing is wrong anywhere in the file, its free pages and the read model included. */
function isSound(database: Database): boolean {
  try {
    return database.get('PRAGMA integrity_check(1)')?.['integrity_check'] === 'ok';
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/**
 * Reads the whole file after a statement met damage. Where every table is sound, the damage is in the read
 * model or among the free pages: the tables are written again without either. Throws damage of the tables.
 * @returns whether all is well; false when there is no room to write them, and the file must be read again
 */
export function checkFile(database: Database): boolean {
  if (isSound(database)) {
    if (!hasWholeSchema(database)) throw damage('the schema is not that of its version');
    return true;
  }
  checkTables(database);
  try {
    dropTables(database);
    database.script('VACUUM');
  } catch (error) {
    if (isDamage(error)) throw error;
    return false;
  }
  if (!isSound(database)) throw damage('the damage is still there');
  return true;
}
