/**
 * The order of the reading queue, in the column `read_order` of an entry: the number of its last try, minus `UNREAD`
 * while it waits for its first read. Those that were never tried come first, then the one whose last try was longest ago,
 * and then first reads that failed. Tries are numbered, not timed, so that setting the clock changes nothing.
 */
import * as columns from './columns';
import type { Sql } from './sqlite-file';

/** More than there will ever be tries. A stored number from here on comes from damage, or was planted. */
export const UNREAD = 1e15;

/**
 * Returns a function that numbers tries; call inside `Database.write`. After a restart it continues after the highest
 * stored number. Entries with an implausible number come first among those that were read, so that a check covers them.
 */
export function createTryCounter(sql: Sql): () => number {
  let last: number | null = null;
  return () => {
    if (last === null) {
      sql.run(`UPDATE organization SET read_order = 0 WHERE read_order >= ${UNREAD}`);
      last = lastTry(sql);
    }
    last += 1;
    return last;
  };
}

/**
 * The number of the last try; 0 if there was none. Ignores entries that wait for their first read, and implausible
 * numbers: above 2^53, adding 1 would not give a new number.
 */
export function lastTry(sql: Sql): number {
  const row = sql.get(
    `SELECT max(read_order) AS last FROM organization WHERE read_order > 0 AND read_order < ${UNREAD}`,
  );
  return columns.toNumber(row?.['last']);
}
