/** What every repository works with. */
import type { Sql } from './database';
import type { OnUnreadable } from './columns';

/** The database inside a transaction, and where to report rows that could not be understood. */
export interface Context {
  sql: Sql;
  onUnreadable: OnUnreadable;
  /** Now, ms since the epoch. */
  now(): number;
}
