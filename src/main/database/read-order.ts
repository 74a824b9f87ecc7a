/**
 * The order of the reading queue, in the column `read_order` of an entry: the number of its last try, minus `UNREAD`
 * while it waits for its first read. So entries without a copy come first, then the one whose last try was longest
 * ago. Tries are numbered, not timed, so that setting the clock changes nothing.
 */
import * as columns from './columns';
import type { Sql } from './database';

/** More than there will ever be tries. */
export const UNREAD = 1e15;

/** Returns a function that numbers tries. After a restart it continues after the highest stored number. */
export function createTryCounter(sql: Sql): () => number {
  let last: number | null = null;
  return () => {
    last ??= lastTry(sql);
    last += 1;
    return last;
  };
}

/** The number of the last try; 0 if there was none. Ignores entries that wait for their first read. */
export function lastTry(sql: Sql): number {
  const row = sql.get('SELECT max(0, max(read_order)) AS last FROM organization');
  return columns.toNumber(row?.['last']);
}
