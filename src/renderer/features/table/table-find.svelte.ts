/**
 * Finding and replacing in the table, as its bar shows it. Main counts the cells and knows which is next, so the window never
 * has their texts.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';
import { createFinder, type Find, type Finder } from '../../../shared/find-text';
import { m } from '../../../shared/messages';
import { isFieldName, type FieldName } from '../../../shared/profile';
import type { FindPlace, FoundCells, TableColumn, TableRow } from '../../../shared/table';
import type { TableEdits } from './table-edits.svelte';
import type { TableState } from './table-state.svelte';

/** Shows a cell of the snapshot in the grid. */
export type ShowCell = (row: number, column: TableColumn) => void;

/** The direction of looking for a cell. */
export type FindDirection = 'next' | 'previous';

/** How long typing pauses before it is looked for, in ms. */
const TYPING_PAUSE_MS = 150;

/** What is looked for in a table, and what takes its place. */
export class TableFind {
  text = $state('');
  replacement = $state('');
  matchCase = $state(false);
  wholeText = $state(false);
  /** The column that is searched; null: all that are shown. */
  column = $state<FieldName | null>(null);
  alsoOverDrafts = $state(false);
  /** What the bar does; null: it is closed. */
  #mode = $state<'find' | 'replace' | null>(null);
  /** Goes up whenever the bar is asked for, so that it takes the focus. */
  #asked = $state(0);
  #found = $state.raw<FoundCells | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #status = $state('');
  #isCounting = false;
  #isOutdated = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #api: LetterheadApi;
  readonly #table: TableState;
  readonly #edits: TableEdits;
  readonly #show: ShowCell;

  constructor(
    api: LetterheadApi,
    { table, edits, show }: { table: TableState; edits: TableEdits; show: ShowCell },
  ) {
    this.#api = api;
    this.#table = table;
    this.#edits = edits;
    this.#show = show;
  }

  get mode(): 'find' | 'replace' | null {
    return this.#mode;
  }

  get asked(): number {
    return this.#asked;
  }

  /** How many cells have the text; null while that is not known. */
  get found(): FoundCells | null {
    return this.#found;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  /** What the last press did, or the cell that it went to. */
  get status(): string {
    return this.#status;
  }

  /** The columns that can be searched: fields that are shown. */
  readonly columns: readonly FieldName[] = $derived.by(() =>
    this.#table.columns.map(({ column }) => column).filter(isFieldName),
  );

  /** Whether the metadata are shown, but locked, so that nothing in them is replaced. */
  readonly isMetadataLocked: boolean = $derived.by(
    () =>
      this.#mode === 'replace' &&
      this.columns.includes('external_metadata') &&
      !this.#table.isMetadataUnlocked,
  );

  /** What main looks for; null: nothing. */
  readonly find: Find | null = $derived.by(() => {
    if (this.#mode === null || this.text === '') return null;
    const fields = this.columns.filter(
      (field) =>
        (this.column === null || this.column === field) &&
        (this.#mode === 'find' || this.#edits.fieldOf(field) !== null),
    );
    const { text, matchCase, wholeText } = this;
    return fields.length === 0 ? null : { text, matchCase, wholeText, fields };
  });

  readonly #finder: Finder | null = $derived.by(() => this.find && createFinder(this.find));

  /** Whether a cell has the text, as far as its row carries it. */
  isIn(row: TableRow | null | undefined, column: TableColumn): boolean {
    if (!this.#finder || !row?.texts || !isFieldName(column)) return false;
    return this.find?.fields.includes(column) === true && this.#finder.isIn(row.texts[column]);
  }

  /** Opens the bar, or takes the focus into it. */
  open(mode: 'find' | 'replace'): void {
    // From replacing back to finding only by closing the bar, so that nothing typed goes.
    if (this.#mode !== 'replace') this.#mode = mode;
    this.#asked += 1;
    this.#status = '';
    this.recount();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#mode = null;
    this.#found = null;
    this.#status = '';
    this.#failure = null;
  }

  /** Call it when something else is typed or chosen: goes to the first cell with it, from the active one on. */
  changed(): void {
    this.#status = '';
    this.#found = null;
    this.#failure = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => void this.#go({ direction: 'next', isIncluded: true }),
      TYPING_PAUSE_MS,
    );
  }

  /** Counts again, because rows have changed. */
  recount(): void {
    this.#isOutdated = true;
    if (!this.#isCounting) void this.#count();
  }

  /** Goes to the next or the previous cell. */
  async go(direction: FindDirection): Promise<void> {
    clearTimeout(this.#timer);
    this.#status = '';
    await this.#go({ direction, isIncluded: false });
  }

  /** Replaces in the active cell, if it has the text, and goes to the next one. */
  async replace(): Promise<void> {
    clearTimeout(this.#timer);
    this.#status = '';
    const { find } = this;
    const { snapshot } = this.#table.snapshot;
    const from = this.#place(true);
    const next = await this.#next(from, 'next');
    if (!next || !find) return;
    const isHere = next.row === from.row && next.field === from.column;
    if (!isHere || snapshot !== this.#table.snapshot.snapshot) return this.#showCell(next);
    const row = this.#table.row(next.row);
    const { replacement } = this;
    const finder = createFinder(find);
    const refusal = await this.#edits.retypeCell(row, next.field, (text) =>
      finder.replacedIn(text, replacement),
    );
    await this.#go({ direction: 'next', isIncluded: false });
    this.#status = refusal ?? m.table_find_replaced();
    this.recount();
  }

  /** Replaces in all cells that have the text. */
  async replaceAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#status = '';
    const { find, replacement } = this;
    if (!find) return;
    const alsoOverDrafts = this.alsoOverDrafts && (this.#found?.drafts ?? 0) > 0;
    await this.#edits.replaceAll({
      snapshot: this.#table.snapshot.snapshot,
      find,
      replacement,
      alsoOverDrafts,
    });
    this.recount();
  }

  async #count(): Promise<void> {
    this.#isCounting = true;
    // Only the last of many changes is counted.
    await Promise.resolve();
    while (this.#isOutdated) {
      this.#isOutdated = false;
      const { find } = this;
      const { snapshot } = this.#table.snapshot;
      if (!find || !this.#table.isOpen) {
        this.#found = null;
        continue;
      }
      const outcome = await this.#api.table.find({ snapshot, find });
      // Something else is looked for meanwhile.
      if (find !== this.find || snapshot !== this.#table.snapshot.snapshot) this.#isOutdated = true;
      else if (outcome.ok) this.#found = outcome.value;
      else if (outcome.failure.code !== 'table.outdated') this.#failure = outcome.failure;
    }
    this.#isCounting = false;
  }

  async #go({
    direction,
    isIncluded,
  }: {
    direction: FindDirection;
    isIncluded: boolean;
  }): Promise<void> {
    this.recount();
    const next = await this.#next(this.#place(isIncluded), direction);
    if (next) this.#showCell(next);
  }

  async #next(from: FindPlace, direction: FindDirection) {
    const { find } = this;
    if (!find) return null;
    const { snapshot } = this.#table.snapshot;
    const outcome = await this.#api.table.findNext({ snapshot, find, from, direction });
    const isCurrent = find === this.find && snapshot === this.#table.snapshot.snapshot;
    if (!outcome.ok) {
      if (outcome.failure.code !== 'table.outdated') this.#failure = outcome.failure;
      return null;
    }
    return isCurrent ? outcome.value : null;
  }

  /** The focus stays in the bar, so the cell is said. */
  #showCell({ row, field }: { row: number; field: FieldName }): void {
    this.#show(row, field);
  }

  /** Where the active cell is. */
  #place(isIncluded: boolean): FindPlace {
    const { display, columns, range } = this.#table;
    const { at, column: index } = range.active;
    const column = columns[index]?.column ?? 'name';
    if (at < 0 || at >= display.length) return { row: 0, column: 'name', isIncluded: true };
    const place = display.at(at);
    if (place.kind === 'row') return { row: place.row, column, isIncluded };
    return { row: display.rowsOf(place.group).first, column: 'name', isIncluded: true };
  }
}
