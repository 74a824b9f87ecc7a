/**
 * The loaded part of the list of a sign-in's organizations: its counts and some of its rows. A snapshot is
 * immutable, and each answer from main creates a new one.
 */
import type {
  AvailableOrganization,
  AvailableRows,
  AvailableSummary,
} from '../../../shared/additions';

/** The loaded part of the list. */
export interface AvailableSnapshot {
  readonly filter: string;
  readonly summary: AvailableSummary;
  /** The loaded rows, by index. */
  readonly rows: ReadonlyMap<number, AvailableOrganization>;
}

/** An action that sets or clears ticks: of a row, of single accounts of an open row, or of all rows that the filter shows. */
export interface Tick {
  readonly which: 'shown' | { readonly row: string } | string[];
  readonly ticked: boolean;
  /** The filter at the time of the action. */
  readonly filter: string;
}

/** Rows to keep on each side of a new page, so that scrolling back and forth fetches nothing. */
const KEPT_AROUND = 200;

/** A snapshot with the rows of one page only. */
export function snapshotOf(
  filter: string,
  { rows, offset, ...summary }: AvailableRows,
): AvailableSnapshot {
  return { filter, summary, rows: new Map(rows.map((row, position) => [offset + position, row])) };
}

/**
 * The snapshot with one more page. Rows near the page stay.
 *
 * @param keep the index of a row that stays even if it is not near the page; -1 for none
 */
export function withRows(
  shown: AvailableSnapshot,
  page: AvailableRows,
  keep: number,
): AvailableSnapshot {
  const next = snapshotOf(shown.filter, page);
  const from = page.offset - KEPT_AROUND;
  const end = page.offset + page.rows.length + KEPT_AROUND;
  const near = [...shown.rows].filter(
    ([index]) => (index >= from && index < end) || index === keep,
  );
  return { ...next, rows: new Map([...near, ...next.rows]) };
}

/**
 * The snapshot with a tick applied, as main will apply it. Rows that are saved already cannot be ticked. What a tick of a
 * row means for its accounts, and the other way round, comes with main's answer.
 */
export function withTick(
  shown: AvailableSnapshot,
  { which, ticked, filter }: Tick,
): AvailableSnapshot {
  if (which === 'shown' && filter !== shown.filter) return shown;
  const isAffected = ({ id, saved, accounts }: AvailableOrganization): boolean => {
    if (saved) return false;
    if (Array.isArray(which)) return accounts === 0 && which.includes(id);
    return accounts > 0 && (which === 'shown' || which.row === id);
  };
  const rows = new Map(shown.rows);
  const changed = [...rows].filter(([, row]) => isAffected(row) && row.ticked !== ticked);
  for (const [index, row] of changed) rows.set(index, { ...row, ticked });
  const { summary } = shown;
  const one = ticked ? 1 : -1;
  const all = ticked ? summary.shown.unticked : -summary.shown.ticked;
  const difference = which === 'shown' ? all : changed.length * one;
  return {
    ...shown,
    rows,
    summary: {
      ...summary,
      ticked: summary.ticked + difference,
      shown: {
        ...summary.shown,
        ticked: summary.shown.ticked + difference,
        unticked: summary.shown.unticked - difference,
      },
    },
  };
}
