/** Decides which rows to request next. Called again after each answer, with the rows visible at that time. */
import { rowsPerScreen as rowsFor } from '../../shared/first-paint';
import { LIST_LIMIT, type ListQuery } from '../../shared/list-query';
import { isSameQuery } from './list-query.svelte';
import type { ListSnapshot } from './list-snapshot';

/** Rows to prefetch before and after the visible ones. */
const PREFETCH = 40;
/** While scrolling, prefetch when fewer loaded rows than this remain before or after the visible ones. */
const PREFETCH_BELOW = 20;

/** A request for rows of the list. */
export interface RowsRequest {
  kind: 'rows';
  /** Why: the query is a different one, rows are not loaded, or loaded rows may have changed. */
  reason: 'query' | 'missing' | 'stale';
  query: ListQuery;
  offset: number;
  limit: number;
}

/** A request for the current content of certain rows, whatever their position is by now. */
export interface UpdateRequest {
  kind: 'update';
  query: ListQuery;
  ids: string[];
}

/** A request to main for list rows. */
export type ListRequest = RowsRequest | UpdateRequest;

/** What the next request depends on. */
export interface RequestContext {
  /** The query as chosen in the controls. */
  query: ListQuery;
  /** The list on screen, or null before the first answer. */
  shown: ListSnapshot | null;
  /** The first visible row. */
  first: number;
  /** The row after the last visible one. */
  end: number;
  /** Whether the visible rows changed since the last answer, so that more changes are likely. */
  isScrolling: boolean;
  /** Whether something changed since main sent the shown rows. */
  isStale: boolean;
  /** Whether rows keep their places, because the pointer or the focus is in the list. */
  isOrderFrozen: boolean;
}

/** How many rows fit the height of the window. */
export function rowsPerScreen(): number {
  return rowsFor(window.innerHeight);
}

/** The next request, or null when all visible rows are loaded and current. */
export function nextRequest({
  query,
  shown,
  first,
  end,
  isScrolling,
  isStale,
  isOrderFrozen,
}: RequestContext): ListRequest | null {
  const rows = (reason: RowsRequest['reason'], offset: number, limit: number): ListRequest => {
    return { kind: 'rows', reason, query, offset, limit: Math.min(LIST_LIMIT, limit) };
  };
  if (!shown || !isSameQuery(query, shown.query)) return rows('query', 0, rowsPerScreen());
  const last = Math.min(end, shown.length) - 1;
  if (last < 0) return isStale ? rows('stale', 0, rowsPerScreen()) : null;
  const from = Math.min(first, last);
  const count = last - from + 1;
  const isLoaded = (index: number): boolean =>
    index < 0 || index >= shown.length || shown.rows.has(index);
  const margin = isScrolling ? PREFETCH_BELOW : 0;
  const visible = Array.from({ length: count }, (_, step) => from + step);
  if (![from - margin, ...visible, last + margin].every(isLoaded)) {
    const offset = Math.max(0, from - PREFETCH);
    return rows('missing', offset, last - offset + 1 + PREFETCH);
  }
  if (!isStale) return null;
  if (!isOrderFrozen) return rows('stale', from, Math.max(count, rowsPerScreen()));
  // Visible rows come first. The other loaded rows follow, up to the limit of one answer.
  const sorted = [...shown.rows].sort(
    ([one], [other]) => Number(visible.includes(other)) - Number(visible.includes(one)),
  );
  return { kind: 'update', query, ids: sorted.slice(0, LIST_LIMIT).map(([, { id }]) => id) };
}
