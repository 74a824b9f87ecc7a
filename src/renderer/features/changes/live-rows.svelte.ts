/**
 * Rows that main sends in pages and that change at any time: pending changes, and the results of a save. Pages are
 * loaded as they are scrolled to. While the pointer or the focus is on the rows, none moves: a row that left the list
 * keeps its place and says why it left, and a new one comes last.
 */
import { CHANGES_PER_PAGE } from '../../../shared/changes';
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';
import type { Result } from '../../../shared/result';
import { mergeRows, settleRows, type Ends, type LiveRow, type RowEnd } from './merge-rows';

type Page<T> = (page: {
  offset: number;
  limit: number;
}) => Promise<Result<{ total: number; rows: T[] }>>;

/** Pause between two loads, in ms per row: 5 s for 10,000 rows, practically none for ten. */
const PAUSE_PER_ROW_MS = 0.5;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The rows of one list, each of another organization. */
export class LiveRows<T extends { entryId: string }> {
  #all = $state.raw<readonly LiveRow<T>[] | null>(null);
  #total = $state(0);
  #failure = $state.raw<Failure | null>(null);
  /** How many rows to load. */
  #wanted = CHANGES_PER_PAGE;
  #isFrozen = false;
  #isStale = false;
  #isClosed = false;
  #running: Promise<void> | null = null;
  /** Why rows have left, by the ids of their organizations. */
  #ends: Ends = {};
  readonly #page: Page<T>;

  /** @param page loads a part of the list, at most CHANGES_PER_PAGE rows */
  constructor(page: Page<T>) {
    this.#page = page;
  }

  /** The rows that are loaded; null until the first ones are. */
  get all(): readonly LiveRow<T>[] | null {
    return this.#all;
  }

  /** How many rows main has. */
  get total(): number {
    return this.#total;
  }

  /** Why the rows could not be loaded, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Loads the rows again. If a load is running, another one follows it; resolves after that one. */
  refresh(): Promise<void> {
    this.#isStale = true;
    return (this.#running ??= this.#run());
  }

  /** Refreshes whenever pending changes change. Returns a function that stops it. Made for `$effect`. */
  follow(api: LetterheadApi): () => void {
    void this.refresh();
    const stops = [
      api.on.changesChanged(() => void this.refresh()),
      // A text at Cloudflare may have changed, which no count shows.
      api.on.organizationsChanged(({ ids }) => {
        if (ids === null || this.#all?.some(({ row }) => ids.includes(row.entryId)))
          void this.refresh();
      }),
    ];
    return () => {
      this.close();
      for (const stop of stops) stop();
    };
  }

  /** Stops loading. */
  close(): void {
    this.#isClosed = true;
  }

  /** Loads the next page, if there is one. */
  more(): void {
    const loaded = this.#all?.filter(({ end }) => end === null).length ?? 0;
    if (loaded >= this.#total || this.#wanted > loaded) return;
    this.#wanted += CHANGES_PER_PAGE;
    void this.refresh();
  }

  /** Loads all rows. */
  async loadAll(): Promise<void> {
    this.#wanted = Infinity;
    await this.refresh();
  }

  /** Marks rows as left, once main has confirmed what the person did. */
  settle(entryIds: readonly string[], end: RowEnd): void {
    this.#ends = { ...this.#ends, ...Object.fromEntries(entryIds.map((id) => [id, end])) };
    if (this.#all) this.#all = settleRows(this.#all, this.#ends);
  }

  /** Says whether the pointer or the focus is on the rows, so that none may move. */
  freeze(isFrozen: boolean): void {
    this.#isFrozen = isFrozen;
    if (!isFrozen && this.#all?.some(({ end }) => end !== null))
      this.#all = this.#all.filter(({ end }) => end === null);
  }

  async #run(): Promise<void> {
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      await this.#load();
      if (this.#isStale) await pause((this.#all?.length ?? 0) * PAUSE_PER_ROW_MS);
    }
    this.#running = null;
  }

  async #load(): Promise<void> {
    // Before this load, main has confirmed these, so a row that is there again has come back.
    const before = this.#ends;
    const loaded: T[] = [];
    let total = Infinity;
    // One more page, so that a row that moved down by new ones above it is not taken for one that left.
    const wanted = this.#isFrozen ? this.#wanted + CHANGES_PER_PAGE : this.#wanted;
    while (loaded.length < Math.min(wanted, total)) {
      const result = await this.#page({ offset: loaded.length, limit: CHANGES_PER_PAGE });
      if (!result.ok) {
        this.#failure = result.failure;
        return;
      }
      total = result.value.total;
      if (result.value.rows.length === 0) break;
      loaded.push(...result.value.rows);
    }
    this.#failure = null;
    this.#total = total === Infinity ? 0 : total;
    const merged = mergeRows(this.#isFrozen ? this.#all : null, loaded, this.#ends, before);
    this.#all = merged.rows;
    this.#ends = merged.ends;
  }
}
