/** What every repository works with. */
import type { Changes } from './change-feed';
import type { OnUnreadable } from './columns';
import type { Sql } from './database';

/** The database inside a transaction, and where to report rows that could not be understood. */
export interface Context {
  sql: Sql;
  onUnreadable: OnUnreadable;
  /** What the running transaction touches; subscribers get it after the commit. */
  changes: Changes;
  /** Now, ms since the epoch. */
  now(): number;
}
