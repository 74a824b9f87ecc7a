/**
 * The list as the window shows it: how long it is, and the rows in sight by their index. Each answer of
 * main makes a new one of the one before, so that everything on screen belongs together.
 */
import type { ListPage, ListQuery, ListRow, ListRows } from '../../shared/list-query';

/** What main says of the list besides its rows. */
export type ListSummary = Omit<ListRows, 'rows'>;

/** The list as the window shows it. */
export interface ListSnapshot {
  readonly query: ListQuery;
  readonly summary: ListSummary;
  /** How many rows there are to scroll through. Differs from the total while rows keep their place. */
  readonly length: number;
  /** The rows that are here, by index. */
  readonly rows: ReadonlyMap<number, ListRow>;
  /** Rows that keep their place although their entry was removed. */
  readonly removed: ReadonlySet<string>;
  /** The commit as of which the rows are in order. */
  readonly orderedAt: number;
}

/** Rows around those in sight that stay, so that scrolling back and forth asks for nothing. */
const KEPT_AROUND = 100;

/** The list as a page of it shows it, with no other rows. */
export function listOf(query: ListQuery, { rows, offset, ...summary }: ListPage): ListSnapshot {
  return {
    query,
    summary,
    length: summary.total,
    rows: new Map(rows.map((row, at) => [offset + at, row])),
    removed: new Set(),
    orderedAt: summary.commit,
  };
}

/** The list with one more page. As long as nothing has changed since, rows near the page stay. */
export function withPage(shown: ListSnapshot, page: ListPage): ListSnapshot {
  const next = listOf(shown.query, page);
  if (shown.summary.commit !== page.commit || shown.orderedAt !== page.commit) return next;
  const { offset, rows } = page;
  const near = [...shown.rows].filter(
    ([index]) => index >= offset - KEPT_AROUND && index < offset + rows.length + KEPT_AROUND,
  );
  return { ...next, rows: new Map([...near, ...next.rows]) };
}

/**
 * The list with these rows as they are now. Nothing changes its place: what was removed stays as a row that
 * says so. Rows that were not asked for are older than the answer, and go.
 * @param asked the ids that were asked for; those main knows no more were removed
 */
export function inPlace(
  shown: ListSnapshot,
  { rows, ...summary }: ListRows,
  asked: readonly string[],
): ListSnapshot {
  const newer = new Map(rows.map((row) => [row.id, row]));
  const wanted = new Set(asked);
  const gone = asked.filter((id) => !newer.has(id));
  const kept = [...shown.rows].filter(([, { id }]) => wanted.has(id));
  return {
    ...shown,
    summary,
    rows: new Map(kept.map(([index, row]) => [index, newer.get(row.id) ?? row])),
    removed: new Set([...shown.removed].filter((id) => !newer.has(id)).concat(gone)),
  };
}

/** Where an entry stands among the rows that are here, or null. */
export function indexOf(shown: ListSnapshot, id: string): number | null {
  for (const [index, row] of shown.rows) if (row.id === id) return index;
  return null;
}

/**
 * By how many rows the list has to be scrolled so that the row at `index` stays where it is on screen, now
 * that the list is `next`.
 */
export function movedBy(shown: ListSnapshot, next: ListSnapshot, index: number): number {
  const row = shown.rows.get(index);
  const now = row ? indexOf(next, row.id) : null;
  return now === null ? 0 : now - index;
}
