/**
 * The table as the window shows it: the snapshot that main numbered, the loaded rows by number, the columns, and where the
 * person is. Only one request is in flight at a time, and what is scrolled past is not fetched. It outlives its view, so
 * that the table is as it was left when it is shown again.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';
import type { ImportedTable } from '../../../shared/imports';
import { LIST_LIMIT, type ListQuery, type SelectionSummary } from '../../../shared/list-query';
import { success, type Result } from '../../../shared/result';
import {
  DEFAULT_COLUMNS,
  type RowRun,
  type ShownColumns,
  type TableColumn,
  type TableFilter,
  type TableGroup,
  type TableQuery,
  type TableRow,
  type TableSnapshot,
} from '../../../shared/table';
import { excluding, including, mapOf, setOf } from '../../state/immutable';
import { PagedList } from '../../state/paged-list.svelte';
import { DisplayRows } from './display-rows';
import { EditHistory } from './edit-history.svelte';
import { GridRange } from './grid-range.svelte';
import { ImportSetup } from './import-setup.svelte';
import { withColumn, withinTable, withWidth } from './shown-columns';

const NO_ROWS: TableSnapshot = { snapshot: 0, length: 0, groups: [], unread: 0 };

/** Rows whose tick main has not answered yet. */
interface PendingTick {
  rows: RowRun;
  isTicked: boolean;
}

/** The state of the table. */
export class TableState {
  /** The selected cells. */
  readonly range = new GridRange();
  /** What can be undone, and whether the person has unlocked the metadata, so that they can be changed. */
  readonly history = new EditHistory();
  isMetadataUnlocked = $state(false);
  #snapshot = $state.raw<TableSnapshot>(NO_ROWS);
  #isOpen = $state(false);
  /** The query of the snapshot on screen, or of the one that is being opened; empty: neither. */
  #shownQuery = '';
  /** The query that the table showed when it was left. */
  #leftQuery = '';
  #opening = $state.raw<Promise<void> | null>(null);
  /** The end of the edit during which the rows keep their numbers, or null. */
  #frozen: Promise<void> | null = null;
  /** The query whose groups are folded. */
  #foldedQuery = '';
  /** What is to be opened next, and the entry to stay at. */
  #wanted: { query: TableQuery; keep: string | null } | null = null;
  #failure = $state.raw<Failure | null>(null);
  /** The loaded rows; null: its entry was removed. */
  readonly #loaded = new PagedList<TableRow | null>({
    fetch: (run) => this.#fetch(run),
    length: () => this.#snapshot.length,
    isMoreMissing: () => !this.#groupsInView.every((group) => this.#currentGroups.has(group)),
    onend: () => this.#reportView(),
  });
  /** The headings of the groups by number, and those that did not change since they were loaded. */
  #groups = $state.raw(mapOf<number, TableGroup>());
  #currentGroups = setOf<number>();
  #notShown = $state(0);
  #pendingTicks = $state.raw<readonly PendingTick[]>([]);
  #folded = $state.raw(setOf<number>());
  #filters = $state.raw<readonly TableFilter[]>([]);
  #order = $state<TableQuery['order']>('query');
  #columns = $state.raw<ShownColumns>(DEFAULT_COLUMNS);
  /** The width of the grid, in CSS px; 0 until it is known. */
  #width = $state(0);
  /** The width of the grid when no page was beside it, in CSS px; 0 until then. */
  #widthAlone = $state(0);
  /** The columns on screen while one of them is being resized, or null. */
  #resizing = $state.raw<ShownColumns | null>(null);
  readonly #shownColumns = $derived(
    // Opening a page beside the table must not narrow the columns.
    this.#resizing ?? withinTable(this.#columns, Math.max(this.#widthAlone, this.#width)),
  );
  readonly #display = $derived(new DisplayRows(this.#snapshot, this.#folded));
  #groupsInView: readonly number[] = [];
  /** The rows in view without those ahead, and those that main reads first because they are in view. */
  #visible: readonly RowRun[] = [];
  #readFirst = '[]';
  #imported: ImportedTable | null = null;
  #importSetup: ImportSetup | null = null;
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    this.#api = api;
    void this.#loadColumns();
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
    return this.#opening !== null;
  }

  /** Why the last request failed, or null. */
  get failure(): Failure | null {
    return this.#failure ?? this.#loaded.failure;
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

  get width(): number {
    return this.#width;
  }

  /** The columns, in the widths that they are shown in. */
  get columns(): ShownColumns {
    return this.#shownColumns;
  }

  /** How many ticked entries the table does not show. */
  get notShown(): number {
    return this.#notShown;
  }

  /** A row; null if its entry was removed, undefined while it is not loaded. */
  row(number: number): TableRow | null | undefined {
    return this.#loaded.rows.get(number);
  }

  /** The number of an entry's row, if that is loaded. */
  numberOf(entryId: string | null): number | undefined {
    return [...this.#loaded.rows].find(([, row]) => row?.id === entryId)?.[0];
  }

  /** The heading of a group; undefined while it is not loaded. */
  group(number: number): TableGroup | undefined {
    return this.#groups.get(number);
  }

  /** The row at a place of the screen, if it is loaded and its entry was not removed. */
  rowAt(place: number): TableRow | null {
    if (place < 0 || place >= this.#display.length) return null;
    const at = this.#display.at(place);
    return (at.kind === 'row' && this.row(at.row)) || null;
  }

  /** Whether a row is ticked. What was just pressed counts before main has answered. */
  isTicked(number: number): boolean {
    const pending = this.#pendingTicks.findLast(
      ({ rows }) => number >= rows.first && number < rows.end,
    );
    return pending?.isTicked ?? this.row(number)?.ticked ?? false;
  }

  /** How many entries of a group are ticked; 0 while that is not known. */
  tickedIn(number: number): number {
    const { first, end } = this.#display.rowsOf(number);
    const pending = this.#pendingTicks.findLast(
      ({ rows }) => rows.first <= first && rows.end >= end,
    );
    const { ticked = 0, size = end - first } = this.group(number) ?? {};
    if (!pending) return ticked;
    return pending.isTicked ? size : 0;
  }

  /** How many entries of a group can be ticked: those that were removed cannot. */
  tickableIn(number: number): number {
    return this.group(number)?.size ?? this.#display.sizeOf(number);
  }

  /** Ticks or unticks rows. */
  async tick(rows: RowRun, isTicked: boolean, query: ListQuery): Promise<Result<SelectionSummary>> {
    const pending: PendingTick = { rows, isTicked };
    this.#pendingTicks = [...this.#pendingTicks, pending];
    const { snapshot } = this.#snapshot;
    const result = await this.#api.table.tick({ snapshot, ...rows, isTicked, query });
    await this.refresh();
    this.#pendingTicks = this.#pendingTicks.filter((one) => one !== pending);
    return result;
  }

  /**
   * Call it when the table is shown: follows events of main. Returns a function to call when it is left; main then forgets
   * the snapshot. Made for `$effect`.
   */
  follow(): () => void {
    const stop = this.#api.on.organizationsChanged(() => void this.refresh());
    return () => {
      stop();
      this.#readFirst = '[]';
      this.#leftQuery = this.#shownQuery;
      this.#shownQuery = '';
      void this.#api.table.close();
    };
  }

  /** Opens the table for a query, unless that is what it shows. When it is shown again, it stays at the same entry. */
  show(query: ListQuery): void {
    const wanted = this.#queryOf(query);
    const key = JSON.stringify(wanted);
    if (key === this.#shownQuery) return;
    void this.#open(wanted, key === this.#leftQuery ? this.#activeEntry : null);
  }

  /** Main builds the list again, so what is shown has to be opened again. */
  expire(): void {
    this.#shownQuery = '';
  }

  /** The rows keep their numbers until the returned function is called. Made for `$effect`. */
  freeze(): () => void {
    let resolve = (): void => {};
    const promise = new Promise<void>((done) => (resolve = done));
    this.#frozen = promise;
    return () => {
      if (this.#frozen === promise) this.#frozen = null;
      resolve();
    };
  }

  /** Numbers the rows again, in the order that they have now. The active cell stays at its entry. */
  sortAgain(query: ListQuery): void {
    void this.#open(this.#queryOf(query), this.#activeEntry);
  }

  /** The first row for a query, once it is known; null if there is none. */
  async first(query: ListQuery): Promise<TableRow | null> {
    this.show(query);
    await this.#opening;
    if (JSON.stringify(this.#queryOf(query)) !== this.#shownQuery) return null;
    const first = await this.rowOf(0);
    return first.ok ? first.value : null;
  }

  /** A row, fetched if it is not loaded; null if its entry was removed, or there is none. */
  async rowOf(number: number): Promise<Result<TableRow | null>> {
    const loaded = this.row(number);
    if (loaded !== undefined) return success(loaded);
    const { snapshot } = this.#snapshot;
    const result = await this.#api.table.rows({ snapshot, offset: number, limit: 1, groups: [] });
    return result.ok ? success(result.value.rows[0] ?? null) : result;
  }

  /** How a table is imported. What was chosen stays as long as it is the same one. */
  importSetup(imported: ImportedTable): ImportSetup {
    if (this.#importSetup?.table !== imported)
      this.#importSetup = new ImportSetup(this.#api, imported);
    return this.#importSetup;
  }

  /** Shows what an import would change, until it has ended; null: there is none. */
  showImport(imported: ImportedTable | null): void {
    const before = this.#imported;
    this.#imported = imported;
    if (before === null || before === imported) return;
    if (this.#filters.some(({ kind }) => kind === 'planned')) this.setFilter('name', null);
    void this.refresh();
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
    this.#setColumns(withColumn(this.#columns, column, isShown));
    this.saveColumns();
  }

  resetColumns(): void {
    this.#setColumns(DEFAULT_COLUMNS);
    this.saveColumns();
  }

  /** Sets the width of the grid. A page beside it leaves the columns as wide as they are, so that no cell moves. */
  setWidth(width: number, isAlone: boolean): void {
    this.#width = width;
    if (isAlone) this.#widthAlone = width;
  }

  /** Changes the width of a column. Until `saveColumns`, the others stay as they are, so that its edge follows the pointer. */
  resize(column: TableColumn, width: number): void {
    this.#resizing = withWidth(this.columns, column, width);
    this.#columns = withWidth(this.#columns, column, width);
  }

  /** Remembers the columns. If that fails, only this window has them. */
  saveColumns(): void {
    this.#resizing = null;
    void this.#api.table.setColumns({ columns: [...this.#columns] });
  }

  /** Sets which rows of the snapshot and which groups are in view, and fetches what is missing. */
  setInView(rows: readonly RowRun[], groups: readonly number[]): void {
    this.#visible = rows;
    this.#groupsInView = groups;
    this.#loaded.setInView(rows);
  }

  /** Fetches the rows in view again. They keep their places. */
  refresh(): Promise<void> {
    this.#currentGroups = setOf();
    return this.#loaded.refresh();
  }

  #queryOf(query: ListQuery): TableQuery {
    return { query, filters: [...this.#filters], order: this.#order };
  }

  /** The id of the entry at the active cell; null: the active cell is elsewhere. */
  get #activeEntry(): string | null {
    return this.rowAt(this.range.active.at)?.id ?? null;
  }

  async #loadColumns(): Promise<void> {
    const result = await this.#api.table.columns();
    if (result.ok) this.#setColumns(result.value);
  }

  /** The range is by number, so with other columns it is reduced to the active cell, which stays in its column. */
  #setColumns(columns: ShownColumns): void {
    const { at, column } = this.range.active;
    const before = this.#columns[column]?.column;
    const index = columns.findIndex((one) => one.column === before);
    this.#columns = columns;
    const next = index >= 0 ? index : Math.min(column, columns.length - 1);
    this.range.set({ at, column: next });
  }

  #open(query: TableQuery, keep: string | null): Promise<void> {
    this.#shownQuery = JSON.stringify(query);
    this.#wanted = { query, keep };
    this.#opening ??= this.#openWanted();
    return this.#opening;
  }

  async #openWanted(): Promise<void> {
    while (this.#wanted !== null) {
      const { query, keep } = this.#wanted;
      this.#wanted = null;
      const result = await this.#api.table.open({ ...query, keep });
      // Something newer is opened next.
      if (this.#wanted !== null) continue;
      if (this.#frozen) {
        await this.#frozen;
        this.#wanted ??= { query, keep: this.#activeEntry };
        continue;
      }
      this.#failure = result.ok ? null : result.failure;
      if (result.ok) this.#replace(result.value, JSON.stringify(query));
      else this.#shownQuery = '';
    }
    this.#opening = null;
  }

  #replace({ kept, ...snapshot }: TableSnapshot & { kept: number | null }, query: string): void {
    const isSameTree =
      query === this.#foldedQuery && snapshot.groups.join() === this.#snapshot.groups.join();
    this.#foldedQuery = query;
    this.#snapshot = snapshot;
    this.#isOpen = true;
    this.#loaded.reset();
    this.#groups = mapOf();
    this.#currentGroups = setOf();
    if (!isSameTree) this.#folded = setOf();
    this.#groupsInView = [];
    const { column } = this.range.active;
    this.range.set({ at: kept === null ? 0 : this.#display.placeOf(kept), column });
  }

  async #fetch({ first, end }: RowRun): Promise<Result<(TableRow | null)[]> | null> {
    const { snapshot } = this.#snapshot;
    const groups = this.#groupsInView.slice(0, LIST_LIMIT);
    const current = this.#currentGroups;
    const request = { snapshot, offset: first, limit: end - first, groups };
    const result = await this.#api.table.rows(request);
    // An answer about an earlier snapshot is of no use.
    if (snapshot !== this.#snapshot.snapshot) return null;
    if (result.ok) {
      this.#failure = null;
      this.#notShown = result.value.notShown;
      this.#groups = mapOf([
        ...this.#groups,
        ...result.value.groups.map((group, n) => [groups[n] ?? 0, group] as const),
      ]);
      if (this.#currentGroups === current) this.#currentGroups = including(current, groups);
      return success(result.value.rows);
    }
    if (result.failure.code !== 'table.outdated') return result;
    // Main has numbered the rows for another view of this window, or forgotten them.
    if (!this.#opening && this.#shownQuery !== '')
      void this.#open(JSON.parse(this.#shownQuery) as TableQuery, this.#activeEntry);
    return null;
  }

  /** Says which rows in view were never read, so that main reads them first. */
  #reportView(): void {
    const rows = this.#visible.filter(({ first, end }) =>
      Array.from({ length: end - first }, (_, n) => this.row(first + n)).some(
        (row) => row?.texts === null,
      ),
    );
    const key = JSON.stringify(rows);
    if (key === this.#readFirst) return;
    this.#readFirst = key;
    const { snapshot } = this.#snapshot;
    void this.#api.table.view({ snapshot, rows: rows.slice(0, LIST_LIMIT) });
  }
}
