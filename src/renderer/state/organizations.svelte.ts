/**
 * The list of saved organizations. Main owns the list; the window holds the visible rows, fetches more while
 * the person scrolls, and refetches after a change. Only one request is in flight at a time. The next request is
 * chosen when the answer arrives, so fast typing and scrolling never build up a queue.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import type { LabelList } from '../../shared/labels';
import {
  LIST_LIMIT,
  type ListParents,
  type ListRow,
  type SelectionSummary,
} from '../../shared/list-query';
import { FilterOptions } from './filter-options.svelte';
import { isSameQuery, ListQueryState } from './list-query.svelte';
import {
  nextRequest,
  rowsPerScreen,
  type RowsRequest,
  type ListRequest,
  type UpdateRequest,
} from './list-requests';
import { excluding, including, setOf } from './immutable';
import {
  indexOf,
  snapshotOf,
  withRows,
  withUpdatedRows,
  type ListSummary,
  type ListSnapshot,
} from './list-snapshot';

/** What can be inside the list. While the pointer or the focus is there, rows keep their places. */
export type Presence = 'pointer' | 'focus';

/** Loads the visible rows with `organizations.list` and reloads them after `organizationsChanged`. */
export class OrganizationsState {
  /** The query as chosen in the controls. `shown` follows once main has answered. */
  readonly query = new ListQueryState(() => void this.#requestAll());
  /** The organizations above entries. */
  readonly parents: FilterOptions<ListParents>;
  /** The labels of entries. */
  readonly labels: FilterOptions<LabelList>;
  #shown = $state.raw<ListSnapshot | null>(null);
  #failure = $state.raw<Failure | null>(null);
  /** The first visible row. */
  #first = 0;
  /** The row after the last visible one. */
  #end = rowsPerScreen();
  #isScrolling = false;
  #present = setOf<Presence>();
  /** The newest commit that an event reported and no answer includes yet; 0: none. */
  #reportedCommit = 0;
  /** Whether to refetch although no event reported a change. */
  #mustReload = false;
  /** The request in flight; resolves to false when it failed. */
  #inFlight: Promise<boolean> | null = null;
  /** Callers of `load` whose request has not been sent yet. */
  #waiters: (() => void)[] = [];
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    this.#api = api;
    this.parents = new FilterOptions(() => api.organizations.parents());
    this.labels = new FilterOptions(() => api.labels.list());
    api.on.organizationsChanged(({ commit }) => {
      this.#reportedCommit = Math.max(this.#reportedCommit, commit);
      if (this.#shown) void this.#requestAll();
    });
  }

  /** The list on screen, or null before main's first answer. */
  get shown(): ListSnapshot | null {
    return this.#shown;
  }

  /** Whether main has answered at least once. */
  get loaded(): boolean {
    return this.#shown !== null;
  }

  /** Why the last request failed, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** The counts of the list, without its rows; null before main's first answer. */
  get summary(): ListSummary | null {
    return this.#shown?.summary ?? null;
  }

  /** How many organizations match the query. */
  get total(): number {
    return this.#shown?.summary.total ?? 0;
  }

  /** How many rows there are to scroll through. Differs from `total` while rows keep their places. */
  get length(): number {
    return this.#shown?.length ?? 0;
  }

  /** How many organizations are saved. */
  get saved(): number {
    return this.#shown?.summary.saved ?? 0;
  }

  /** Whether rows keep their places, because the pointer or the focus is in the list. */
  get isOrderFrozen(): boolean {
    return this.#present.size > 0;
  }

  /** The row at an index, or undefined while it is not loaded. */
  at(index: number): ListRow | undefined {
    return this.#shown?.rows.get(index);
  }

  /** Loads the first rows, or reloads the visible ones; resolves when they arrived or the request failed. */
  load(): Promise<void> {
    this.#mustReload = true;
    const answered = new Promise<void>((resolve) => this.#waiters.push(resolve));
    void this.#requestAll();
    return answered;
  }

  /** Waits for the rows of the current query. Resolves to false when the request for them failed. */
  async settled(): Promise<boolean> {
    while (this.#inFlight && !this.#isAnswered) await this.#inFlight;
    return this.#isAnswered;
  }

  /** Sets the visible rows: from `first` up to, but not including, `end`. Fetches what is missing. */
  setVisible(first: number, end: number): void {
    // Prefetching starts with scrolling: the first paint fetches only what it shows.
    this.#isScrolling ||= first > 0 && (first !== this.#first || end !== this.#end);
    this.#first = first;
    this.#end = Math.min(end, first + LIST_LIMIT);
    if (this.#shown) void this.#requestAll();
  }

  /**
   * Call it when the pointer moves in the list, when the focus enters it, and when one of them leaves. A new order shows
   * once both have left. A list that appears below a resting pointer does not count: no one is pointing at a row.
   */
  setPresent(presence: Presence, isPresent: boolean): void {
    if (this.#present.has(presence) === isPresent) return;
    this.#present = (isPresent ? including : excluding)(this.#present, [presence]);
    const shown = this.#shown;
    if (this.isOrderFrozen || !shown || shown.orderedAt === shown.summary.commit) return;
    this.#mustReload = true;
    void this.#requestAll();
  }

  /** The row at an index, fetched when it is not loaded; null when there is none or the request failed. */
  async fetchAt(index: number): Promise<ListRow | null> {
    const loaded = this.at(index);
    if (loaded || !this.#shown) return loaded ?? null;
    const { query } = this.#shown;
    const result = await this.#api.organizations.list({ query, offset: index, limit: 1 });
    return (result.ok && result.value.rows[0]) || null;
  }

  /** The index of an entry; null when it is not in the shown list or the request failed. */
  async position(id: string): Promise<number | null> {
    if (!this.#shown) return null;
    const loaded = indexOf(this.#shown, id);
    if (loaded !== null) return loaded;
    const result = await this.#api.organizations.position({
      entryId: id,
      query: this.#shown.query,
    });
    return result.ok ? result.value.index : null;
  }

  /**
   * The index of the first entry at or after `from` whose name starts with `prefix`, or else of the first such
   * entry from the top; null when there is none or the request failed.
   */
  async find(prefix: string, from: number): Promise<number | null> {
    if (!this.#shown) return null;
    const result = await this.#api.organizations.find({ prefix, from, query: this.#shown.query });
    return result.ok ? (result.value?.index ?? null) : null;
  }

  /** Applies the selection that a call returned. */
  setSelection(selection: SelectionSummary): void {
    if (!this.#shown) return;
    const { summary } = this.#shown;
    this.#shown = { ...this.#shown, summary: { ...summary, selection } };
  }

  get #isAnswered(): boolean {
    return this.#shown !== null && isSameQuery(this.query.value, this.#shown.query);
  }

  get #isStale(): boolean {
    const shownCommit = this.#shown?.summary.commit ?? Infinity;
    return this.#mustReload || this.#reportedCommit > shownCommit;
  }

  /** Sends one request after another until all visible rows are loaded and current. */
  async #requestAll(): Promise<void> {
    if (this.#inFlight) return;
    let request = this.#nextRequest();
    while (request) {
      this.#inFlight = this.#request(request);
      const isAnswered = await this.#inFlight;
      const next = this.#nextRequest();
      // A request that failed, or returned none of the missing rows, would be repeated forever.
      const isFutile = !isAnswered || (request.kind === 'rows' && request.reason === 'missing');
      if (isFutile && JSON.stringify(next) === JSON.stringify(request)) break;
      request = next;
    }
    this.#inFlight = null;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  #nextRequest(): ListRequest | null {
    return nextRequest({
      query: this.query.value,
      shown: this.#shown,
      first: this.#first,
      end: this.#end,
      isScrolling: this.#isScrolling,
      isStale: this.#isStale,
      isOrderFrozen: this.isOrderFrozen,
    });
  }

  /** Sends a request and applies the answer; false when it failed. */
  async #request(request: ListRequest): Promise<boolean> {
    const waiters = this.#waiters.splice(0);
    const reported = this.#reportedCommit;
    this.#mustReload = false;
    this.#isScrolling = false;
    this.#failure =
      request.kind === 'rows'
        ? await this.#requestRows(request)
        : await this.#requestUpdate(request);
    if (this.#failure) this.#mustReload = true;
    else if (this.#reportedCommit === reported) this.#reportedCommit = 0;
    for (const resolve of waiters) resolve();
    return this.#failure === null;
  }

  async #requestRows({ reason, query, offset, limit }: RowsRequest): Promise<Failure | null> {
    const result = await this.#api.organizations.list({ query, offset, limit });
    if (!result.ok) return result.failure;
    const rows = result.value;
    const shown = this.#shown;
    if (!shown || reason === 'query') {
      // A different query starts at the top.
      this.#first = 0;
      this.#end = rowsPerScreen();
      this.#shown = snapshotOf(query, rows);
    } else if (rows.commit >= shown.summary.commit) {
      if (reason === 'missing') this.#shown = withRows(shown, rows);
      // The pointer or the focus entered during the request: reload the rows without reordering them.
      else if (this.isOrderFrozen) this.#mustReload = true;
      else this.#shown = snapshotOf(query, rows);
    }
    return null;
  }

  async #requestUpdate({ query, ids }: UpdateRequest): Promise<Failure | null> {
    const result = await this.#api.organizations.rows({ query, ids });
    if (!result.ok) return result.failure;
    const shown = this.#shown;
    if (shown && result.value.commit >= shown.summary.commit) {
      this.#shown = withUpdatedRows(shown, result.value, ids);
    }
    return null;
  }
}
