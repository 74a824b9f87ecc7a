/**
 * The organizations that a sign-in can see, with a filter. Main owns the list and its ticks; the window has only
 * the counts and the rows near the visible ones.
 */
import {
  AVAILABLE_LIMIT,
  type AvailableOrganization,
  type AvailableSummary,
  type AvailableFetchResult,
} from '../../../shared/additions';
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';
import { idInAddress } from '../../../shared/organization';
import {
  snapshotOf,
  withRows,
  withTick,
  type AvailableSnapshot,
  type Tick,
} from './available-snapshot';

/** Rows to prefetch before and after the visible ones. */
const PREFETCH = 40;
/** Rows in the first request, before anything is measured: more than the tallest screen shows. */
const FIRST_ROWS = 100;

/** The organizations that Cloudflare lists for one sign-in. */
export class AvailableOrganizations {
  #isListing = $state(false);
  #listed = $state.raw<AvailableFetchResult | null>(null);
  #listFailure = $state.raw<Failure | null>(null);
  #pageFailure = $state.raw<Failure | null>(null);
  #tickFailure = $state.raw<Failure | null>(null);
  /** The list according to main's last answer. */
  #answered = $state.raw<AvailableSnapshot | null>(null);
  /** Ticks that main has not answered yet, in order. */
  #pending = $state.raw<readonly Tick[]>([]);
  /** The list with the pending ticks applied, so that check boxes respond immediately. */
  readonly #shown = $derived(this.#answered && this.#pending.reduce(withTick, this.#answered));
  #filter = $state('');
  #isChosen = false;
  /** The arguments of the last `setVisible`. */
  #visible = { first: 0, end: 0, keep: -1 };
  #isRequesting = false;
  readonly #api: LetterheadApi;
  readonly #source: { signInId: string; onlyNew: boolean };

  /**
   * @param api the calls to main
   * @param signInId the sign-in whose organizations to list
   * @param onlyNew whether to omit organizations that are saved already
   */
  constructor(api: LetterheadApi, signInId: string, onlyNew = false) {
    this.#api = api;
    this.#source = { signInId, onlyNew };
  }

  /** Whether the person has ticked or unticked anything. Not reactive. */
  get isChosen(): boolean {
    return this.#isChosen;
  }

  /** Whether the list is being fetched from Cloudflare. */
  get isListing(): boolean {
    return this.#isListing;
  }

  /** The result of listing; null while it is running, or when it failed without any result. */
  get listed(): AvailableFetchResult | null {
    return this.#listed;
  }

  /** Why there is no list, or null. `listed` says why a list is incomplete. */
  get listFailure(): Failure | null {
    return this.#listFailure;
  }

  /** Why rows could not be loaded, or null; see `retry`. */
  get pageFailure(): Failure | null {
    return this.#pageFailure;
  }

  /** Why the last tick failed and was reverted, or null. */
  get tickFailure(): Failure | null {
    return this.#tickFailure;
  }

  /** The numbers of the list, or null until it is loaded. */
  get summary(): AvailableSummary | null {
    return this.#shown?.summary ?? null;
  }

  /** The filter that rows and numbers belong to. It may lag behind the filter field. */
  get shownFilter(): string {
    return this.#shown?.filter ?? '';
  }

  /** Whether the rows still belong to an earlier text of the filter field. */
  get isFiltering(): boolean {
    return this.#requestedFilter !== this.shownFilter;
  }

  /** The filter to ask main for: the id in a pasted address of Cloudflare's dashboard, or else the text. */
  get #requestedFilter(): string {
    return idInAddress(this.#filter) ?? this.#filter.trim();
  }

  /** The text in the filter field. */
  get filter(): string {
    return this.#filter;
  }

  set filter(filter: string) {
    this.#filter = filter;
    void this.#requestMissing();
  }

  /** The row at an index of the filtered list, or undefined while it is not loaded. */
  at(index: number): AvailableOrganization | undefined {
    return this.#shown?.rows.get(index);
  }

  /** Fetches the list from Cloudflare, or the rest of an incomplete one. */
  async list(): Promise<void> {
    this.#isListing = true;
    this.#listed = null;
    this.#listFailure = null;
    this.#pageFailure = null;
    this.#tickFailure = null;
    this.#answered = null;
    this.#pending = [];
    const outcome = await this.#api.additions.list(this.#source);
    if (outcome.ok) {
      this.#listed = outcome.value;
      await this.#requestMissing();
    } else {
      this.#listFailure = outcome.failure;
    }
    this.#isListing = false;
  }

  /** Requests the missing rows again. */
  retry(): Promise<void> {
    return this.#requestMissing();
  }

  /** Stops fetching from Cloudflare; the part of the list that was fetched remains. */
  stop(): void {
    void this.#api.additions.stopFetching();
  }

  /** Tells main to drop the list. Call it when the user leaves the page. */
  leave(): void {
    void this.#api.additions.leave();
  }

  /**
   * Sets the visible rows: from `first` up to, but not including, `end`. Fetches what is missing.
   *
   * @param keep the row with the focus, which stays rendered when it is scrolled away; -1 for none
   */
  setVisible(first: number, end: number, keep: number): void {
    this.#visible = { first, end, keep };
    if (this.#answered) void this.#requestMissing();
  }

  /** Ticks or unticks a row. */
  tick({ id, accounts }: AvailableOrganization, ticked: boolean): Promise<void> {
    return this.#tick(accounts === 0 ? [id] : { row: id }, ticked);
  }

  /** Shows or hides the accounts of a row. */
  async open(id: string, isOpen: boolean): Promise<void> {
    const outcome = await this.#api.additions.open({ id, isOpen });
    this.#tickFailure = outcome.ok ? null : outcome.failure;
    await this.#reload();
  }

  /** Requests the visible rows again, because they have changed. */
  async #reload(): Promise<void> {
    const filter = this.#answered?.filter;
    if (filter === undefined) return;
    const offset = Math.max(0, this.#visible.first - PREFETCH);
    const limit = Math.min(AVAILABLE_LIMIT, this.#visible.end - offset + FIRST_ROWS);
    const outcome = await this.#api.additions.rows({ filter, offset, limit });
    if (outcome.ok && this.#answered?.filter === filter)
      this.#answered = snapshotOf(filter, outcome.value);
    await this.#requestMissing();
  }

  /** Ticks or unticks everything that the filter shows. */
  tickShown(ticked: boolean): Promise<void> {
    return this.#tick('shown', ticked);
  }

  async #tick(which: Tick['which'], ticked: boolean): Promise<void> {
    this.#isChosen = true;
    const tick: Tick = { which, ticked, filter: this.shownFilter };
    this.#pending = [...this.#pending, tick];
    const outcome = await this.#api.additions.tick(tick);
    // The list was fetched again during the call, so this answer is about the old list.
    if (!this.#pending.includes(tick)) return;
    this.#pending = this.#pending.filter((one) => one !== tick);
    this.#tickFailure = outcome.ok ? null : outcome.failure;
    if (!outcome.ok || this.#answered?.filter !== tick.filter) return;
    // Rows that arrived during the call may be older than the tick.
    this.#answered = { ...withTick(this.#answered, tick), summary: outcome.value };
    if ([...this.#answered.rows.values()].some(({ isOpen }) => isOpen)) await this.#reload();
  }

  /** Requests missing visible rows, one request at a time. */
  async #requestMissing(): Promise<void> {
    if (this.#isRequesting) return;
    this.#isRequesting = true;
    for (let next = this.#nextRequest(); next; next = this.#nextRequest()) {
      const outcome = await this.#api.additions.rows(next);
      this.#pageFailure = outcome.ok ? null : outcome.failure;
      if (!outcome.ok) break;
      const page = outcome.value;
      const isSameList = this.#answered?.filter === next.filter;
      this.#answered =
        isSameList && this.#answered
          ? withRows(this.#answered, page, this.#visible.keep)
          : snapshotOf(next.filter, page);
      // An empty page means that main does not have these rows. Asking again would repeat forever.
      if (isSameList && page.rows.length === 0) break;
    }
    this.#isRequesting = false;
  }

  #nextRequest(): { filter: string; offset: number; limit: number } | null {
    const filter = this.#requestedFilter;
    if (this.#answered?.filter !== filter) return { filter, offset: 0, limit: FIRST_ROWS };
    const { rows, summary } = this.#answered;
    const { first, end } = this.#visible;
    const last = Math.min(end, summary.shown.rows);
    for (let index = first; index < last; index += 1) {
      if (rows.has(index)) continue;
      const offset = Math.max(0, first - PREFETCH);
      return { filter, offset, limit: Math.min(AVAILABLE_LIMIT, last - offset + PREFETCH) };
    }
    return null;
  }
}
