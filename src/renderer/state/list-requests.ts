/** What main is asked about the list: decided again after each answer, from what is in sight by then. */
import { rowsPerScreen as rowsFor } from '../../shared/first-paint';
import { LIST_LIMIT, type ListQuery } from '../../shared/list-query';
import { isSameQuery } from './list-query.svelte';
import type { ListSnapshot } from './list-snapshot';

/** Rows that are asked for before and after those in sight while someone scrolls. */
const AHEAD = 40;
/** With fewer rows than this left before or after those in sight, more are asked for. */
const LEAST_AHEAD = 20;

/** Asks for a part of the list. */
export interface PageRequest {
  kind: 'page';
  /** Another query, rows that are not here, or rows that have changed since. */
  why: 'query' | 'missing' | 'stale';
  query: ListQuery;
  offset: number;
  limit: number;
}

/** Asks for the rows in sight as they are now, wherever they stand by now. */
export interface RowsRequest {
  kind: 'rows';
  query: ListQuery;
  ids: string[];
}

/** What main is asked. */
export type ListRequest = PageRequest | RowsRequest;

/** What decides what to ask. */
export interface Situation {
  /** What the person has narrowed the list to. */
  query: ListQuery;
  shown: ListSnapshot | null;
  /** The rows in sight: the first, and the one after the last. */
  first: number;
  end: number;
  /** Whether other rows have come into sight since the last answer: more will. */
  isScrolling: boolean;
  /** Whether something has changed since what is shown was answered. */
  isStale: boolean;
  /** Whether rows keep their places. */
  isOrderFrozen: boolean;
}

/** How many rows fit the height of the window. */
export function rowsPerScreen(): number {
  return rowsFor(window.innerHeight);
}

/** What to ask next, or null when everything in sight is here and new. */
export function nextRequest({
  query,
  shown,
  first,
  end,
  isScrolling,
  isStale,
  isOrderFrozen,
}: Situation): ListRequest | null {
  const page = (why: PageRequest['why'], offset: number, limit: number): ListRequest => {
    return { kind: 'page', why, query, offset, limit: Math.min(LIST_LIMIT, limit) };
  };
  if (!shown || !isSameQuery(query, shown.query)) return page('query', 0, rowsPerScreen());
  const last = Math.min(end, shown.length) - 1;
  if (last < 0) return isStale ? page('stale', 0, rowsPerScreen()) : null;
  const from = Math.min(first, last);
  const count = last - from + 1;
  const isHere = (index: number): boolean =>
    index < 0 || index >= shown.length || shown.rows.has(index);
  const ahead = isScrolling ? LEAST_AHEAD : 0;
  const inSight = Array.from({ length: count }, (_, at) => from + at);
  if (![from - ahead, ...inSight, last + ahead].every(isHere)) {
    const offset = Math.max(0, from - AHEAD);
    return page('missing', offset, last - offset + 1 + AHEAD);
  }
  if (!isStale) return null;
  if (!isOrderFrozen) return page('stale', from, Math.max(count, rowsPerScreen()));
  // Those in sight first; of the others that are here as many as an answer takes.
  const sorted = [...shown.rows].sort(
    ([one], [other]) => Number(inSight.includes(other)) - Number(inSight.includes(one)),
  );
  return { kind: 'rows', query, ids: sorted.slice(0, LIST_LIMIT).map(([, { id }]) => id) };
}
