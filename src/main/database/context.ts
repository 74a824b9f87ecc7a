/** What every repository works with. */
import type { Changes } from './change-feed';
import type { OnUnreadable } from './columns';
import type { Sql } from './database';

/** Marks whose rows in the read model may be other ones; they are brought up to date before the commit. */
export interface RowMarks {
  touch(organizationId: string): void;
  /** These wait now, paused or not: `Tables['outbox'].move`. */
  moved(organizationIds: readonly string[], isPaused: boolean): void;
  /** These have lost this sign-in. */
  released(organizationIds: readonly string[], credentialId: string): void;
}

/** The database inside a transaction, and where to report rows that could not be understood. */
export interface Context {
  sql: Sql;
  onUnreadable: OnUnreadable;
  /** What the running transaction touches; subscribers get it after the commit. */
  changes: Changes;
  rows: RowMarks;
  /** Now, ms since the epoch. */
  now(): number;
}

/** Marks an entry whose page and row may be other ones. */
export function mark({ changes, rows }: Context, organizationId: string): void {
  changes.organization(organizationId);
  rows.touch(organizationId);
}
