/**
 * What the table shows below its header: the rows of the snapshot, and above each group its heading. All have the same
 * height. The rows of a folded group are not shown, and are in no range.
 */
import type { RowRun, TableSnapshot } from '../../../shared/table';
import { countUpTo } from '../../ui/row-window.svelte';

/** What is at one place of the table: the heading of a group, or a row of the snapshot, by number. */
export type DisplayRow =
  { kind: 'heading'; group: number } | { kind: 'row'; row: number; group: number };

/** The rows and headings of a snapshot, by their place on screen. */
export class DisplayRows {
  /** How many places there are. */
  readonly length: number;
  readonly #snapshot: Pick<TableSnapshot, 'length' | 'groups'>;
  readonly #folded: ReadonlySet<number>;
  /** The place of each heading. */
  readonly #headings: readonly number[];

  /** @param folded the numbers of the folded groups */
  constructor(snapshot: Pick<TableSnapshot, 'length' | 'groups'>, folded: ReadonlySet<number>) {
    this.#snapshot = snapshot;
    this.#folded = folded;
    let at = 0;
    this.#headings = snapshot.groups.map((_, group) => {
      const heading = at;
      at += 1 + (folded.has(group) ? 0 : this.sizeOf(group));
      return heading;
    });
    this.length = this.isGrouped ? at : snapshot.length;
  }

  get isGrouped(): boolean {
    return this.#snapshot.groups.length > 0;
  }

  /** How many groups there are. */
  get groups(): number {
    return this.#snapshot.groups.length;
  }

  /** How many rows a group has, folded or not. */
  sizeOf(group: number): number {
    const { end, first } = this.rowsOf(group);
    return end - first;
  }

  /** The rows of a group in the snapshot, folded or not. */
  rowsOf(group: number): RowRun {
    const { groups, length } = this.#snapshot;
    return { first: groups[group] ?? 0, end: groups[group + 1] ?? length };
  }

  isFolded(group: number): boolean {
    return this.#folded.has(group);
  }

  /** What is at a place, which must exist. */
  at(place: number): DisplayRow {
    if (!this.isGrouped) return { kind: 'row', row: place, group: -1 };
    const group = countUpTo(this.#headings, place) - 1;
    const below = place - (this.#headings[group] ?? 0);
    if (below === 0) return { kind: 'heading', group };
    return { kind: 'row', row: this.rowsOf(group).first + below - 1, group };
  }

  /** The place of a row of the snapshot, or that of its heading if its group is folded. */
  placeOf(row: number): number {
    if (!this.isGrouped) return row;
    const group = countUpTo(this.#snapshot.groups, row) - 1;
    const heading = this.headingOf(group);
    return this.#folded.has(group) ? heading : heading + 1 + row - this.rowsOf(group).first;
  }

  /** The place of the heading of a group. */
  headingOf(group: number): number {
    return this.#headings[group] ?? 0;
  }

  /** The rows between two places, both included, as runs of the snapshot. */
  runs(from: number, to: number): RowRun[] {
    if (to < from) return [];
    if (!this.isGrouped) return [{ first: from, end: Math.min(to + 1, this.length) }];
    const runs: RowRun[] = [];
    const last = countUpTo(this.#headings, to) - 1;
    for (let group = countUpTo(this.#headings, from) - 1; group <= last; group += 1) {
      if (this.#folded.has(group)) continue;
      const { first, end } = this.rowsOf(group);
      const top = this.headingOf(group) + 1;
      const run = {
        first: first + Math.max(0, from - top),
        end: Math.min(end, first + to - top + 1),
      };
      const before = runs.at(-1);
      if (run.end <= run.first) continue;
      if (before?.end === run.first) before.end = run.end;
      else runs.push(run);
    }
    return runs;
  }
}

/** The first `count` rows of these runs. */
export function firstRows(runs: readonly RowRun[], count: number): RowRun[] {
  const first: RowRun[] = [];
  let left = count;
  for (const run of runs) {
    if (left <= 0) break;
    const end = Math.min(run.end, run.first + left);
    first.push({ first: run.first, end });
    left -= end - run.first;
  }
  return first;
}

/** How many rows these runs are together. */
export const rowCount = (runs: readonly RowRun[]): number =>
  runs.reduce((sum, { first, end }) => sum + end - first, 0);
