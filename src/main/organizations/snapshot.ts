/** A snapshot of the table: entries by the number of their row, and in which group each is. */
import type { RowRun } from '../../shared/table';

/** Entries of one group, in their order. `head`: the organization whose group it is; null: the query is not grouped. */
export interface NumberedGroup {
  head: string | null;
  ids: readonly string[];
}

/** How far the nearest row is looked for: that takes no longer than a slice. */
const MAX_STEPS = 10_000;

/** Counts of a selection. */
interface Counts {
  /** By what they were counted. */
  version: number;
  /** By the number of the group. */
  byGroup: Int32Array;
  /** How many entries have no row. */
  notShown: number;
}

/** The rows of a table, numbered. */
export class Snapshot {
  readonly number: number;
  /** By the number of the row. */
  readonly ids: readonly string[];
  /** The number of the first row of each group; empty if there are no groups. */
  readonly starts: number[] = [];
  readonly #heads: readonly string[];
  /** The numbers of the rows, by id. */
  readonly #rows = new Map<string, number>();
  #indexed = 0;
  /** How many rows of each group are of entries that were removed. */
  readonly #removed: Int32Array;
  #counts: Counts | null = null;

  /** Call `index` until it is done. */
  constructor(number: number, groups: readonly NumberedGroup[]) {
    this.number = number;
    const heads: string[] = [];
    let start = 0;
    for (const { head, ids } of groups) {
      if (head !== null) {
        heads.push(head);
        this.starts.push(start);
      }
      start += ids.length;
    }
    this.#heads = heads;
    this.#removed = new Int32Array(heads.length);
    this.ids = groups.length === 1 ? (groups[0]?.ids ?? []) : groups.flatMap(({ ids }) => ids);
  }

  get length(): number {
    return this.ids.length;
  }

  /** How many rows are of entries that were not removed. */
  get size(): number {
    return this.#rows.size;
  }

  /** Notes the numbers of the next `count` rows; returns whether all are noted. */
  index(count: number): boolean {
    const end = Math.min(this.length, this.#indexed + count);
    for (let row = this.#indexed; row < end; row += 1) this.#rows.set(this.ids[row] ?? '', row);
    this.#indexed = end;
    return end === this.length;
  }

  /** The ids of rows. */
  idsIn({ first, end }: RowRun): readonly string[] {
    return this.ids.slice(first, Math.max(first, end));
  }

  /** The row of an entry; null: it has none. */
  rowOf(id: string): number | null {
    return this.#rows.get(id) ?? null;
  }

  /** The row of an entry, or of the one that was nearest to it in the snapshot before; null: no such row. */
  rowNear(id: string, before: Snapshot | null): number | null {
    const from = before?.rowOf(id) ?? null;
    const own = this.rowOf(id);
    if (own !== null || !before || from === null) return own;
    for (let step = 1; step <= MAX_STEPS; step += 1) {
      for (const other of [before.ids[from + step], before.ids[from - step]]) {
        const row = other === undefined ? null : this.rowOf(other);
        if (row !== null) return row;
      }
    }
    return null;
  }

  /** Whether a row, among these rows, is of an entry that was not removed. */
  has(id: string, { first, end }: RowRun = { first: 0, end: this.length }): boolean {
    const row = this.#rows.get(id);
    return row !== undefined && row >= first && row < end;
  }

  /** The organization of a group; null if there is no such group. */
  headOf(group: number): string | null {
    return this.#heads[group] ?? null;
  }

  /** How many rows of a group are of entries that were not removed. */
  sizeOf(group: number): number {
    const start = this.starts[group];
    if (start === undefined) return 0;
    return (this.starts[group + 1] ?? this.length) - start - (this.#removed[group] ?? 0);
  }

  /** Call when entries were removed. Their rows stay. */
  forget(removed: ReadonlySet<string>): void {
    for (const id of removed) {
      const row = this.#rows.get(id);
      if (row === undefined) continue;
      this.#rows.delete(id);
      const group = this.#groupOf(row);
      if (group >= 0) this.#removed[group] = (this.#removed[group] ?? 0) + 1;
    }
  }

  /** Counts entries, none of which was removed. */
  count({ ids, version }: { ids: () => readonly string[]; version: () => number }): Counts {
    const now = version();
    if (this.#counts?.version === now) return this.#counts;
    const byGroup = new Int32Array(this.starts.length);
    let notShown = 0;
    for (const id of ids()) {
      const row = this.#rows.get(id);
      if (row === undefined) {
        notShown += 1;
        continue;
      }
      const group = this.#groupOf(row);
      if (group >= 0) byGroup[group] = (byGroup[group] ?? 0) + 1;
    }
    this.#counts = { version: now, byGroup, notShown };
    return this.#counts;
  }

  /** The number of the group of a row; -1: there are no groups. */
  #groupOf(row: number): number {
    let from = 0;
    let to = this.starts.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.starts[middle] ?? 0) <= row) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }
}
