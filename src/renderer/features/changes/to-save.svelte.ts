/**
 * The drafts of all organizations as the tab *To save* shows them. Main holds them as a review: its rows stay those of
 * one moment, and the window reads the rows that come into view. What is ticked stays ticked in the next review.
 */
import {
  CHANGES_PER_PAGE,
  type DraftGroup,
  type Review,
  type ReviewRow,
  type TickedTotals,
  type Ticks,
} from '../../../shared/changes';
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';
import { success, type Result } from '../../../shared/result';
import type { RowRun } from '../../../shared/table';
import { Action } from '../../state/action.svelte';
import type { Autosaves } from '../../state/autosaves.svelte';
import { byId, excluding, including, mapOf, setOf } from '../../state/immutable';
import { PagedList } from '../../state/paged-list.svelte';

const keyOf = ({ groupId, entryId }: ReviewRow): string => `${groupId} ${entryId}`;

/** What is read from main and written to it, besides the calls. */
interface Around {
  autosaves: Pick<Autosaves, 'unsaved'>;
  /** Saves what is being typed; resolves when main has it, or when saving failed. */
  flush: () => Promise<unknown>;
}

/** The review, what is ticked in it, and what can be done with that. */
export class ToSave {
  #review = $state.raw<Review | null>(null);
  /** The rows by their index in the review. None is dropped, because those that were ticked one by one must be known. */
  readonly #loaded = new PagedList<ReviewRow>({
    fetch: (run) => this.#fetch(run),
    length: () => this.#review?.rows ?? 0,
    limit: CHANGES_PER_PAGE,
    keepsAll: true,
  });
  /** The ticked groups, but for their rows that start unticked. */
  #groups = $state.raw(setOf<string>());
  /** The groups that are ticked with those rows. */
  #whole = $state.raw(setOf<string>());
  /** Indexes of rows that are the other way round; see `ticksSchema`. Each was on screen, so its row is known. */
  #except = $state.raw(setOf<number>());
  #ticked = $state.raw<TickedTotals | null>(null);
  readonly #action = new Action<'submit' | 'discard'>();
  /** Why the review, or what is ticked of it, could not be read since it was last loaded, or null. */
  #loadFailure = $state.raw<Failure | null>(null);
  #isOutdated = $state(false);
  #stayed = $state(0);
  #uncheckable = $state(0);
  #unsaved = $state.raw<readonly string[]>([]);
  #counting: Promise<void> | null = null;
  #isCountStale = false;
  /** Resolves once the drafts are listed; null while they are not being listed. */
  #loading: Promise<void> | null = null;
  #isLoadStale = false;
  readonly #api: LetterheadApi;
  readonly #around: Around;

  constructor(api: LetterheadApi, around: Around) {
    this.#api = api;
    this.#around = around;
  }

  /** The review; null until it is loaded. */
  get review(): Review | null {
    return this.#review;
  }

  /** What saving the ticked rows would do; null until main has answered once. */
  get ticked(): TickedTotals | null {
    return this.#ticked;
  }

  /** What is running. */
  get busy(): 'submit' | 'discard' | null {
    return this.#action.busy;
  }

  /** Whether something can be done with the ticked rows now. */
  get canAct(): boolean {
    return this.busy === null && (this.#ticked?.changes ?? 0) > 0;
  }

  /** Why the last call failed, or null. */
  get failure(): Failure | null {
    return this.#action.failure ?? this.#loadFailure ?? this.#loaded.failure;
  }

  /** Whether the drafts had changed, so nothing was done; the current ones are shown. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  /** How many organizations the last save left out because their drafts had changed. */
  get stayed(): number {
    return this.#stayed;
  }

  /** In how many organizations of the last save a change waits that cannot be checked, so that their drafts stayed. */
  get uncheckable(): number {
    return this.#uncheckable;
  }

  /** The ids of organizations that the last save left out because their newest text is not on disk. */
  get unsaved(): readonly string[] {
    return this.#unsaved;
  }

  /** The row with this index, once it is read. */
  at(index: number): ReviewRow | undefined {
    return this.#loaded.rows.get(index);
  }

  /** Whether the texts of a row would be saved. */
  isTicked(index: number, row: ReviewRow): boolean {
    return this.#isWithGroup(row) !== this.#except.has(index);
  }

  /** Whether all rows of a group are ticked, none, or some. */
  groupState({ id, rows, startUnticked }: DraftGroup): 'all' | 'none' | 'some' {
    const withGroup = this.#groups.has(id) ? rows - startUnticked : 0;
    let ticked = this.#whole.has(id) ? rows : withGroup;
    for (const index of this.#exceptIn(id)) {
      const row = this.#loaded.rows.get(index);
      if (row) ticked += this.#isWithGroup(row) ? -1 : 1;
    }
    if (ticked === rows) return 'all';
    return ticked === 0 ? 'none' : 'some';
  }

  /** Ticks or unticks a row. */
  tick(index: number, row: ReviewRow, ticked: boolean): void {
    if (this.isTicked(index, row) === ticked) return;
    const change = this.#except.has(index) ? excluding : including;
    this.#except = change(this.#except, [index]);
    void this.count();
  }

  /** Ticks or unticks all rows of a group. */
  tickGroup(groupId: string, ticked: boolean): void {
    this.#except = excluding(this.#except, this.#exceptIn(groupId));
    this.#groups = excluding(this.#groups, [groupId]);
    this.#whole = (ticked ? including : excluding)(this.#whole, [groupId]);
    void this.count();
  }

  /** Reads the rows around this index, if they are not read yet. */
  need(index: number): void {
    this.#loaded.need(index);
  }

  /** Lists all drafts again. What was ticked or unticked stays so; other groups start as main says. */
  async load(): Promise<void> {
    this.#isLoadStale = true;
    if (this.#loading) return;
    this.#loading = this.#loadWhileStale();
    await this.#loading;
  }

  async #loadWhileStale(): Promise<void> {
    while (this.#isLoadStale) {
      this.#isLoadStale = false;
      await this.#around.flush();
      const result = await this.#api.changes.review();
      this.#loadFailure = null;
      if (result.ok) await this.#adopt(result.value);
      else this.#loadFailure = result.failure;
    }
    // At once, so that a call that comes now begins again.
    this.#loading = null;
  }

  /** Loads again, and forgets why the last call failed. */
  async retry(): Promise<void> {
    this.#action.failure = null;
    await this.load();
  }

  /**
   * Asks main what saving the ticked rows would do. While it is asked, one more question follows; resolves after that
   * one.
   */
  count(): Promise<void> {
    this.#isCountStale = true;
    return this.#review ? (this.#counting ??= this.#recount()) : Promise.resolve();
  }

  /**
   * Saves the ticked drafts, except of organizations whose newest text could not be saved on this computer.
   * @param onsubmitted called with the id of the save once it was submitted
   */
  async submit(onsubmitted: (saveId: string) => void): Promise<void> {
    await this.#act('submit', async (review) => {
      await this.#around.flush();
      const { unsaved } = this.#around.autosaves;
      const unticked = await this.#untick(review, unsaved);
      if (!unticked.ok) return unticked;
      this.#unsaved = unticked.value;
      if (this.#unsaved.length > 0) {
        await this.count();
        if (this.#ticked?.changes === 0) return success(null);
      }
      const result = await this.#api.changes.submitMany(this.#ticks(review));
      if (result.ok) {
        this.#stayed = result.value.stayed;
        this.#uncheckable = result.value.uncheckable;
        onsubmitted(result.value.saveId);
      }
      return result;
    });
  }

  /** Discards the ticked drafts. Resolves to whether that worked. */
  async discard(): Promise<boolean> {
    return this.#act('discard', (review) => this.#api.drafts.discardMany(this.#ticks(review)));
  }

  async #act(
    kind: 'submit' | 'discard',
    call: (review: Review) => Promise<Result<unknown>>,
  ): Promise<boolean> {
    const shown = this.#shownTotals();
    if (!this.#review || !this.canAct) return false;
    this.#isOutdated = false;
    this.#stayed = 0;
    this.#uncheckable = 0;
    this.#unsaved = [];
    const done = await this.#action.run(kind, async () => {
      if (this.#loading) {
        // Whoever presses while the drafts are being listed again means what was shown at that moment.
        await this.#loading;
        this.#isOutdated = this.#shownTotals() !== shown;
        if (this.#isOutdated) return null;
      }
      const result = await call(this.#review!);
      this.#isOutdated = !result.ok && result.failure.code === 'review.outdated';
      // Also after a failure: part of it may be done, and what is shown must not be submitted a second time.
      await this.load();
      return this.#isOutdated ? null : result;
    });
    return done?.ok === true;
  }

  /** What the buttons are about, to be compared. */
  #shownTotals(): string {
    return JSON.stringify({ ...this.#ticked, newer: 0 });
  }

  async #recount(): Promise<void> {
    while (this.#isCountStale && this.#review) {
      this.#isCountStale = false;
      const result = await this.#api.changes.ticked(this.#ticks(this.#review));
      if (result.ok) this.#ticked = result.value;
      else if (!this.#reloadIfOutdated(result)) this.#loadFailure = result.failure;
    }
    this.#counting = null;
  }

  #ticks({ reviewId }: Review): Ticks {
    const [groups, whole, except] = [[...this.#groups], [...this.#whole], [...this.#except]];
    return { reviewId, groups, whole, except };
  }

  /** Whether a row is ticked unless it was ticked or unticked by itself. */
  #isWithGroup({ groupId, startsUnticked }: ReviewRow): boolean {
    return this.#whole.has(groupId) || (this.#groups.has(groupId) && !startsUnticked);
  }

  /** The indexes of `#except` in a group. */
  #exceptIn(groupId: string): number[] {
    let first = 0;
    for (const { id, rows } of this.#review?.groups ?? []) {
      const end = first + rows;
      if (id === groupId) return [...this.#except].filter((index) => index >= first && index < end);
      first = end;
    }
    return [];
  }

  async #adopt(review: Review): Promise<void> {
    // To know where rows are that were ticked one by one, all are read: few people do that among thousands.
    const rows = this.#except.size === 0 ? success([]) : await this.#readAll(review);
    if (!rows.ok) {
      // What the person unticked must not come back ticked.
      if (!this.#reloadIfOutdated(rows)) this.#loadFailure = rows.failure;
      return;
    }
    // From here on without a wait, or what the person ticks or unticks meanwhile would be lost.
    const known = byId(this.#review?.groups);
    // What starts unticked by now, in a group that was ticked before, has not been looked at.
    const isWhole = ({ id, startUnticked }: DraftGroup): boolean =>
      this.#whole.has(id) && startUnticked <= (known.get(id)?.startUnticked ?? 0);
    const isTicked = ({ id, ticked }: DraftGroup): boolean =>
      known.has(id) ? this.#groups.has(id) || this.#whole.has(id) : ticked;
    const whole = review.groups.filter(isWhole).map(({ id }) => id);
    const groups = review.groups.filter((group) => isTicked(group) && !isWhole(group));
    const byOne = mapOf(
      [...this.#except].flatMap((index) => {
        const row = this.#loaded.rows.get(index);
        return row ? [[keyOf(row), this.isTicked(index, row)] as const] : [];
      }),
    );
    this.#review = review;
    this.#loaded.reset(rows.value);
    this.#groups = setOf(groups.map(({ id }) => id));
    this.#whole = setOf(whole);
    const isExcept = (row: ReviewRow): boolean =>
      (byOne.get(keyOf(row)) ?? this.#isWithGroup(row)) !== this.#isWithGroup(row);
    this.#except = setOf(rows.value.flatMap((row, index) => (isExcept(row) ? [index] : [])));
    await this.count();
  }

  /** Unticks the rows of these organizations; resolves to the ids of those that were ticked. */
  async #untick(review: Review, ids: readonly string[]): Promise<Result<string[]>> {
    if (ids.length === 0) return success([]);
    const read = await this.#readAll(review);
    if (!read.ok) return read;
    const rows = [...read.value.entries()];
    const ticked = rows.filter(
      ([index, row]) => ids.includes(row.entryId) && this.isTicked(index, row),
    );
    this.#loaded.change(mapOf(rows));
    for (const [index, row] of ticked) this.tick(index, row, false);
    return success([...setOf(ticked.map(([, { entryId }]) => entryId))]);
  }

  async #fetch({ first, end }: RowRun): Promise<Result<ReviewRow[]> | null> {
    if (!this.#review) return null;
    const { reviewId } = this.#review;
    const page = { offset: first, limit: end - first };
    const result = await this.#api.changes.reviewRows({ reviewId, ...page });
    if (result.ok) return success(result.value.rows);
    return this.#reloadIfOutdated(result) ? null : result;
  }

  /** Loads again if there was a later review. Returns whether that is so. */
  #reloadIfOutdated({ failure }: { failure: Failure }): boolean {
    const isOutdated = failure.code === 'review.outdated';
    if (isOutdated) void this.load();
    return isOutdated;
  }

  /** All rows, or why some of them cannot be read. */
  async #readAll({ reviewId, rows }: Review): Promise<Result<ReviewRow[]>> {
    const all: ReviewRow[] = [];
    const limit = CHANGES_PER_PAGE;
    for (let offset = 0; offset < rows; offset += limit) {
      const result = await this.#api.changes.reviewRows({ reviewId, offset, limit });
      if (!result.ok) return result;
      all.push(...result.value.rows);
    }
    return success(all);
  }
}
