/** Joins the rows that are shown with those that main has now, without moving a row that is shown. */

/** Why a row has left the list: what the person did with it, or `gone`. */
export type RowEnd = 'draft' | 'mine' | 'theirs' | 'gone';

/** Why rows have left, by the ids of their organizations. */
export type Ends = Readonly<Record<string, RowEnd>>;

/** A row, and why it is not in the list any more; null: it still is. */
export interface LiveRow<T> {
  row: T;
  end: RowEnd | null;
}

type Row = { entryId: string };

const endOf = (ends: Ends, { entryId }: Row): RowEnd | null => ends[entryId] ?? null;

/** The rows with why they have left. */
export function settleRows<T extends Row>(rows: readonly LiveRow<T>[], ends: Ends): LiveRow<T>[] {
  return rows.map(({ row, end }) => ({ row, end: endOf(ends, row) ?? end }));
}

/**
 * The rows to show.
 *
 * @param shown the rows that keep their places; null: none has to
 * @param loaded the rows that main has
 * @param ends why rows have left
 * @param before what `ends` was before main was asked: a row in it that main still has has come back
 */
export function mergeRows<T extends Row>(
  shown: readonly LiveRow<T>[] | null,
  loaded: readonly T[],
  ends: Ends,
  before: Ends,
): { rows: LiveRow<T>[]; ends: Ends } {
  const byId = new Map(loaded.map((row) => [row.entryId, row]));
  const known = Object.fromEntries(
    Object.entries(ends).filter(([id, end]) => before[id] !== end || !byId.has(id)),
  );
  const live = (row: T): LiveRow<T> => ({ row, end: endOf(known, row) });
  if (!shown) {
    const rows = [...byId.values()].map(live).filter(({ end }) => end === null);
    return { rows, ends: known };
  }
  const kept = shown.map(({ row, end }): LiveRow<T> => {
    const newer = byId.get(row.entryId);
    byId.delete(row.entryId);
    return newer ? live(newer) : { row, end: endOf(known, row) ?? end ?? 'gone' };
  });
  return { rows: [...kept, ...[...byId.values()].map(live)], ends: known };
}
