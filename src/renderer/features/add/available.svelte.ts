/**
 * The organizations a sign-in can see, as far as they are in sight, and the filter over them. The list and
 * what is ticked in it are in main; the window has the rows in sight and the numbers.
 */
import {
  AVAILABLE_LIMIT,
  type AvailableOrganization,
  type AvailableSummary,
  type Listed,
} from '../../../shared/additions';
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';
import { marked, shownOf, withPage, type AvailableSnapshot, type Tick } from './available-snapshot';

/** Rows that are asked for before and after those in sight. */
const AHEAD = 40;
/** Rows that are asked for when nothing was measured yet: more than the tallest screen shows. */
const FIRST = 100;

/** What Cloudflare lists for one sign-in. */
export class Available {
  #isListing = $state(false);
  #listed = $state.raw<Listed | null>(null);
  #listFailure = $state.raw<Failure | null>(null);
  #pageFailure = $state.raw<Failure | null>(null);
  #tickFailure = $state.raw<Failure | null>(null);
  /** As main has answered it. */
  #answered = $state.raw<AvailableSnapshot | null>(null);
  /** Ticks that main has not answered yet, in order. */
  #pending = $state.raw<readonly Tick[]>([]);
  /** With those ticks already: a check box must not lag behind. */
  readonly #shown = $derived(this.#answered && this.#pending.reduce(marked, this.#answered));
  #filter = $state('');
  /** The rows in sight, the first and the one after the last, and one that is kept wherever it is. */
  #inSight = { first: 0, end: 0, keep: -1 };
  #isPrompting = false;
  readonly #api: LetterheadApi;
  readonly #wanted: { signInId: string; onlyNew: boolean };

  /**
   * @param api the calls to main
   * @param signInId whose organizations
   * @param onlyNew leaves out those that are saved here already
   */
  constructor(api: LetterheadApi, signInId: string, onlyNew = false) {
    this.#api = api;
    this.#wanted = { signInId, onlyNew };
  }

  /** Whether Cloudflare is being asked. */
  get isListing(): boolean {
    return this.#isListing;
  }

  /** What was found; null while it is being listed, or when nothing could be. */
  get listed(): Listed | null {
    return this.#listed;
  }

  /** Why there is no list, or null. Why it is not complete is in `listed`. */
  get listFailure(): Failure | null {
    return this.#listFailure;
  }

  /** Why rows of the list are missing, or null; see `retry`. */
  get pageFailure(): Failure | null {
    return this.#pageFailure;
  }

  /** Why the last tick was taken back, or null. */
  get tickFailure(): Failure | null {
    return this.#tickFailure;
  }

  /** The numbers of the list, or null while it is not here. */
  get summary(): AvailableSummary | null {
    return this.#shown?.summary ?? null;
  }

  /** The filter that the rows and numbers belong to: that of the field, or one a moment ago. */
  get shownFilter(): string {
    return this.#shown?.filter ?? '';
  }

  /** The text in the filter field. */
  get filter(): string {
    return this.#filter;
  }

  set filter(filter: string) {
    this.#filter = filter;
    void this.#ask();
  }

  /** The row at a place under the filter, or undefined while it is not here. */
  at(index: number): AvailableOrganization | undefined {
    return this.#shown?.rows.get(index);
  }

  /** Asks Cloudflare for the list, or for the rest of one that is not complete. */
  async list(): Promise<void> {
    this.#isListing = true;
    this.#listed = null;
    this.#listFailure = null;
    this.#pageFailure = null;
    this.#tickFailure = null;
    this.#answered = null;
    this.#pending = [];
    const outcome = await this.#api.additions.list(this.#wanted);
    if (outcome.ok) {
      this.#listed = outcome.value;
      await this.#ask();
    } else {
      this.#listFailure = outcome.failure;
    }
    this.#isListing = false;
  }

  /** Asks again for the rows that could not be had. */
  retry(): Promise<void> {
    return this.#ask();
  }

  /** Stops asking Cloudflare; what was found can be used. */
  stop(): void {
    void this.#api.additions.stopFetching();
  }

  /** Ends all this: the person leaves. */
  leave(): void {
    void this.#api.additions.leave();
  }

  /**
   * These rows are in sight: `first`, and those before `end`.
   * @param keep one that exists wherever it is, because it has the focus; -1 for none
   */
  look(first: number, end: number, keep: number): void {
    this.#inSight = { first, end, keep };
    if (this.#answered) void this.#ask();
  }

  /** Ticks one, or takes the tick away. */
  tick(id: string, ticked: boolean): Promise<void> {
    return this.#tick([id], ticked);
  }

  /** Ticks all that the filter shows, or takes their ticks away; the others stay as they are. */
  tickShown(ticked: boolean): Promise<void> {
    return this.#tick('shown', ticked);
  }

  async #tick(which: Tick['which'], ticked: boolean): Promise<void> {
    const tick: Tick = { which, ticked, filter: this.shownFilter };
    this.#pending = [...this.#pending, tick];
    const outcome = await this.#api.additions.tick(tick);
    // Another list is here by now.
    if (!this.#pending.includes(tick)) return;
    this.#pending = this.#pending.filter((one) => one !== tick);
    this.#tickFailure = outcome.ok ? null : outcome.failure;
    if (!outcome.ok || this.#answered?.filter !== tick.filter) return;
    // Rows that came meanwhile may be from before.
    this.#answered = { ...marked(this.#answered, tick), summary: outcome.value };
  }

  /** Asks main for what is missing in sight, one question at a time. */
  async #ask(): Promise<void> {
    if (this.#isPrompting) return;
    this.#isPrompting = true;
    for (let next = this.#next(); next; next = this.#next()) {
      const outcome = await this.#api.additions.page(next);
      this.#pageFailure = outcome.ok ? null : outcome.failure;
      if (!outcome.ok) break;
      const page = outcome.value;
      const isMore = this.#answered?.filter === next.filter;
      this.#answered =
        isMore && this.#answered
          ? withPage(this.#answered, page, this.#inSight.keep)
          : shownOf(next.filter, page);
      // Never again for rows that main does not have.
      if (isMore && page.rows.length === 0) break;
    }
    this.#isPrompting = false;
  }

  #next(): { filter: string; offset: number; limit: number } | null {
    const filter = this.#filter.trim();
    if (this.#answered?.filter !== filter) return { filter, offset: 0, limit: FIRST };
    const { rows, summary } = this.#answered;
    const { first, end } = this.#inSight;
    const last = Math.min(end, summary.shown.listed);
    for (let index = first; index < last; index += 1) {
      if (rows.has(index)) continue;
      const offset = Math.max(0, first - AHEAD);
      return { filter, offset, limit: Math.min(AVAILABLE_LIMIT, last - offset + AHEAD) };
    }
    return null;
  }
}
