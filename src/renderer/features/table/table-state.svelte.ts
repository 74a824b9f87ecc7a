/**
 * The table as the window shows it: the snapshot that main numbered, the loaded rows by number, and the columns. Only one
 * request is in flight at a time, and what is scrolled past is not fetched.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';
import { LIST_LIMIT, type ListQuery } from '../../../shared/list-query';
import {
  DEFAULT_COLUMNS,
  type ShownColumns,
  type TableColumn,
  type TableFilter,
  type TableGroup,
  type TableQuery,
  type TableRow,
  type TableSnapshot,
} from '../../../shared/table';
import { excluding, including, setOf } from '../../state/immutable';
import { DisplayRows } from './display-rows';
import {
  NOTHING_LOADED,
  nextRun,
  outdated,
  withAhead,
  withAnswer,
  type InView,
} from './loaded-rows';
import { withColumn, withWidth } from './shown-columns';

const NO_ROWS: TableSnapshot = { snapshot: 0, length: 0, groups: [], unread: 0 };

/** The state of the table. Created when the table is shown. */
export class TableState {
  #snapshot = $state.raw<TableSnapshot>(NO_ROWS);
  #isOpen = $state(false);
  /** The query of the snapshot on screen, and of the one that is being opened. */
  #shownQuery = '';
  #isOpening = $state(false);
  #wanted: TableQuery | null = null;
  #failure = $state.raw<Failure | null>(null);
  #loaded = $state.raw(NOTHING_LOADED);
  #folded = $state.raw(setOf<number>());
  #filters = $state.raw<readonly TableFilter[]>([]);
  #order = $state<TableQuery['order']>('query');
  #columns = $state.raw<ShownColumns>(DEFAULT_COLUMNS);
  readonly #display = $derived(new DisplayRows(this.#snapshot, this.#folded));
  #inView: InView = { runs: [], groups: [] };
  /** How often main reported changes. */
  #changes = 0;
  #isFetching = false;
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    this.#api = api;
  }

  get snapshot(): TableSnapshot {
    return this.#snapshot;
  }

  /** Whether main has numbered the rows at least once. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether main is numbering the rows of another query, or again. */
  get isOpening(): boolean {
    return this.#isOpening;
  }

  /** Why the last request failed, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** The places on screen. */
  get display(): DisplayRows {
    return this.#display;
  }

  get filters(): readonly TableFilter[] {
    return this.#filters;
  }

  get order(): TableQuery['order'] {
    return this.#order;
  }

  get columns(): ShownColumns {
    return this.#columns;
  }

  /** A row; null if its entry was removed, undefined while it is not loaded. */
  row(number: number): TableRow | null | undefined {
    return this.#loaded.rows.get(number);
  }

  /** The heading of a group; undefined while it is not loaded. */
  group(number: number): TableGroup | undefined {
    return this.#loaded.groups.get(number);
  }

  /** Follows events of main; returns a function that stops it. Made for `$effect`. */
  follow(): () => void {
    return this.#api.on.organizationsChanged(() => this.refresh());
  }

  async loadColumns(): Promise<void> {
    const outcome = await this.#api.table.columns();
    if (outcome.ok) this.#columns = outcome.value;
  }

  /** Opens the table for a query, unless that is what it shows. */
  show(query: ListQuery): void {
    const wanted = { query, filters: [...this.#filters], order: this.#order };
    if (JSON.stringify(wanted) !== this.#shownQuery) void this.#open(wanted);
  }

  /** Numbers the rows again, in the order that they have now. */
  sortAgain(query: ListQuery): void {
    void this.#open({ query, filters: [...this.#filters], order: this.#order });
  }

  /** Sets the filter of a column; null: none. */
  setFilter(field: TableFilter['field'], filter: TableFilter | null): void {
    const others = this.#filters.filter((one) => one.field !== field);
    this.#filters = filter ? [...others, filter] : others;
  }

  clearFilters(): void {
    this.#filters = [];
  }

  setOrder(order: TableQuery['order']): void {
    this.#order = order;
  }

  fold(group: number, isFolded: boolean): void {
    this.#folded = (isFolded ? including : excluding)(this.#folded, [group]);
  }

  /** Shows or hides a column. The name is always shown. */
  toggleColumn(column: TableColumn, isShown: boolean): void {
    this.#columns = withColumn(this.#columns, column, isShown);
    this.saveColumns();
  }

  resetColumns(): void {
    this.#columns = DEFAULT_COLUMNS;
    this.saveColumns();
  }

  /** Changes the width of a column on screen, until `saveColumns`. */
  resize(column: TableColumn, width: number): void {
    this.#columns = withWidth(this.#columns, column, width);
  }

  /** Remembers the columns. If that fails, only this window has them. */
  saveColumns(): void {
    void this.#api.table.setColumns({ columns: [...this.#columns] });
  }

  /** Sets what is in view, and fetches what is missing. */
  setInView(inView: InView): void {
    this.#inView = withAhead(inView, this.#snapshot.length);
    void this.#fetch();
  }

  /** Fetches the rows in view again. They keep their places. */
  refresh(): void {
    this.#changes += 1;
    this.#loaded = outdated(this.#loaded);
    void this.#fetch();
  }

  async #open(wanted: TableQuery): Promise<void> {
    this.#shownQuery = JSON.stringify(wanted);
    this.#wanted = wanted;
    if (this.#isOpening) return;
    this.#isOpening = true;
    while (this.#wanted !== null) {
      const query: TableQuery = this.#wanted;
      this.#wanted = null;
      const outcome = await this.#api.table.open(query);
      this.#failure = outcome.ok ? null : outcome.failure;
      if (!outcome.ok) this.#shownQuery = '';
      else {
        this.#snapshot = outcome.value;
        this.#isOpen = true;
        this.#loaded = NOTHING_LOADED;
        this.#folded = setOf();
        this.#inView = { runs: [], groups: [] };
      }
    }
    this.#isOpening = false;
  }

  /** Fetches what is missing in view, one request after the other. */
  async #fetch(): Promise<void> {
    if (this.#isFetching) return;
    this.#isFetching = true;
    let run = nextRun(this.#loaded, this.#inView);
    while (run && this.#isOpen) {
      const { snapshot } = this.#snapshot;
      const { first, end } = run;
      const groups = this.#inView.groups.slice(0, LIST_LIMIT);
      const changes = this.#changes;
      const request = { snapshot, offset: first, limit: end - first, groups };
      const outcome = await this.#api.table.rows(request);
      // An answer about an earlier snapshot is of no use; the rows of this one are fetched now.
      if (snapshot === this.#snapshot.snapshot) {
        if (!outcome.ok) {
          // Main has numbered the rows again, and its answer is on the way.
          if (outcome.failure.code !== 'table.outdated') this.#failure = outcome.failure;
          break;
        }
        this.#failure = null;
        const answer = { first, numbers: groups, ...outcome.value };
        const isCurrent = changes === this.#changes;
        this.#loaded = withAnswer(this.#loaded, answer, this.#inView, isCurrent);
      }
      run = nextRun(this.#loaded, this.#inView);
    }
    this.#isFetching = false;
  }
}
