/** The loaded rows of a snapshot, and what to fetch next. Immutable: each answer of main makes a new one. */
import type { RowRun, TableGroup, TableRow } from '../../../shared/table';

/** How many rows one request fetches: what a tall window shows, and those ahead. More cost a frame while scrolling. */
const FETCHED = 150;
/** Rows that are fetched before they come into view. */
const AHEAD = 50;
/** More loaded rows than this, and those that are not in view are dropped. */
const MAX_KEPT = 2_000;

/** What is loaded of a snapshot. */
export interface LoadedRows {
  /** The rows by number; null: its entry was removed. */
  readonly rows: ReadonlyMap<number, TableRow | null>;
  /** The headings of the groups by number. */
  readonly groups: ReadonlyMap<number, TableGroup>;
  /** The rows and groups that did not change since they were loaded. */
  readonly current: ReadonlySet<number>;
  readonly currentGroups: ReadonlySet<number>;
}

/** What is in view: rows of the snapshot, and groups by number. */
export interface InView {
  readonly runs: readonly RowRun[];
  readonly groups: readonly number[];
}

/** Nothing is loaded. */
export const NOTHING_LOADED: LoadedRows = {
  rows: new Map(),
  groups: new Map(),
  current: new Set(),
  currentGroups: new Set(),
};

/** Everything may have changed. It stays on screen until it is fetched again. */
export const outdated = (loaded: LoadedRows): LoadedRows => ({
  ...loaded,
  current: new Set(),
  currentGroups: new Set(),
});

/** What is in view with the rows before and after it, in a snapshot of this length. */
export function withAhead({ runs, groups }: InView, length: number): InView {
  const last = runs.length - 1;
  return {
    groups,
    runs: runs.map(({ first, end }, at) => ({
      first: at === 0 ? Math.max(0, first - AHEAD) : first,
      end: at === last ? Math.min(length, end + AHEAD) : end,
    })),
  };
}

/** The rows to fetch next; null if everything wanted is loaded and current. */
export function nextRun(loaded: LoadedRows, { runs, groups }: InView): RowRun | null {
  for (const { first, end } of runs) {
    let row = first;
    while (row < end && loaded.current.has(row)) row += 1;
    if (row >= end) continue;
    let stop = row;
    while (stop < end && !loaded.current.has(stop)) stop += 1;
    // What follows is loaded, so the person scrolls up.
    if (stop < end) return { first: Math.max(0, stop - FETCHED), end: stop };
    return { first: row, end: row + FETCHED };
  }
  if (groups.every((group) => loaded.currentGroups.has(group))) return null;
  const first = runs[0]?.first ?? 0;
  return { first, end: first + 1 };
}

/**
 * With an answer of main.
 * @param isCurrent whether nothing changed since it was requested
 */
export function withAnswer(
  loaded: LoadedRows,
  answer: {
    first: number;
    rows: readonly (TableRow | null)[];
    groups: readonly TableGroup[];
    /** The numbers of these groups. */
    numbers: readonly number[];
  },
  { runs }: InView,
  isCurrent: boolean,
): LoadedRows {
  const { first, groups, numbers } = answer;
  const isKept = (row: number): boolean =>
    loaded.rows.size <= MAX_KEPT || runs.some((run) => row >= run.first && row < run.end);
  const fetched = answer.rows.map((_, n) => first + n);
  return {
    rows: new Map([
      ...[...loaded.rows].filter(([row]) => isKept(row)),
      ...answer.rows.map((row, n) => [first + n, row] as const),
    ]),
    groups: new Map([
      ...loaded.groups,
      ...groups.map((group, n) => [numbers[n] ?? 0, group] as const),
    ]),
    current: new Set([...[...loaded.current].filter(isKept), ...(isCurrent ? fetched : [])]),
    currentGroups: new Set([...loaded.currentGroups, ...(isCurrent ? numbers : [])]),
  };
}
