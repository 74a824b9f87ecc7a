/**
 * The sequence (`seq`) of drafts over all entries: each new text gets its next number. So a text that was replaced is
 * never taken for another one, even if it is typed again, and what was there before this run of the app can be told from
 * what was made in it. The numbers that grow are listed in CONTRIBUTING.md.
 */
import * as columns from './columns';
import type { Sql } from './sqlite-file';

/** Numbers above this come from damage: adding 1 would not give a new one. */
const MAX_SEQ = 2 ** 50;

/** Continues after the highest stored number. Call its functions inside a transaction. */
export function createDraftSequence(sql: Sql) {
  let first: number | null = null;
  let last = 0;
  /** The last number of earlier runs of the app. */
  const atStart = (): number => {
    if (first === null) {
      const HIGHEST = 'SELECT max(seq) AS last FROM draft_field WHERE seq < ?';
      first = columns.toNumber(sql.get(HIGHEST, MAX_SEQ)?.['last']);
      last = first;
    }
    return first;
  };
  return {
    atStart,
    /** The last number that was given out. */
    last: (): number => Math.max(atStart(), last),
    /** The number of a new text. */
    next(): number {
      atStart();
      last += 1;
      return last;
    },
  };
}
