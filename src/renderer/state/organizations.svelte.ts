/**
 * The list of saved organizations. Main holds it; the window holds the rows in sight, asks for others as
 * they come into sight, and asks again when something has changed. One question is under way at a time, and
 * the next one is chosen when it is answered: fast typing and scrolling queue nothing up.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import { LIST_LIMIT, type ListRow, type SelectionSummary } from '../../shared/list-query';
import { isSameQuery, ListQueryState } from './list-query.svelte';
import {
  nextRequest,
  rowsPerScreen,
  type PageRequest,
  type ListRequest,
  type RowsRequest,
} from './list-requests';
import { excluding, including, setOf } from './immutable';
import {
  inPlace,
  indexOf,
  listOf,
  withPage,
  type ListSummary,
  type ListSnapshot,
} from './list-snapshot';

/** Who is in the list: while someone is, its rows keep their places. */
export type Presence = 'pointer' | 'focus';

/** Mirrors the rows in sight of `organizations.list` and follows `organizationsChanged`. */
export class OrganizationsState {
  /** What the person has narrowed the list to; what is shown follows once main has answered. */
  readonly query = new ListQueryState(() => void this.#ask());
  #shown = $state.raw<ListSnapshot | null>(null);
  #failure = $state.raw<Failure | null>(null);
  /** The rows in sight: the first, and the one after the last. */
  #first = 0;
  #end = rowsPerScreen();
  #isScrolling = false;
  #present = setOf<Presence>();
  /** The newest commit that an event announced and no later question was answered about; 0: none. */
  #announced = 0;
  /** Whether to ask again although no event said so. */
  #again = false;
  /** The question that is not answered yet; true: main answered it. */
  #underWay: Promise<boolean> | null = null;
  /** Those who wait for the answer to a question that is not asked yet. */
  #waiting: (() => void)[] = [];
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    this.#api = api;
    api.on.organizationsChanged(({ commit }) => {
      this.#announced = Math.max(this.#announced, commit);
      if (this.#shown) void this.#ask();
    });
  }

  /** The list as it is shown, or null before anything is known of it. */
  get shown(): ListSnapshot | null {
    return this.#shown;
  }

  /** Whether anything is known of the list. */
  get loaded(): boolean {
    return this.#shown !== null;
  }

  /** Why the last question failed, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** What main says of the list besides its rows, or null before anything is known. */
  get summary(): ListSummary | null {
    return this.#shown?.summary ?? null;
  }

  /** How many organizations the list shows. */
  get total(): number {
    return this.#shown?.summary.total ?? 0;
  }

  /** How many rows there are to scroll through: another number than `total` while they keep their places. */
  get length(): number {
    return this.#shown?.length ?? 0;
  }

  /** How many organizations are saved. */
  get saved(): number {
    return this.#shown?.summary.saved ?? 0;
  }

  /** Whether someone is in the list. */
  get isOrderFrozen(): boolean {
    return this.#present.size > 0;
  }

  /** The row at an index, or undefined while it is not here. */
  at(index: number): ListRow | undefined {
    return this.#shown?.rows.get(index);
  }

  /** Asks for the first rows, or again for those in sight; resolves when they are here, or when that failed. */
  load(): Promise<void> {
    this.#again = true;
    const answered = new Promise<void>((resolve) => this.#waiting.push(resolve));
    void this.#ask();
    return answered;
  }

  /** Resolves when what the person has narrowed the list to is shown; false when that could not be had. */
  async settled(): Promise<boolean> {
    while (this.#underWay && !this.#isAnswered) await this.#underWay;
    return this.#isAnswered;
  }

  /** These rows are in sight now: from `first` on, up to the one before `end`. */
  look(first: number, end: number): void {
    // At the top no one has scrolled yet: the first paint waits for no more than it shows.
    this.#isScrolling ||= first > 0 && (first !== this.#first || end !== this.#end);
    this.#first = first;
    this.#end = Math.min(end, first + LIST_LIMIT);
    if (this.#shown) void this.#ask();
  }

  /** The pointer or the focus came into the list or left it; a new order is shown when both are gone. */
  setPresent(presence: Presence, isThere: boolean): void {
    this.#present = (isThere ? including : excluding)(this.#present, [presence]);
    const shown = this.#shown;
    if (this.isOrderFrozen || !shown || shown.orderedAt === shown.summary.commit) return;
    this.#again = true;
    void this.#ask();
  }

  /** The row at an index; main is asked for one that is not here. Null: there is none, or that failed. */
  async fetchAt(index: number): Promise<ListRow | null> {
    const here = this.at(index);
    if (here || !this.#shown) return here ?? null;
    const { query } = this.#shown;
    const outcome = await this.#api.organizations.list({ query, offset: index, limit: 1 });
    return (outcome.ok && outcome.value.rows[0]) || null;
  }

  /** The index of an entry, or null when it is not in the list that is shown. */
  async position(id: string): Promise<number | null> {
    if (!this.#shown) return null;
    const here = indexOf(this.#shown, id);
    if (here !== null) return here;
    const outcome = await this.#api.organizations.position({ id, query: this.#shown.query });
    return outcome.ok ? outcome.value.index : null;
  }

  /** The index of the first entry from `from` on, then from the beginning, whose name begins so; or null. */
  async find(prefix: string, from: number): Promise<number | null> {
    if (!this.#shown) return null;
    const outcome = await this.#api.organizations.find({ prefix, from, query: this.#shown.query });
    return outcome.ok ? (outcome.value?.index ?? null) : null;
  }

  /** Takes what a call answered about the selection. */
  takeSelection(selection: SelectionSummary): void {
    if (!this.#shown) return;
    const { summary } = this.#shown;
    this.#shown = { ...this.#shown, summary: { ...summary, selection } };
  }

  get #isAnswered(): boolean {
    return this.#shown !== null && isSameQuery(this.query.value, this.#shown.query);
  }

  get #isStale(): boolean {
    return this.#again || (this.#shown !== null && this.#announced > this.#shown.summary.commit);
  }

  /** Asks one question after another until what is in sight is here and new. */
  async #ask(): Promise<void> {
    if (this.#underWay) return;
    let request = this.#next();
    while (request) {
      this.#underWay = this.#put(request);
      const isAnswered = await this.#underWay;
      const next = this.#next();
      // A question that failed, or that brought none of the missing rows, would be asked forever.
      const isFutile = !isAnswered || (request.kind === 'page' && request.why === 'missing');
      if (isFutile && JSON.stringify(next) === JSON.stringify(request)) break;
      request = next;
    }
    this.#underWay = null;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #next(): ListRequest | null {
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

  /** Asks a question and takes the answer; false when it failed. */
  async #put(request: ListRequest): Promise<boolean> {
    const waiting = this.#waiting.splice(0);
    const announced = this.#announced;
    this.#again = false;
    this.#isScrolling = false;
    this.#failure =
      request.kind === 'page' ? await this.#putPage(request) : await this.#putRows(request);
    if (this.#failure) this.#again = true;
    else if (this.#announced === announced) this.#announced = 0;
    for (const resolve of waiting) resolve();
    return this.#failure === null;
  }

  async #putPage({ why, query, offset, limit }: PageRequest): Promise<Failure | null> {
    const outcome = await this.#api.organizations.list({ query, offset, limit });
    if (!outcome.ok) return outcome.failure;
    const page = outcome.value;
    const shown = this.#shown;
    if (!shown || why === 'query') {
      // Another list is shown from its beginning.
      this.#first = 0;
      this.#end = rowsPerScreen();
      this.#shown = listOf(query, page);
    } else if (page.commit >= shown.summary.commit) {
      if (why === 'missing') this.#shown = withPage(shown, page);
      // Someone came into the list meanwhile: the rows are asked for where they stand.
      else if (this.isOrderFrozen) this.#again = true;
      else this.#shown = listOf(query, page);
    }
    return null;
  }

  async #putRows({ query, ids }: RowsRequest): Promise<Failure | null> {
    const outcome = await this.#api.organizations.rows({ query, ids });
    if (!outcome.ok) return outcome.failure;
    const shown = this.#shown;
    if (shown && outcome.value.commit >= shown.summary.commit) {
      this.#shown = inPlace(shown, outcome.value, ids);
    }
    return null;
  }
}
