/**
 * Changes of cells: one cell that is typed into, and batches that main makes of many. Each kind of change can be undone.
 * What cannot be done says why; nothing is left out without a word.
 */
import { tick } from 'svelte';
import { m } from '../../../shared/messages';
import { numberText, pluralInputs } from '../../../shared/messages/locale';
import type { Failure } from '../../../shared/failure';
import { success, type Result } from '../../../shared/result';
import { isFieldName, type FieldName } from '../../../shared/profile';
import {
  MAX_CELLS,
  type CellTexts,
  type Replace,
  type RowRun,
  type TableColumn,
  type TableRow,
} from '../../../shared/table';
import { mapOf, setOf } from '../../state/immutable';
import type { Autosave } from '../../state/autosave.svelte';
import type { TextSaver } from '../../state/unsaved-texts';
import type { WindowState } from '../../state/window-state';
import { autosaveOf, CellEdit, retype, textNow, type TypedText } from './cell-edits.svelte';
import type { EditHistory } from './edit-history.svelte';
import { cellCount, cellsOfText, landingOf, type CellBlock, type Target } from './pasted-cells';
import { rowNeedsDecision } from './table-text';
import type { TableState } from './table-state.svelte';

/** Cells to change: rows of a snapshot, and columns, of which those that cannot be changed are left out. */
export interface Cells {
  snapshot: number;
  rows: readonly RowRun[];
  columns: readonly TableColumn[];
}

/** What a block is pasted on: the selected columns, and those after the first of them. */
interface PasteTarget extends Omit<Target, 'columns'> {
  columns: readonly TableColumn[];
}

/** Whether the text of a cell was changed, or why it was not. `failed`: the window says that already. */
export type Retyped = 'changed' | 'unchanged' | 'failed' | { refusal: string };

type BatchCall = () => Promise<Result<{ batchId: string }>>;

/** What is said of texts that were undone or done again, if some of them were not. */
function keptText(done: string, kept: number, count: number): string {
  if (kept === 0) return done;
  const stays = m.table_kept(pluralInputs(kept));
  return kept < count ? `${done} · ${stays}` : stays;
}

const keyOf = (id: string, field: FieldName): string => `${id} ${field}`;

/** The changes of the cells of a table. */
export class TableEdits implements TextSaver {
  readonly history: EditHistory;
  /** Ends when the last step that was begun is in the history, or undone or done again. */
  #turn: Promise<unknown> = Promise.resolve();
  /** What was asked for while a batch was being made, and is done after that. */
  #wanted: readonly ('undo' | 'redo')[] = [];
  #edit = $state.raw<CellEdit | null>(null);
  /** The last edit, until the next action. */
  #lastEdit = $state.raw<CellEdit | null>(null);
  /** The edits of which main may not have everything: the open one, and those that are ending. */
  #running: readonly CellEdit[] = [];
  /** Texts that were typed, until the rows show them. */
  #typed = $state.raw(mapOf<string, string>());
  #status = $state('');
  /** The batch that was undone last, while that is said, and in how many entries it had made drafts. */
  #undone = $state.raw<{ batchId: string; made: number } | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #notPasted = $state.raw<CellBlock>([]);
  readonly #window: Pick<WindowState, 'api' | 'autosaves' | 'changes'>;
  readonly #table: TableState;

  constructor(window: Pick<WindowState, 'api' | 'autosaves' | 'changes'>, table: TableState) {
    this.#window = window;
    this.#table = table;
    this.history = table.history;
  }

  /** The edit of the active cell, or null. */
  get edit(): CellEdit | null {
    return this.#edit;
  }

  /** How many inputs in a row the last edited cell has refused, because its text would have been too long. */
  get refusals(): number {
    return this.#lastEdit?.isRefused === true ? this.#lastEdit.refusals : 0;
  }

  /** What was done or why it was not, for everyone to see and hear. */
  get status(): string {
    const { batches } = this.#window.changes;
    const { batchId, made } = this.#undone ?? {};
    const undone = batches.find(({ id, stage }) => id === batchId && stage === 'undone');
    const kept = undone?.made ?? 0;
    if (kept === 0) return this.#status;
    const stays = m.batch_undone_kept(pluralInputs(kept));
    return kept === made ? `${stays} ${m.table_undone_none()}` : `${this.#status} · ${stays}`;
  }

  /** Why the last action failed, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** The cells that the last paste found no place for; empty if there are none. */
  get notPasted(): CellBlock {
    return this.#notPasted;
  }

  get unsaved(): readonly string[] {
    const loading = this.#running.filter(({ isLoading }) => isLoading).map(({ id }) => id);
    return [...this.#window.autosaves.unsaved, ...loading.filter((id) => id !== null)];
  }

  async flush(): Promise<void> {
    await Promise.all(this.#running.map(({ loading }) => loading));
    await this.#window.autosaves.flush();
  }

  /** The text that was typed into a cell and that its row does not show yet. */
  typedText({ id }: TableRow, field: FieldName): string | undefined {
    const autosave = this.#window.autosaves.get(id);
    const failed = autosave?.failure ? autosave.touched[field]?.text : undefined;
    return this.#typed.get(keyOf(id, field)) ?? failed;
  }

  /** The field that a cell of this column changes; null: it cannot be changed. */
  fieldOf(column: TableColumn | undefined): FieldName | null {
    if (column === undefined || !isFieldName(column)) return null;
    return column === 'external_metadata' && !this.#table.isMetadataUnlocked ? null : column;
  }

  /** The fields that cells of these columns change. */
  fieldsOf(columns: readonly TableColumn[]): FieldName[] {
    return columns.map((column) => this.fieldOf(column)).filter((field) => field !== null);
  }

  /** Forgets what the last action said. */
  clearStatus(): void {
    this.#status = '';
    this.#undone = null;
    this.#failure = null;
    // What was copied may be said when the next edit has begun.
    this.#lastEdit = this.#edit;
    this.#notPasted = [];
  }

  /** Says something about the last action. */
  say(status: string): void {
    this.clearStatus();
    // The same sentence is heard again only if it was gone in between.
    void tick().then(() => (this.#status = status));
  }

  /** Says why the last action failed. */
  fail(failure: Failure): void {
    this.clearStatus();
    this.#failure = failure;
  }

  /**
   * Begins to edit a cell. Returns false, and says why, if it cannot be changed. While its row is loading, the edit begins at
   * once, so that the first letter is not lost; what speaks against it then ends it later.
   *
   * @param number of the row in the snapshot
   * @param text what replaces its text; null: its text is edited
   */
  begin(number: number, column: TableColumn, text: string | null): boolean {
    const row = this.#table.row(number);
    const field = this.fieldOf(column);
    // While the rows are numbered again, main may not know the old number of a row any more.
    const isLater = row === undefined && field !== null && !this.#table.isOpening;
    const refusal = isLater ? null : this.refusalOf(row, column);
    if (refusal !== null || !field) {
      this.say(refusal ?? m.table_refused_fixed());
      return false;
    }
    this.clearStatus();
    void this.commit();
    const load = async () => {
      const found = row ? success(row) : await this.#table.rowOf(number);
      if (!found.ok) return found;
      const refusedLater = this.refusalOf(found.value, column);
      return refusedLater === null && found.value
        ? this.#keptAutosaveOf(found.value.id)
        : { ok: false as const, refusal: refusedLater ?? m.table_refused_removed() };
    };
    const edit = new CellEdit(load, { id: row?.id ?? null, field, text });
    this.#running = [...this.#running, edit];
    this.#edit = edit;
    this.#lastEdit = edit;
    void edit.loading.then((reason) => {
      if (!reason) return;
      if ('refusal' in reason) this.say(reason.refusal);
      else this.#failure = reason.failure;
      if (this.#edit !== edit) return;
      this.#edit = null;
      this.#end(edit);
    });
    return true;
  }

  /** Ends the edit and saves what was typed. */
  async commit(): Promise<void> {
    const edit = this.#edit;
    if (!edit) return;
    this.#edit = null;
    await this.#commit(edit);
  }

  /** @param act called with what was typed, when that is the last step */
  async #commit(
    edit: CellEdit,
    act: (typed: TypedText | null) => unknown = (typed) => typed && this.history.addTyped(typed),
  ): Promise<void> {
    const key = edit.id === null ? null : keyOf(edit.id, edit.field);
    const shown = edit.text;
    if (key !== null && shown !== null) this.#typed = mapOf([...this.#typed, [key, shown]]);
    const committed = edit.commit();
    await this.#inTurn(async () => act(await committed));
    this.#end(edit);
    await this.#table.refresh();
    // Typed again meanwhile: that text is shown until its own save.
    if (key !== null && this.#typed.get(key) === shown) this.#forget(key);
  }

  /** Ends the edit; the text is that from before. */
  async cancel(): Promise<void> {
    const edit = this.#edit;
    if (!edit) return;
    this.#edit = null;
    await edit.cancel();
    this.#end(edit);
  }

  /** Ends the edit, and types its text into all these cells, too. Its own cell has it first, so that nothing loses it. */
  async commitInto(cells: Cells): Promise<void> {
    const edit = this.#edit;
    const { text } = edit ?? { text: null };
    if (!edit || text === null) return this.cancel();
    // The text is the one from before what was refused, which is not what the cells were to have.
    if (edit.isRefused) return this.commit();
    this.#edit = null;
    this.clearStatus();
    const fill = this.#cellsCall('fill', cells, text);
    await (fill ? this.#commit(edit, (typed) => this.#make(fill, typed)) : this.#commit(edit));
  }

  /** Empties cells. */
  clear(cells: Cells): Promise<unknown> {
    const call = this.#cellsCall('clear', cells, '');
    return call ? this.#batch(call) : Promise.resolve();
  }

  /** Types a text into cells. Resolves with why that failed; null also if none of them can be changed, which is said. */
  async fill(cells: Cells, text: string): Promise<Failure | null> {
    const call = this.#cellsCall('fill', cells, text);
    return call ? this.#batch(call) : null;
  }

  /** Says why none of these columns can be changed; false if one can. */
  refusesAll(columns: readonly TableColumn[]): boolean {
    if (this.fieldsOf(columns).length > 0) return false;
    this.say(this.#refusalOfAll(columns));
    return true;
  }

  /** Fills cells with the texts of the first row. */
  async fillDown({ snapshot, rows, columns }: Cells): Promise<void> {
    if (this.refusesAll(columns)) return;
    const fields = this.fieldsOf(columns);
    await this.#batch(() =>
      this.#window.api.drafts.fillDown({ snapshot, rows: [...rows], fields }),
    );
  }

  /** Pastes a text with cells. */
  async paste(text: string, target: PasteTarget): Promise<void> {
    if (text === '') return this.say(m.table_nothing_to_paste());
    const columns = target.columns.map((column) => this.fieldOf(column));
    const { rows, fields, texts, left } = landingOf(cellsOfText(text), { ...target, columns });
    if (fields.length === 0)
      return this.say(this.#refusalOfAll(target.columns.slice(0, target.selectedColumns)));
    this.clearStatus();
    // Main would call it malformed.
    if (texts.length > MAX_CELLS) return this.fail({ code: 'table.too-many-cells' });
    const { snapshot } = this.#table.snapshot;
    const request: CellTexts = {
      kind: 'paste',
      snapshot,
      rows: [...rows],
      fields: [...fields],
      texts: [...texts],
    };
    const failure = texts.some((text) => text !== null)
      ? await this.#batch(() => this.#window.api.drafts.cells(request))
      : null;
    if (failure || left.length === 0) return;
    const count = cellCount(left);
    this.#status =
      count === 1 ? m.table_not_pasted_one() : m.table_not_pasted({ count: numberText(count) });
    this.#notPasted = left;
  }

  /**
   * Changes the text of one cell, like typing: through the autosave of its entry, so that the page sees it at once, and it is
   * undone with what was typed before and after it.
   *
   * @param retyped the new text, or null if it would be too long
   */
  async retypeCell(
    row: TableRow | null,
    field: FieldName,
    retyped: (text: string) => string | null,
  ): Promise<Retyped> {
    this.clearStatus();
    void this.commit();
    const refusal = this.refusalOf(row, field);
    if (refusal !== null || !row) return { refusal: refusal ?? m.table_refused_removed() };
    const { api, autosaves } = this.#window;
    autosaves.keep(row.id);
    const loaded = await autosaveOf(api, autosaves, row.id);
    if (!loaded.ok) this.#failure = loaded.failure;
    const done = loaded.ok
      ? await this.#inTurn(() => this.#retypeIn(loaded.value, field, retyped))
      : 'failed';
    autosaves.letGo(row.id);
    await this.#table.refresh();
    return done;
  }

  async #retypeIn(
    autosave: Autosave,
    field: FieldName,
    retyped: (text: string) => string | null,
  ): Promise<Retyped> {
    const before = textNow(autosave, field);
    const text = retyped(before.text);
    if (text === null) return { refusal: m.table_find_too_long() };
    if (text === before.text) return 'unchanged';
    autosave.edit(field, text);
    this.history.addTyped({ id: autosave.id, field, before, after: textNow(autosave, field) });
    await autosave.flush();
    return autosave.failure ? 'failed' : 'changed';
  }

  /** Replaces a text in all cells that show it. */
  replaceAll(request: Replace): Promise<unknown> {
    return this.#batch(() => this.#window.api.drafts.replace(request));
  }

  /** Undoes the last change. */
  undo(): Promise<void> {
    return this.#inTurn(() => this.#undoLast());
  }

  async #undoLast(): Promise<void> {
    if (this.#waits('undo')) return;
    this.#skipUndone();
    const step = this.history.last;
    if (!step) return;
    this.clearStatus();
    if (step.kind === 'typed') return this.#undoTyped(step.texts);
    const { batchId } = step;
    const made = this.#window.changes.batches.find(({ id }) => id === batchId)?.made ?? 0;
    const undone = await this.#window.api.drafts.undoBatch({ batchId });
    if (!undone.ok) {
      this.#failure = undone.failure;
      if (undone.failure.code === 'batch.not-found') this.history.drop();
      return;
    }
    // Unless it was undone in its line meanwhile.
    if (this.history.last === step) this.history.undone();
    this.#status = m.common_undone();
    this.#undone = { batchId, made };
    const typed = step.repeatsTyped ? this.history.last : null;
    if (typed?.kind === 'typed') await this.#undoTyped(typed.texts, made);
  }

  /** @param others how many other texts have been undone with these */
  async #undoTyped(typed: readonly TypedText[], others = 0): Promise<void> {
    const texts = typed.toReversed();
    const kept = await this.#retype(texts, 'before');
    if (kept === null) return;
    this.history.undone();
    this.#status = keptText(m.common_undone(), kept, texts.length + others);
  }

  /** Does again what was undone last. */
  redo(): Promise<void> {
    return this.#inTurn(() => this.#redoNext());
  }

  async #redoNext(): Promise<void> {
    // Before it is known whether there is anything: an Undo may wait, too.
    if (this.#waits('redo')) return;
    const step = this.history.next;
    if (!step) return;
    this.clearStatus();
    if (step.kind === 'typed') {
      const kept = await this.#retype(step.texts, 'after');
      if (kept === null) return;
      this.history.redone();
      this.#status = keptText(m.table_redone(), kept, step.texts.length);
      const { next } = this.history;
      if (next?.kind === 'batch' && next.repeatsTyped) await this.#redoBatch(next.batchId);
      return;
    }
    await this.#redoBatch(step.batchId);
  }

  async #redoBatch(before: string): Promise<void> {
    const redone = await this.#window.api.drafts.redoBatch({ batchId: before });
    if (!redone.ok) {
      this.#failure = redone.failure;
      if (redone.failure.code === 'batch.not-found') this.history.dropNext();
      return;
    }
    const { batchId } = redone.value;
    this.#window.changes.start(batchId);
    this.history.redone(batchId);
    this.#status = m.table_redone();
  }

  /** Does what was asked for while a batch was being made. Call it when none is any more. */
  async resume(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = [];
    await Promise.all(wanted.map((one) => this[one]()));
  }

  /** One after the other, so that Undo undoes what was done last, and a second press the step before. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act, act);
    this.#turn = done;
    return done;
  }

  /** Batches that were undone in *Changes*. */
  #skipUndone(): void {
    const { batches } = this.#window.changes;
    for (;;) {
      const { last } = this.history;
      if (last?.kind !== 'batch') return;
      if (batches.find(({ id }) => id === last.batchId)?.stage !== 'undone') return;
      this.history.undone();
    }
  }

  #waits(wanted: 'undo' | 'redo'): boolean {
    const { isMaking } = this.#window.changes;
    if (isMaking) this.#wanted = [...this.#wanted, wanted];
    return isMaking;
  }

  /** Resolves with how many texts stay as they are; null: an entry could not be loaded, so nothing was done. */
  async #retype(texts: readonly TypedText[], which: 'before' | 'after'): Promise<number | null> {
    const { api, autosaves } = this.#window;
    const ids = [...setOf(texts.map(({ id }) => id))];
    for (const id of ids) autosaves.keep(id);
    const loaded = await Promise.all(ids.map((id) => autosaveOf(api, autosaves, id)));
    const failures = loaded.flatMap((one) => (one.ok ? [] : [one.failure]));
    // One that was removed does not keep the others.
    this.#failure = failures.find(({ code }) => code !== 'organization.not-saved-here') ?? null;
    let kept: number | null = null;
    if (!this.#failure) {
      kept = texts.filter((typed) => {
        const autosave = autosaves.get(typed.id);
        return !autosave || !retype(autosave, typed, which);
      }).length;
      await autosaves.flush();
    }
    for (const id of ids) autosaves.letGo(id);
    return kept;
  }

  /** The call that puts a text into cells; null, and the reason is said, if none of them can be changed. */
  #cellsCall(kind: CellTexts['kind'], { snapshot, rows, columns }: Cells, text: string) {
    if (this.refusesAll(columns)) return null;
    const fields = this.fieldsOf(columns);
    const texts = fields.map(() => text);
    const request = { kind, snapshot, rows: [...rows], fields, texts };
    return () => this.#window.api.drafts.cells(request);
  }

  /** Resolves with why that failed, or null. */
  #batch(call: BatchCall): Promise<Failure | null> {
    // At the press: later it would clear why the batch before failed.
    this.clearStatus();
    return this.#inTurn(() => this.#make(call));
  }

  /** @param typed the text that was typed into one cell, and with which the batch fills others; null: none */
  async #make(call: BatchCall, typed: TypedText | null = null): Promise<Failure | null> {
    // What is being typed is older than the batch.
    await this.flush();
    const result = await call();
    if (result.ok) {
      this.#window.changes.start(result.value.batchId);
      this.history.addBatch(result.value.batchId, typed);
      return null;
    }
    if (typed) this.history.addTyped(typed);
    this.#failure = result.failure;
    return result.failure;
  }

  /** A batch was made that Undo undoes. */
  madeBatch(batchId: string): Promise<void> {
    this.#window.changes.start(batchId);
    return this.#inTurn(async () => this.history.addBatch(batchId));
  }

  /** The last batch was undone in its line. What was typed since is the last step instead. */
  undoneInLine(batchId: string): void {
    this.say(m.common_undone());
    void this.#inTurn(async () => {
      const { last } = this.history;
      if (last?.kind !== 'batch' || last.batchId !== batchId) return;
      this.history.undone();
      const typed = last.repeatsTyped ? this.history.last : null;
      if (typed?.kind === 'typed') await this.#undoTyped(typed.texts);
    });
  }

  /** Why a cell cannot be changed; null: it can. */
  refusalOf(row: TableRow | null | undefined, column: TableColumn): string | null {
    if (!isFieldName(column)) return m.table_refused_fixed();
    if (row === null) return m.table_refused_removed();
    if (row === undefined) return m.common_loading();
    if (row.texts === null) return m.table_refused_unread();
    if (row.readOnly) return m.table_refused_read_only();
    if (rowNeedsDecision(row)) return m.table_refused_decide();
    return this.fieldOf(column) === null ? m.table_refused_metadata() : null;
  }

  /** Why none of these columns can be changed. */
  #refusalOfAll(columns: readonly TableColumn[]): string {
    return columns.includes('external_metadata')
      ? m.table_refused_metadata()
      : m.table_refused_fixed();
  }

  /** The autosave of an entry, kept until its edit ends. */
  async #keptAutosaveOf(id: string): Promise<Result<Autosave>> {
    const { api, autosaves } = this.#window;
    autosaves.keep(id);
    const autosave = await autosaveOf(api, autosaves, id);
    if (!autosave.ok) autosaves.letGo(id);
    return autosave;
  }

  #end(edit: CellEdit): void {
    this.#running = this.#running.filter((one) => one !== edit);
    if (!edit.isLoading && edit.id !== null) this.#window.autosaves.letGo(edit.id);
  }

  #forget(key: string): void {
    this.#typed = mapOf([...this.#typed].filter(([one]) => one !== key));
  }
}
