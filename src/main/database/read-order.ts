/**
 * The order of the reading queue, in the column `read_order` of an entry: the number of its last try, minus `UNREAD`
 * while it waits for its first read. Those that were never tried come first, then the one whose last try was longest ago,
 * and then first reads that failed. Tries are numbered, not timed, so that setting the clock changes nothing.
 */
import * as columns from './columns';
import type { Context } from './context';
import type { Sql } from './sqlite-file';

/** More than there will ever be tries. A stored number from here on comes from damage, or was planted. */
const UNREAD = 1e15;

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
function lastTry(sql: Sql): number {
  const row = sql.get(
    `SELECT max(read_order) AS last FROM organization WHERE read_order > 0 AND read_order < ${UNREAD}`,
  );
  return columns.toNumber(row?.['last']);
}

/** The part of the repository of organizations that keeps the order. */
export function readOrder({ sql, nextTry }: Context) {
  return {
    /**
     * The first `limit` entries of a sign-in in the order of the reading queue. First reads that failed come last: there
     * may be many, and each check would try them again before all others.
     * @param upTo only those whose last try has at most this number; -1: only those that wait for their
     *   first read
     */
    toRead(signInId: string, upTo: number, limit: number): string[] {
      const ids: string[] = [];
      const ranges = [
        [-Number.MAX_VALUE, -UNREAD],
        [0, upTo],
        [1 - UNREAD, Math.min(upTo, -1)],
      ] as const;
      for (const [from, to] of ranges) {
        if (from > to) continue;
        const rows = sql.arrays(
          `SELECT id FROM organization WHERE sign_in_id = ? AND read_order BETWEEN ? AND ?
           ORDER BY read_order LIMIT ?`,
          signInId,
          from,
          to,
          limit - ids.length,
        );
        ids.push(...columns.toEntryIds(rows));
      }
      return ids;
    },
    /** The number of entries that `toRead` would return, of all sign-ins or of one. */
    countToRead(upTo: number, signInId?: string): number {
      const COUNT = 'SELECT count(*) AS n FROM organization WHERE read_order <= ?';
      const row =
        signInId === undefined
          ? sql.get(COUNT, upTo)
          : sql.get(`${COUNT} AND sign_in_id = ?`, upTo, signInId);
      return columns.toNumber(row?.['n']);
    },
    /** Whether an entry of one of these sign-ins waits for its first read. */
    hasUnread: (signInIds: readonly string[]): boolean =>
      sql.get(
        `SELECT 1 FROM json_each(?) WHERE EXISTS
           (SELECT 1 FROM organization WHERE sign_in_id = value AND read_order < 0)`,
        columns.toJson(signInIds),
      ) !== null,
    /** Whether an entry waits for its first read. */
    isUnread(id: string): boolean {
      return sql.get('SELECT 1 FROM organization WHERE id = ? AND read_order < 0', id) !== null;
    },
    /** The number of the last try; 0 if there was none. */
    lastTry: (): number => lastTry(sql),
    /**
     * Records a try that read nothing, so that the entry goes behind the others.
     * @param again whether an entry that waits for its first read keeps waiting for it
     */
    tried(id: string, again: boolean): void {
      const unread = again ? `CASE WHEN read_order < 0 THEN ${UNREAD} ELSE 0 END` : '0';
      sql.run(`UPDATE organization SET read_order = ? - ${unread} WHERE id = ?`, nextTry(), id);
    },
    /** Lets those of these entries that have no copy wait for their first read again. */
    markUnread(ids: readonly string[]): void {
      for (const id of ids)
        sql.run(
          `UPDATE organization SET read_order = read_order - ${UNREAD} WHERE id = ?1 AND read_order >= 0
             AND NOT EXISTS (SELECT 1 FROM profile WHERE entry_id = ?1)`,
          id,
        );
    },
  };
}
