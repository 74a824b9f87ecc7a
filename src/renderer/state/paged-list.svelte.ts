/**
 * The rows of a list that main numbers, by number: what is in view, and what is loaded around it. Only one request is in
 * flight at a time, and what is scrolled past is not fetched. A row keeps its number until `reset`.
 */
import type { Failure } from '../../shared/failure';
import type { Result } from '../../shared/result';
import type { RowRun } from '../../shared/table';
import { mapOf, setOf } from './immutable';

/** How many rows one request fetches: what a tall window shows, and those ahead. More cost a frame while scrolling. */
const LIMIT = 150;
/** Rows that are fetched before they come into view. */
const AHEAD = 50;
/** More loaded rows than this, and those that are not in view are dropped. */
const MAX_KEPT = 2_000;

/** Options of `PagedList`. */
export interface PagedListOptions<Row> {
  /** Fetches rows of which `end` may be behind the last one. Null: nothing more is to be fetched now. */
  fetch: (run: RowRun) => Promise<Result<readonly Row[]> | null>;
  /** How many rows there are. */
  length: () => number;
  /** Whether something is missing that comes with every answer. */
  isMoreMissing?: () => boolean;
  /** Called when nothing is missing, or fetching it failed. */
  onend?: () => void;
  /** How many rows one request fetches at most. */
  limit?: number;
  /** Whether no row is dropped, however many there are. */
  keepsAll?: boolean;
}

/** The loaded rows of a list, and what to fetch next. */
export class PagedList<Row> {
  #rows = $state.raw<ReadonlyMap<number, Row>>(mapOf());
  #failure = $state.raw<Failure | null>(null);
  /** The rows that did not change since they were loaded. */
  #current = setOf<number>();
  #inView: readonly RowRun[] = [];
  /** How often anything may have changed, and how often it became another list. */
  #changes = 0;
  #lists = 0;
  #fetching: Promise<void> | null = null;
  readonly #options: PagedListOptions<Row>;

  constructor(options: PagedListOptions<Row>) {
    this.#options = options;
  }

  /** The loaded rows by number. */
  get rows(): ReadonlyMap<number, Row> {
    return this.#rows;
  }

  /** Why the last request failed, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Sets what is in view, in ascending order, and fetches what is missing there. */
  setInView(runs: readonly RowRun[]): void {
    this.#inView = runs;
    void this.fetch();
  }

  /** Adds a row to what is in view, for who does not know what has left it. Rows that are there need not stay. */
  need(number: number): void {
    const missing = this.#inView.filter(({ first }) => !this.#current.has(first));
    this.setInView([...missing, { first: number, end: number + 1 }]);
  }

  /** Fetches what is missing, one request after the other. Resolves when nothing is missing, or it failed. */
  fetch(): Promise<void> {
    this.#fetching ??= this.#fetchMissing();
    return this.#fetching;
  }

  /** Fetches what is in view again, because it may have changed. It stays on screen until then. */
  refresh(): Promise<void> {
    this.#changes += 1;
    this.#current = setOf();
    return this.fetch();
  }

  /** Changes the loaded rows as main has, too. */
  change(rows: ReadonlyMap<number, Row>): void {
    this.#rows = rows;
  }

  /** Becomes another list, of which nothing is in view yet, and nothing but these rows is loaded. */
  reset(rows: readonly Row[] = [], first = 0): void {
    this.#lists += 1;
    this.#inView = [];
    this.#failure = null;
    this.#rows = mapOf();
    this.#current = setOf();
    this.#add(first, rows, true);
  }

  async #fetchMissing(): Promise<void> {
    // It ends after `#fetching` is set, also if nothing is missing.
    await Promise.resolve();
    for (let run = this.#next(); run; run = this.#next()) {
      const [lists, changes] = [this.#lists, this.#changes];
      const result = await this.#options.fetch(run);
      // The rows of an earlier list are of no use; those of this one are fetched now.
      if (lists !== this.#lists) continue;
      this.#failure = result && !result.ok ? result.failure : null;
      // Asking again for rows that main does not have would repeat forever.
      if (!result?.ok || result.value.length === 0) break;
      this.#add(run.first, result.value, changes === this.#changes);
    }
    this.#fetching = null;
    this.#options.onend?.();
  }

  /** What is in view with the rows before and after it. */
  get #wanted(): RowRun[] {
    const last = this.#inView.length - 1;
    return this.#inView.map(({ first, end }, at) => ({
      first: at === 0 ? Math.max(0, first - AHEAD) : first,
      end: at === last ? Math.min(this.#options.length(), end + AHEAD) : end,
    }));
  }

  /** The rows to fetch next; null if everything wanted is loaded and current. */
  #next(): RowRun | null {
    const { limit = LIMIT, isMoreMissing } = this.#options;
    const wanted = this.#wanted;
    for (const { first, end } of wanted) {
      let row = first;
      while (row < end && this.#current.has(row)) row += 1;
      if (row >= end) continue;
      let stop = row;
      while (stop < end && !this.#current.has(stop)) stop += 1;
      // What follows is loaded, so the person scrolls up.
      if (stop < end) return { first: Math.max(0, stop - limit), end: stop };
      return { first: row, end: row + limit };
    }
    if (!isMoreMissing?.()) return null;
    const first = wanted[0]?.first ?? 0;
    return { first, end: first + 1 };
  }

  #add(first: number, rows: readonly Row[], isCurrent: boolean): void {
    const isFull = this.#rows.size > MAX_KEPT && this.#options.keepsAll !== true;
    const wanted = this.#wanted;
    const isKept = (row: number): boolean =>
      !isFull || wanted.some((run) => row >= run.first && row < run.end);
    const added = rows.map((row, n) => [first + n, row] as const);
    this.#rows = mapOf([...[...this.#rows].filter(([row]) => isKept(row)), ...added]);
    this.#current = setOf([
      ...[...this.#current].filter(isKept),
      ...(isCurrent ? added.map(([row]) => row) : []),
    ]);
  }
}
