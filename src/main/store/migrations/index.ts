/**
 * The steps from one schema to the next, in order. Step n (counting from 1) brings a database from
 * `user_version` n - 1 to n, in one transaction with the new number. A step that was released is
 * never changed: add another. What the next release adds is one step, whose parts are files of its number.
 */
import { Database } from '../database';
import { tables } from './0001-tables';
import { attention } from './0002-attention';
import { bulk } from './0002-bulk';
import { budgetAndHistory } from './0002-budget-and-history';
import { sending } from './0002-sending';

/** One step: SQL, or a function where SQL is not enough. */
type Step = string | ((database: Database) => void);

const STEPS: readonly Step[] = [tables, budgetAndHistory + sending + bulk + attention];

/** The tables of the newest schema, for the look at each of them when opening. */
export const TABLES = [
  'credential',
  'organization',
  'search_text',
  'profile',
  'draft',
  'outbox',
  'revision',
  'setting',
  'unreadable',
  'budget',
  'given_up',
  'bulk_run',
  'bulk_item',
  'seen_advice',
] as const;

/** The schema this app writes. */
export const SCHEMA_VERSION = STEPS.length;

/** The schema of an open database. */
export function schemaVersion(database: Database): number {
  return Number(database.get('PRAGMA user_version')?.['user_version'] ?? 0);
}

/** Brings the database to `SCHEMA_VERSION`. Throws errors of the driver. */
export function migrate(database: Database): void {
  for (let version = schemaVersion(database); version < SCHEMA_VERSION; version++) {
    const step = STEPS[version];
    database.transaction('BEGIN IMMEDIATE', () => {
      if (typeof step === 'string') database.script(step);
      else step?.(database);
      database.script(`PRAGMA user_version = ${version + 1}`);
    });
  }
}

/** Whether every table and index of the newest schema is there as it was made. */
export function hasWholeSchema(database: Database): boolean {
  const fresh = new Database(':memory:', { busyTimeout: 0 });
  const partsOf = (one: Database): string[] =>
    one
      .all('SELECT type, name, tbl_name, sql FROM sqlite_schema')
      .map((row) => JSON.stringify(Object.values(row)));
  try {
    migrate(fresh);
    const present = new Set(partsOf(database));
    return partsOf(fresh).every((part) => present.has(part));
  } finally {
    fresh.close();
  }
}
