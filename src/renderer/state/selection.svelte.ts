/**
 * Which organizations are selected, for what is done with many at once. Main holds them; a row shows at
 * once what was pressed, and what main answers follows.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Failure, Outcome } from '../../shared/failure';
import {
  WHOLE_LIST,
  type ListQuery,
  type ListRow,
  type SelectionSummary,
} from '../../shared/list-query';
import type { OrganizationsState } from './organizations.svelte';

const NONE: SelectionSummary = { count: 0, hidden: 0, unviewed: 0 };

/** The selection in the list. */
export class Selection {
  #isChoosing = $state(false);
  /** Whether it is being ended: nothing is selected from now on, whatever rows still say. */
  #isEnding = $state(false);
  /** Rows that were pressed and whose answer has not come: what they show meanwhile, and the press it is from. */
  #pressed = $state.raw<Readonly<Record<string, { selected: boolean; press: number }>>>({});
  #presses = 0;
  /** Why the last thing that was tried did not work, and how often the query had been changed by then. */
  #failed = $state.raw<{ failure: Failure; changes: number } | null>(null);
  readonly #api: LetterheadApi;
  readonly #organizations: OrganizationsState;

  constructor(api: LetterheadApi, organizations: OrganizationsState) {
    this.#api = api;
    this.#organizations = organizations;
    api.on.organizationsChanged(({ removed }) => {
      if (removed.length > 0 && this.count > 0) void this.#endWithLast();
    });
  }

  /** Whether the person is selecting: rows have boxes, and Space is for them. */
  get choosing(): boolean {
    return !this.#isEnding && (this.#isChoosing || this.count > 0);
  }

  /** How many organizations are selected. */
  get count(): number {
    return this.#summary.count;
  }

  /** How many of them the list leaves out of sight; none while it is being prepared. */
  get hidden(): number {
    return this.#organizations.summary?.building ? 0 : this.#summary.hidden;
  }

  /** How many of them need no more than being looked at. */
  get unviewed(): number {
    return this.#summary.unviewed;
  }

  /** Why the last thing that was tried did not work, until something works or the query is changed; or null. */
  get failure(): Failure | null {
    const failed = this.#failed;
    return failed?.changes === this.#organizations.query.changes ? failed.failure : null;
  }

  /** Whether a row is selected. */
  has({ id, selected }: Pick<ListRow, 'id' | 'selected'>): boolean {
    return !this.#isEnding && (this.#pressed[id]?.selected ?? selected);
  }

  /** Begins selecting, with nothing selected yet. */
  begin(): void {
    this.#isChoosing = true;
  }

  /** Ends it; nothing is selected any more. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#select(() => this.#api.selection.clear());
    this.#isEnding = false;
    this.#isChoosing = false;
  }

  /** Selects a row or takes it out. */
  async toggle(row: Pick<ListRow, 'id' | 'selected'>): Promise<void> {
    const { id } = row;
    const press = (this.#presses += 1);
    this.#pressed = { ...this.#pressed, [id]: { selected: !this.has(row), press } };
    await this.#select((query) => this.#api.selection.toggle({ id, query }));
    const { [id]: newest, ...others } = this.#pressed;
    // Pressed again meanwhile: the answer to that press settles it.
    if (newest?.press === press) this.#pressed = others;
  }

  /**
   * Selects from where the range began to `to`; what the range held before and no longer holds is taken out.
   * @param start where a range begins when none has begun in this list
   */
  async extendTo(to: string, start: string): Promise<void> {
    await this.#select((query) => this.#api.selection.extend({ to, start, query }));
  }

  /** Selects everything that is shown, in sight or not, on top of what is selected. */
  async selectAll(): Promise<void> {
    await this.#select((query) => this.#api.selection.all({ query }));
  }

  /** Marks the selected ones as seen, where that is all they need; false when that failed. */
  markViewed(): Promise<boolean> {
    return this.#select((query) => this.#api.selection.markViewed({ query }));
  }

  get #summary(): SelectionSummary {
    return this.#isEnding ? NONE : (this.#organizations.summary?.selection ?? NONE);
  }

  /** Makes a call that changes the selection, and shows what came of it; false when it failed. */
  async #select(call: (query: ListQuery) => Promise<Outcome<SelectionSummary>>): Promise<boolean> {
    this.#isChoosing = true;
    const outcome = await call(this.#organizations.shown?.query ?? WHOLE_LIST);
    const { changes } = this.#organizations.query;
    this.#failed = outcome.ok ? null : { failure: outcome.failure, changes };
    if (outcome.ok) this.#organizations.takeSelection(outcome.value);
    await this.#organizations.load();
    return outcome.ok;
  }

  /** Ends the selection when its last organization was removed. */
  async #endWithLast(): Promise<void> {
    await this.#organizations.load();
    if (this.count === 0) this.#isChoosing = false;
  }
}
