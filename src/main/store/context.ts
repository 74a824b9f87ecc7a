/** What every repository works with. */
import type { Sql } from './database';
import type { OnUnreadable } from './columns';
import type { SearchTexts } from './search-text';

/** The database inside a transaction, where to report rows that could not be understood, and the search. */
export interface Context {
  sql: Sql;
  onUnreadable: OnUnreadable;
  search: SearchTexts;
  /** Now, ms since the epoch. */
  now(): number;
}
