/**
 * The organizations that a sign-in can see, with a filter. Main owns the list and its ticks; the window
 * loads rows as they come near the visible ones, and keeps them.
 */
import {
  AVAILABLE_LIMIT,
  type AvailableOrganization,
  type AvailableRows,
  type AvailableSummary,
  type AvailableFetchResult,
} from '../../../shared/additions';
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';
import { idInAddress } from '../../../shared/organization';
import { success, type Result } from '../../../shared/result';
import type { RowRun } from '../../../shared/table';
import { mapOf } from '../../state/immutable';
import { PagedList } from '../../state/paged-list.svelte';

/** Rows before the visible ones to request after a change: about a screen, so that scrolling back shows no gap. */
const BEFORE = 40;
/** Rows in the first request, before anything is measured: more than the tallest screen shows. */
const FIRST_ROWS = 100;

/** The loaded part of the list. */
interface AvailableSnapshot {
  readonly filter: string;
  readonly summary: AvailableSummary;
  /** The loaded rows, by index. */
  readonly rows: ReadonlyMap<number, AvailableOrganization>;
}

/** An action that sets or clears ticks: of a row, of single accounts of an open row, or of all rows that the filter shows. */
interface Tick {
  readonly which: 'shown' | { readonly row: string } | string[];
  readonly ticked: boolean;
  /** The filter at the time of the action. */
  readonly filter: string;
}

/** The organizations that Cloudflare lists for one sign-in. */
export class AvailableOrganizations {
  #isListing = $state(false);
  #listed = $state.raw<AvailableFetchResult | null>(null);
  #listFailure = $state.raw<Failure | null>(null);
  /** Why the rows for another filter could not be loaded, or null. */
  #filterFailure = $state.raw<Failure | null>(null);
  #tickFailure = $state.raw<Failure | null>(null);
  /** The list according to main's last answer, without its rows. */
  #answered = $state.raw<Omit<AvailableSnapshot, 'rows'> | null>(null);
  readonly #loaded = new PagedList<AvailableOrganization>({
    fetch: (run) => this.#fetch(run),
    length: () => this.#answered?.summary.shown.rows ?? 0,
    // The row with the focus stays, wherever it is.
    keepsAll: true,
  });
  /** Ticks that main has not answered yet, in order. */
  #pending = $state.raw<readonly Tick[]>([]);
  /** The list with the pending ticks applied, so that check boxes respond immediately. */
  readonly #shown = $derived(
    this.#answered &&
      this.#pending.reduce<AvailableSnapshot>(withTick, {
        ...this.#answered,
        rows: this.#loaded.rows,
      }),
  );
  #filter = $state('');
  #isChosen = false;
  #visible: RowRun = { first: 0, end: 0 };
  #isRequesting = false;
  /** How often the list was fetched. Rows of an earlier list are of no use. */
  #lists = 0;
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
  get rowsFailure(): Failure | null {
    return this.#filterFailure ?? this.#loaded.failure;
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
    void this.#request();
  }

  /** The row at an index of the filtered list, or undefined while it is not loaded. */
  at(index: number): AvailableOrganization | undefined {
    return this.#shown?.rows.get(index);
  }

  /** Fetches the list from Cloudflare, or the rest of an incomplete one. */
  async list(): Promise<void> {
    this.#lists += 1;
    this.#isRequesting = false;
    this.#isListing = true;
    this.#listed = null;
    this.#listFailure = null;
    this.#filterFailure = null;
    this.#loaded.reset();
    this.#tickFailure = null;
    this.#answered = null;
    this.#pending = [];
    const result = await this.#api.additions.list(this.#source);
    if (result.ok) {
      this.#listed = result.value;
      await this.#request();
    } else {
      this.#listFailure = result.failure;
    }
    this.#isListing = false;
  }

  /** Requests the missing rows again. */
  async retry(): Promise<void> {
    await this.#request();
    await this.#loaded.fetch();
  }

  /** Stops fetching from Cloudflare; the part of the list that was fetched remains. */
  stop(): void {
    void this.#api.additions.stopFetching();
  }

  /** Tells main to drop the list. Call it when the person leaves the page. */
  leave(): void {
    void this.#api.additions.leave();
  }

  /** Sets the visible rows, and fetches what is missing. */
  setVisible(rows: RowRun): void {
    this.#visible = rows;
    if (this.#answered) this.#loaded.setInView([rows]);
  }

  /** Ticks or unticks a row. */
  tick({ id, accounts }: AvailableOrganization, ticked: boolean): Promise<void> {
    return this.#tick(accounts === 0 ? [id] : { row: id }, ticked);
  }

  /** Shows or hides the accounts of a row. */
  async open(id: string, isOpen: boolean): Promise<void> {
    const result = await this.#api.additions.open({ id, isOpen });
    this.#tickFailure = result.ok ? null : result.failure;
    await this.#reload();
  }

  /** Requests the visible rows again, because they have changed. */
  async #reload(): Promise<void> {
    const filter = this.#answered?.filter;
    if (filter === undefined) return;
    const offset = Math.max(0, this.#visible.first - BEFORE);
    const limit = Math.min(AVAILABLE_LIMIT, this.#visible.end - offset + FIRST_ROWS);
    const result = await this.#api.additions.rows({ filter, offset, limit });
    if (result.ok && this.#answered?.filter === filter) this.#show(filter, result.value);
  }

  /** Ticks or unticks everything that the filter shows. */
  tickShown(ticked: boolean): Promise<void> {
    return this.#tick('shown', ticked);
  }

  async #tick(which: Tick['which'], ticked: boolean): Promise<void> {
    this.#isChosen = true;
    const tick: Tick = { which, ticked, filter: this.shownFilter };
    this.#pending = [...this.#pending, tick];
    const result = await this.#api.additions.tick(tick);
    // The list was fetched again during the call, so this answer is about the old list.
    if (!this.#pending.includes(tick)) return;
    this.#pending = this.#pending.filter((one) => one !== tick);
    this.#tickFailure = result.ok ? null : result.failure;
    if (!result.ok || this.#answered?.filter !== tick.filter) return;
    // Rows that arrived during the call may be older than the tick.
    this.#loaded.change(withTick({ ...this.#answered, rows: this.#loaded.rows }, tick).rows);
    this.#answered = { ...this.#answered, summary: result.value };
    if ([...this.#loaded.rows.values()].some(({ isOpen }) => isOpen)) await this.#reload();
  }

  /** Requests the first rows of what the filter field says, until they are shown. */
  async #request(): Promise<void> {
    if (this.#isRequesting) return;
    this.#isRequesting = true;
    this.#filterFailure = null;
    const lists = this.#lists;
    while (this.#answered?.filter !== this.#requestedFilter) {
      const filter = this.#requestedFilter;
      const result = await this.#api.additions.rows({ filter, offset: 0, limit: FIRST_ROWS });
      if (lists !== this.#lists) return;
      this.#filterFailure = result.ok ? null : result.failure;
      if (!result.ok) break;
      this.#show(filter, result.value);
    }
    this.#isRequesting = false;
  }

  #show(filter: string, found: AvailableRows): void {
    this.#answered = { filter, summary: found };
    this.#loaded.reset(found.rows, found.offset);
    this.#loaded.setInView([this.#visible]);
  }

  async #fetch({ first, end }: RowRun): Promise<Result<AvailableOrganization[]> | null> {
    const filter = this.shownFilter;
    const result = await this.#api.additions.rows({ filter, offset: first, limit: end - first });
    if (!result.ok) return result;
    if (this.#answered?.filter === filter) this.#answered = { filter, summary: result.value };
    return success(result.value.rows);
  }
}

/**
 * The snapshot with a tick applied, as main will apply it. Rows that are saved already cannot be ticked. What a tick of a
 * row means for its accounts, and the other way round, comes with main's answer.
 */
function withTick(shown: AvailableSnapshot, { which, ticked, filter }: Tick): AvailableSnapshot {
  if (which === 'shown' && filter !== shown.filter) return shown;
  const isAffected = ({ id, saved, accounts }: AvailableOrganization): boolean => {
    if (saved) return false;
    if (Array.isArray(which)) return accounts === 0 && which.includes(id);
    return accounts > 0 && (which === 'shown' || which.row === id);
  };
  const changed = [...shown.rows]
    .filter(([, row]) => isAffected(row) && row.ticked !== ticked)
    .map(([index, row]) => [index, { ...row, ticked }] as const);
  const { summary } = shown;
  const one = ticked ? 1 : -1;
  const all = ticked ? summary.shown.unticked : -summary.shown.ticked;
  const difference = which === 'shown' ? all : changed.length * one;
  return {
    ...shown,
    rows: mapOf([...shown.rows, ...changed]),
    summary: {
      ...summary,
      ticked: summary.ticked + difference,
      shown: {
        ...summary.shown,
        ticked: summary.shown.ticked + difference,
        unticked: summary.shown.unticked - difference,
      },
    },
  };
}
