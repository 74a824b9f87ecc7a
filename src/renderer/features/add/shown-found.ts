/**
 * The list of a sign-in as far as the window has it: its numbers and some rows. Each answer of main makes a
 * new one of the one before.
 */
import type { FoundOrganization, FoundPage, FoundSummary } from '../../../shared/adding';

/** What main has answered of the list. */
export interface ShownFound {
  readonly filter: string;
  readonly summary: FoundSummary;
  /** The rows that are here, by index. */
  readonly rows: ReadonlyMap<number, FoundOrganization>;
}

/** Rows around those that were asked for that stay, so that scrolling back and forth asks for nothing. */
const KEPT_AROUND = 200;

/** The list as a page of it shows it, with no other rows. */
export function shownOf(filter: string, { rows, offset, ...summary }: FoundPage): ShownFound {
  return { filter, summary, rows: new Map(rows.map((row, at) => [offset + at, row])) };
}

/**
 * The list with one more page of it. Rows near the page stay.
 * @param keep one that stays wherever it is; -1 for none
 */
export function withPage(shown: ShownFound, page: FoundPage, keep: number): ShownFound {
  const next = shownOf(shown.filter, page);
  const from = page.offset - KEPT_AROUND;
  const end = page.offset + page.rows.length + KEPT_AROUND;
  const near = [...shown.rows].filter(
    ([index]) => (index >= from && index < end) || index === keep,
  );
  return { ...next, rows: new Map([...near, ...next.rows]) };
}

/** The list with these rows ticked, or without their ticks; saved ones have none. */
export function marked(
  shown: ShownFound,
  which: 'shown' | readonly string[],
  ticked: boolean,
): ShownFound {
  const concerns = ({ id, saved }: FoundOrganization): boolean =>
    !saved && (which === 'shown' || which.includes(id));
  const rows = [...shown.rows].map(
    ([index, row]) => [index, concerns(row) ? { ...row, ticked } : row] as const,
  );
  return { ...shown, rows: new Map(rows) };
}
