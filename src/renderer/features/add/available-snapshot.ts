/**
 * The list of a sign-in as far as the window has it: its numbers and some rows. Each answer of main makes a
 * new one of the one before.
 */
import type {
  AvailableOrganization,
  AvailablePage,
  AvailableSummary,
} from '../../../shared/additions';

/** What main has answered of the list. */
export interface AvailableSnapshot {
  readonly filter: string;
  readonly summary: AvailableSummary;
  /** The rows that are here, by index. */
  readonly rows: ReadonlyMap<number, AvailableOrganization>;
}

/** What a person ticked, or took the tick away from: these ids, or all that a filter shows. */
export interface Tick {
  readonly which: 'shown' | string[];
  readonly ticked: boolean;
  /** The filter they were shown under. */
  readonly filter: string;
}

/** Rows around those that were asked for that stay, so that scrolling back and forth asks for nothing. */
const KEPT_AROUND = 200;

/** The list as a page of it shows it, with no other rows. */
export function shownOf(
  filter: string,
  { rows, offset, ...summary }: AvailablePage,
): AvailableSnapshot {
  return { filter, summary, rows: new Map(rows.map((row, at) => [offset + at, row])) };
}

/**
 * The list with one more page of it. Rows near the page stay.
 * @param keep one that stays wherever it is; -1 for none
 */
export function withPage(
  shown: AvailableSnapshot,
  page: AvailablePage,
  keep: number,
): AvailableSnapshot {
  const next = shownOf(shown.filter, page);
  const from = page.offset - KEPT_AROUND;
  const end = page.offset + page.rows.length + KEPT_AROUND;
  const near = [...shown.rows].filter(
    ([index]) => (index >= from && index < end) || index === keep,
  );
  return { ...next, rows: new Map([...near, ...next.rows]) };
}

/** The list with a tick as main would take it: saved rows have none. */
export function marked(
  shown: AvailableSnapshot,
  { which, ticked, filter }: Tick,
): AvailableSnapshot {
  if (which === 'shown' && filter !== shown.filter) return shown;
  const concerns = ({ id, saved }: AvailableOrganization): boolean =>
    !saved && (which === 'shown' || which.includes(id));
  const rows = new Map(shown.rows);
  const changed = [...rows].filter(([, row]) => concerns(row) && row.ticked !== ticked);
  for (const [index, row] of changed) rows.set(index, { ...row, ticked });
  const { summary } = shown;
  const { addable } = summary.shown;
  const more =
    which === 'shown'
      ? (ticked ? addable : 0) - summary.shown.ticked
      : changed.length * (ticked ? 1 : -1);
  return {
    ...shown,
    rows,
    summary: {
      ...summary,
      ticked: summary.ticked + more,
      shown: { ...summary.shown, ticked: summary.shown.ticked + more },
    },
  };
}
