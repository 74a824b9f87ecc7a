/**
 * Finding and replacing in the table, as its bar shows it. Main counts the cells and knows which is next, so the window never
 * has their texts.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';
import { createFinder, type Find, type Finder, type Marks } from '../../../shared/find-text';
import { m } from '../../../shared/messages';
import { isFieldName, type FieldName } from '../../../shared/profile';
import type { FindPosition, FoundCells, TableColumn, TableRow } from '../../../shared/table';
import type { Retyped, TableEdits } from './table-edits.svelte';
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
  /** The column that was chosen; null: all that are shown. */
  column = $state<FieldName | null>(null);
  alsoOverDrafts = $state(false);
  /** What the bar does; null: it is closed. */
  #mode = $state<'find' | 'replace' | null>(null);
  /** Goes up whenever the bar is asked for, so that it takes the focus. */
  #asked = $state(0);
  /** What main counted last, and what that was: a text in a snapshot. */
  #counted = $state.raw<{ key: string; found: FoundCells } | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #status = $state('');
  #isReplaced = $state(false);
  /** What the last press replaces, until that is done. */
  #running: Promise<void> | null = null;
  #isAllWanted = false;
  /** The cell in which *Replace* was last, and the text that it made. That may contain what is looked for, too. */
  #made: string | null = null;
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

  /**
   * What main looks for; null: nothing. The mode is checked first: a count may still run when the table was left, and must
   * not read a derived value of a component that is gone.
   */
  get find(): Find | null {
    return this.#mode === null ? null : this.#find;
  }

  /** How many cells have the text; null while that is not known. */
  get found(): FoundCells | null {
    return this.#counted?.key === this.#key ? this.#counted.found : null;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  /** What the last press did, or the cell that it went to. */
  get status(): string {
    return this.#status;
  }

  /** Whether the status says that something was replaced. */
  get isReplaced(): boolean {
    return this.#isReplaced;
  }

  /** The columns that can be searched: fields that are shown. */
  readonly columns: readonly FieldName[] = $derived.by(() =>
    this.#table.columns.map(({ column }) => column).filter(isFieldName),
  );

  /** The column that is searched; undefined: all, also while the chosen one is hidden. */
  readonly searched: FieldName | undefined = $derived.by(() =>
    this.columns.find((column) => column === this.column),
  );

  /** Whether the metadata are shown, but locked, so that nothing in them is replaced. */
  readonly isMetadataLocked: boolean = $derived.by(
    () =>
      this.#mode === 'replace' &&
      this.columns.includes('external_metadata') &&
      !this.#table.isMetadataUnlocked,
  );

  readonly #find: Find | null = $derived.by(() => {
    if (this.text === '') return null;
    const fields = this.columns.filter(
      (field) =>
        (this.searched ?? field) === field &&
        (this.#mode === 'find' || this.#edits.fieldOf(field) !== null),
    );
    const { text, matchCase, wholeText } = this;
    return fields.length === 0 ? null : { text, matchCase, wholeText, fields };
  });

  /** What is to be counted. */
  readonly #key: string = $derived.by(() =>
    JSON.stringify([this.#table.snapshot.snapshot, this.find]),
  );

  readonly #finder: Finder | null = $derived.by(() => this.find && createFinder(this.find));

  /** Whether a cell has the text, as far as its row carries it. */
  isIn(row: TableRow | null | undefined, column: TableColumn): boolean {
    if (!this.#finder || !row?.texts || !isFieldName(column)) return false;
    return this.find?.fields.includes(column) === true && this.#finder.isIn(row.texts[column]);
  }

  /** Where the text is in what a cell shows. Null: it is not in the cell; empty: only in what the cell does not show. */
  marksIn(row: TableRow | null | undefined, column: TableColumn, shown: string): Marks | null {
    return (this.isIn(row, column) && this.#finder?.marksIn(shown)) || null;
  }

  /** Opens the bar, or takes the focus into it. */
  open(mode: 'find' | 'replace'): void {
    // From replacing back to finding only by closing the bar, so that nothing typed goes.
    if (this.#mode !== 'replace') this.#mode = mode;
    this.#asked += 1;
    this.#say('');
    this.recount();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#mode = null;
    this.#counted = null;
    this.alsoOverDrafts = false;
    this.#say('');
    this.#failure = null;
  }

  /** Call it when something else is typed or chosen: goes to the first cell with it, from the active one on. */
  changed(): void {
    this.#say('');
    this.#made = null;
    // It was about the drafts that were counted.
    this.alsoOverDrafts = false;
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
    this.#say('');
    await this.#go({ direction, isIncluded: false });
  }

  /**
   * Replaces in the active cell, if it has the text, and goes to the next one. A press before an earlier one is done does
   * nothing: no one has seen yet what that has replaced.
   */
  async replace(): Promise<void> {
    if (this.#running) return;
    await this.#run(async () => {
      const { find, replacement } = this;
      const { snapshot } = this.#table.snapshot;
      const from = this.#position(true);
      const next = await this.#next(from, 'next');
      if (!next || !find) return;
      const isHere = next.row === from.row && next.field === from.column;
      if (!isHere || snapshot !== this.#table.snapshot.snapshot) return this.#showCell(next);
      const row = await this.#table.rowOf(next.row);
      if (!row.ok) return this.#fail(row.failure);
      const cell = { row: row.value, field: next.field };
      const done = await this.#replaceIn(cell, createFinder(find), replacement);
      if (done === 'failed') return;
      if (typeof done !== 'string') return this.#say(done.refusal);
      await this.#go({ direction: 'next', isIncluded: false });
      if (done === 'changed') this.#say(m.common_replaced(), true);
    });
  }

  /** Replaces in all cells that have the text, after an earlier press is done. */
  async replaceAll(): Promise<void> {
    if (this.#isAllWanted) return;
    // What may be typed while an earlier press is not done is about the next one.
    const { find, found, replacement } = this;
    if (!find || !found) return;
    const alsoOverDrafts = this.alsoOverDrafts && found.drafts > 0;
    const { snapshot } = this.#table.snapshot;
    this.#isAllWanted = true;
    await this.#running;
    await this.#run(async () => {
      await this.#edits.replaceAll({ snapshot, find, replacement, alsoOverDrafts });
      this.alsoOverDrafts = false;
    }).finally(() => (this.#isAllWanted = false));
  }

  #run(act: () => Promise<void>): Promise<void> {
    clearTimeout(this.#timer);
    this.#say('');
    this.#running = act().finally(() => {
      this.#running = null;
      this.recount();
    });
    return this.#running;
  }

  #replaceIn(
    { row, field }: { row: TableRow | null; field: FieldName },
    finder: Finder,
    replacement: string,
  ): Promise<Retyped> {
    const cellWith = (text: string): string => JSON.stringify([row?.id, field, text, replacement]);
    return this.#edits.retypeCell(row, field, (text) => {
      if (this.#made === cellWith(text)) return text;
      const replaced = finder.replacedIn(text, replacement);
      if (replaced !== null) this.#made = cellWith(replaced);
      return replaced;
    });
  }

  #say(status: string, isReplaced = false): void {
    this.#status = status;
    this.#isReplaced = isReplaced;
  }

  /** The rows are numbered again already if they are outdated. */
  #fail(failure: Failure): void {
    if (failure.code !== 'table.outdated') this.#failure = failure;
  }

  async #count(): Promise<void> {
    this.#isCounting = true;
    // Only the last of many changes is counted.
    await Promise.resolve();
    while (this.#isOutdated) {
      this.#isOutdated = false;
      const { find } = this;
      if (!find || !this.#table.isOpen) continue;
      const key = this.#key;
      const { snapshot } = this.#table.snapshot;
      const result = await this.#api.table.find({ snapshot, find });
      // Something else is looked for meanwhile.
      if (!this.find || key !== this.#key) this.#isOutdated = true;
      else if (result.ok) this.#counted = { key, found: result.value };
      else this.#fail(result.failure);
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
    const next = await this.#next(this.#position(isIncluded), direction);
    if (next) this.#showCell(next);
  }

  async #next(from: FindPosition, direction: FindDirection) {
    const { find } = this;
    if (!find) return null;
    const { snapshot } = this.#table.snapshot;
    const result = await this.#api.table.findNext({ snapshot, find, from, direction });
    const isCurrent = find === this.find && snapshot === this.#table.snapshot.snapshot;
    if (result.ok) return isCurrent ? result.value : null;
    this.#fail(result.failure);
    return null;
  }

  /** The focus stays in the bar, so the cell is said. */
  #showCell({ row, field }: { row: number; field: FieldName }): void {
    this.#show(row, field);
  }

  /** Where the active cell is. */
  #position(isIncluded: boolean): FindPosition {
    const { display, columns, range } = this.#table;
    const { at, column: index } = range.active;
    const column = columns[index]?.column ?? 'name';
    if (at < 0 || at >= display.length) return { row: 0, column: 'name', isIncluded: true };
    const place = display.at(at);
    if (place.kind === 'row') return { row: place.row, column, isIncluded };
    return { row: display.rowsOf(place.group).first, column: 'name', isIncluded: true };
  }
}
