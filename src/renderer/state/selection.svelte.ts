/**
 * The selected organizations. Main owns the selection. A clicked row changes immediately,
 * before main has answered.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import type { Result } from '../../shared/result';
import {
  WHOLE_LIST,
  type ListQuery,
  type ListRow,
  type SelectionSummary,
} from '../../shared/list-query';
import type { OrganizationsState } from './organizations.svelte';

const NONE: SelectionSummary = { version: 0, count: 0, hidden: 0, unviewed: 0 };

/** The selection in the list. */
export class Selection {
  #isSelecting = $state(false);
  /** Whether the selection is being cleared. No row counts as selected then, even before main has answered. */
  #isEnding = $state(false);
  /** Toggles that main has not answered yet, by row id: the state to show, and the number of the toggle. */
  #pending = $state.raw<Readonly<Record<string, { selected: boolean; toggle: number }>>>({});
  #toggles = 0;
  /** Why the last action failed, and how many times the query had changed by then. */
  #failed = $state.raw<{ failure: Failure; changes: number } | null>(null);
  readonly #api: LetterheadApi;
  readonly #organizations: OrganizationsState;

  constructor(api: LetterheadApi, organizations: OrganizationsState) {
    this.#api = api;
    this.#organizations = organizations;
    api.on.organizationsChanged(({ removed }) => {
      if (removed.length > 0 && this.count > 0) void this.#endIfEmpty();
    });
  }

  /** Whether selecting is on: rows show check boxes, and Space toggles them. */
  get selecting(): boolean {
    return !this.#isEnding && (this.#isSelecting || this.count > 0);
  }

  /** How many organizations are selected. */
  get count(): number {
    return this.#summary.count;
  }

  /** How many selected organizations the query hides; 0 while the list is being built. */
  get hidden(): number {
    return this.#organizations.summary?.building ? 0 : this.#summary.hidden;
  }

  /** How many selected organizations need nothing except to be marked as viewed. */
  get unviewed(): number {
    return this.#summary.unviewed;
  }

  /** Why the last action failed, until one succeeds or the query changes; or null. */
  get failure(): Failure | null {
    const failed = this.#failed;
    return failed?.changes === this.#organizations.query.changes ? failed.failure : null;
  }

  /** Whether a row is selected. */
  has({ id, selected }: Pick<ListRow, 'id' | 'selected'>): boolean {
    return !this.#isEnding && (this.#pending[id]?.selected ?? selected);
  }

  /** Clears the selection and stops selecting. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#select(() => this.#api.selection.clear());
    this.#isEnding = false;
    this.#isSelecting = false;
  }

  /** Selects or deselects a row. */
  async toggle(row: Pick<ListRow, 'id' | 'selected'>): Promise<void> {
    const { id } = row;
    const toggle = (this.#toggles += 1);
    this.#pending = { ...this.#pending, [id]: { selected: !this.has(row), toggle } };
    await this.#select((query) => this.#api.selection.toggle({ entryId: id, query }));
    const { [id]: newest, ...rest } = this.#pending;
    // If the row was toggled again during the call, the answer to the newer toggle removes the entry.
    if (newest?.toggle === toggle) this.#pending = rest;
  }

  /**
   * Extends the current range to a row. Rows that the range no longer covers are deselected.
   *
   * @param to the id of the row
   * @param start the id of the row to start a range from, if there is no range in this list
   */
  async extendTo(to: string, start: string): Promise<void> {
    await this.#select((query) => this.#api.selection.extend({ to, start, query }));
  }

  /** Adds everything that matches the query to the selection, including rows that are not loaded. */
  async selectAll(): Promise<void> {
    await this.#select((query) => this.#api.selection.all({ query }));
  }

  /** Marks the selected organizations as viewed, where that is all they need; false when the call failed. */
  markViewed(): Promise<boolean> {
    return this.#select((query) => this.#api.selection.markViewed({ query }));
  }

  /** Makes a call about the selected organizations, and keeps its failure to show it. The selection stays. */
  async act(call: () => Promise<Result<null>>): Promise<void> {
    const result = await call();
    const { changes } = this.#organizations.query;
    this.#failed = result.ok ? null : { failure: result.failure, changes };
  }

  get #summary(): SelectionSummary {
    return this.#isEnding ? NONE : (this.#organizations.summary?.selection ?? NONE);
  }

  /** Makes a call that changes the selection and shows the result; false when it failed. */
  async #select(call: (query: ListQuery) => Promise<Result<SelectionSummary>>): Promise<boolean> {
    this.#isSelecting = true;
    const result = await call(this.#organizations.shown?.query ?? WHOLE_LIST);
    const { changes } = this.#organizations.query;
    this.#failed = result.ok ? null : { failure: result.failure, changes };
    if (result.ok) this.#organizations.setSelection(result.value);
    await this.#organizations.load();
    return result.ok;
  }

  /** Stops selecting when the last selected organization was removed. */
  async #endIfEmpty(): Promise<void> {
    await this.#organizations.load();
    if (this.count === 0) this.#isSelecting = false;
  }
}
