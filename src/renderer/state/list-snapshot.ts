/**
 * The list as the window shows it: its length, and the loaded rows by index. A snapshot is immutable, and each
 * answer from main creates a new one, so that everything on screen is consistent.
 */
import type { ListRows, ListQuery, ListRow, UpdatedRows } from '../../shared/list-query';

/** The counts of the list, without its rows. */
export type ListSummary = Omit<UpdatedRows, 'rows'>;

/** The list as the window shows it. */
export interface ListSnapshot {
  readonly query: ListQuery;
  readonly summary: ListSummary;
  /** How many rows there are to scroll through. Differs from the total while rows keep their places. */
  readonly length: number;
  /** The index of the first row of each group, ascending; empty if the list is not grouped. */
  readonly groups: readonly number[];
  /** The loaded rows, by index. */
  readonly rows: ReadonlyMap<number, ListRow>;
  /** Ids of rows that keep their place although their entry was removed. */
  readonly removed: ReadonlySet<string>;
  /** The number of the commit in main whose order the rows are in. */
  readonly orderedAt: number;
}

/** Rows to keep on each side of a new page, so that scrolling back and forth fetches nothing. */
const KEPT_AROUND = 100;

/** A snapshot with the rows of one page only. */
export function snapshotOf(
  query: ListQuery,
  { rows, offset, groups, ...summary }: ListRows,
): ListSnapshot {
  return {
    query,
    summary,
    length: summary.total,
    groups,
    rows: new Map(rows.map((row, position) => [offset + position, row])),
    removed: new Set(),
    orderedAt: summary.commit,
  };
}

/** The snapshot with one more page. Rows near the page stay if they are from the same commit. */
export function withRows(shown: ListSnapshot, page: ListRows): ListSnapshot {
  const next = snapshotOf(shown.query, page);
  if (shown.summary.commit !== page.commit || shown.orderedAt !== page.commit) return next;
  const { offset, rows } = page;
  const near = [...shown.rows].filter(
    ([index]) => index >= offset - KEPT_AROUND && index < offset + rows.length + KEPT_AROUND,
  );
  return { ...next, rows: new Map([...near, ...next.rows]) };
}

/**
 * The snapshot with newer content for some rows. No row moves: the row of a removed entry stays and says that the
 * entry was removed, and a row whose group has changed stays in the old one. Rows that were not requested are older
 * than the answer and are dropped.
 *
 * @param requested the ids in the request; ids missing from the answer were removed
 */
export function withUpdatedRows(
  shown: ListSnapshot,
  { rows, ...summary }: UpdatedRows,
  requested: readonly string[],
): ListSnapshot {
  const newer = new Map(rows.map((row) => [row.id, row]));
  const ids = new Set(requested);
  const removed = requested.filter((id) => !newer.has(id));
  const kept = [...shown.rows].filter(([, { id }]) => ids.has(id));
  return {
    ...shown,
    summary,
    rows: new Map(
      kept.map(([index, row]) => [index, { ...(newer.get(row.id) ?? row), group: row.group }]),
    ),
    removed: new Set([...shown.removed].filter((id) => !newer.has(id)).concat(removed)),
  };
}

/** The index of an entry among the loaded rows, or null. */
export function indexOf(shown: ListSnapshot, id: string): number | null {
  for (const [index, row] of shown.rows) if (row.id === id) return index;
  return null;
}

/**
 * By how many rows the list must scroll when `next` replaces `shown`, so that the row at `index` of `shown`
 * stays where it is on screen. Negative: up. 0 if that row is not loaded in both snapshots.
 */
export function rowShift(shown: ListSnapshot, next: ListSnapshot, index: number): number {
  const row = shown.rows.get(index);
  const newIndex = row ? indexOf(next, row.id) : null;
  return newIndex === null ? 0 : newIndex - index;
}
