/**
 * What a repository works with. A repository runs its SQL through `sql`, and marks every entry it writes:
 *
 * - in `changes`, for the subscribers of the change feed, which are notified after the commit;
 * - in `rows`, for the read model of the list, which is updated before the commit, in the same transaction.
 *
 * `markEntry` does both. A write that shows on an entry's page but not in its row marks only `changes`.
 */
import type { Changes } from './change-feed';
import type { Sql } from './sqlite-file';
import type { RowMacs } from './row-macs';

/** Collects the entries whose row in the read model may have changed. */
export interface RowMarks {
  /** Any column of this entry's row may have changed. The row is computed again before the commit. */
  touch(entryId: string): void;
  /** Faster than `touch`, for many entries: their changes are paused, or else queued or waiting, from now on. */
  moved(entryIds: readonly string[], isPaused: boolean): void;
  /** Faster than `touch`, for many entries: they no longer have this sign-in. */
  released(entryIds: readonly string[], signInId: string): void;
}

/** What a repository works with. */
export interface Context {
  sql: Sql;
  /** Marks of the running transaction. Subscribers get them after the commit. */
  changes: Changes;
  rows: RowMarks;
  /** Makes and checks the MACs of rows. */
  macs: RowMacs;
  /** Numbers the tries to read entries (read-order.ts). */
  nextTry(): number;
  /** Now, ms since the epoch. */
  now(): number;
}

/** Marks an entry whose page and list row may have changed. */
export function markEntry(
  { changes, rows }: Pick<Context, 'changes' | 'rows'>,
  entryId: string,
): void {
  changes.organization(entryId);
  rows.touch(entryId);
}

/** Whether an entry with this id is saved. */
export function hasEntry({ sql }: Context, entryId: string): boolean {
  return sql.get('SELECT 1 FROM organization WHERE id = ?', entryId) !== null;
}
