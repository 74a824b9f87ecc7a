/**
 * Changes of cells: one cell that is typed into, and batches that main makes of many. Each kind of change can be undone.
 * What cannot be done says why; nothing is left out without a word.
 */
import { m } from '../../../shared/messages';
import { numberText } from '../../../shared/messages/locale';
import type { Failure } from '../../../shared/failure';
import type { Outcome } from '../../../shared/outcome';
import { isFieldName, type FieldName } from '../../../shared/profile';
import type { CellTexts, RowRun, TableColumn, TableRow } from '../../../shared/table';
import { mapOf } from '../../state/immutable';
import type { TextSaver } from '../../state/unsaved-texts';
import type { WindowState } from '../../state/window-state';
import { autosaveOf, CellEdit, type TypedText } from './cell-edits.svelte';
import { EditHistory } from './edit-history.svelte';
import { cellCount, cellsOfText, landingOf, type CellBlock, type Target } from './pasted-cells';
import { isToDecide } from './table-text';
import type { TableState } from './table-state.svelte';

/** Cells to change: rows of the snapshot, and fields. */
export interface Cells {
  rows: readonly RowRun[];
  fields: readonly FieldName[];
}

const keyOf = (id: string, field: FieldName): string => `${id} ${field}`;

/** The changes of the cells of a table. */
export class TableEdits implements TextSaver {
  /** The metadata can be changed only after the person has unlocked them. */
  isMetadataUnlocked = $state(false);
  readonly history = new EditHistory();
  /** What was asked for while a batch was being made, and is done after that. */
  #wanted = $state<'undo' | 'redo' | null>(null);
  #edit = $state.raw<CellEdit | null>(null);
  /** Texts that were typed, until the rows show them. */
  #typed = $state.raw(mapOf<string, string>());
  #status = $state('');
  #failure = $state.raw<Failure | null>(null);
  #notPasted = $state.raw<CellBlock>([]);
  readonly #window: Pick<WindowState, 'api' | 'autosaves' | 'changes'>;
  readonly #table: TableState;

  constructor(window: Pick<WindowState, 'api' | 'autosaves' | 'changes'>, table: TableState) {
    this.#window = window;
    this.#table = table;
  }

  /** The edit of the active cell, or null. */
  get edit(): CellEdit | null {
    return this.#edit;
  }

  /** What was done or why it was not, for everyone to see and hear. */
  get status(): string {
    return this.#status;
  }

  /** Why the last change failed, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** The cells that the last paste found no place for; empty if there are none. */
  get notPasted(): CellBlock {
    return this.#notPasted;
  }

  get unsaved(): readonly string[] {
    const { unsaved } = this.#window.autosaves;
    return this.#edit?.isLoading ? [...unsaved, this.#edit.id] : unsaved;
  }

  async flush(): Promise<void> {
    await this.#edit?.loading;
    await this.#window.autosaves.flush();
  }

  /** The text that was typed into a cell and that its row does not show yet. */
  typedText({ id }: TableRow, field: FieldName): string | undefined {
    return this.#typed.get(keyOf(id, field));
  }

  /** The field that a cell of this column changes; null: it cannot be changed. */
  fieldOf(column: TableColumn | undefined): FieldName | null {
    if (column === undefined || !isFieldName(column)) return null;
    return column === 'external_metadata' && !this.isMetadataUnlocked ? null : column;
  }

  /** Forgets what the last change said. */
  clearStatus(): void {
    this.#status = '';
    this.#failure = null;
    this.#notPasted = [];
  }

  /** Says something about the last action. */
  say(status: string): void {
    this.clearStatus();
    this.#status = status;
  }

  /**
   * Begins to edit a cell; null if it cannot be changed, which is said.
   *
   * @param text what replaces its text; null: its text is edited
   */
  begin(
    row: TableRow | null | undefined,
    column: TableColumn,
    text: string | null,
  ): CellEdit | null {
    const refusal = this.#refusalOf(row, column);
    const field = this.fieldOf(column);
    if (refusal !== null || !row || !field) {
      this.say(refusal ?? m.table_refused_fixed());
      return null;
    }
    this.clearStatus();
    const { api, autosaves } = this.#window;
    const edit = new CellEdit((id) => autosaveOf(api, autosaves, id), { id: row.id, field, text });
    this.#edit = edit;
    void edit.loading.then((failure) => {
      if (!failure) return;
      this.#failure = failure;
      if (this.#edit === edit) this.#edit = null;
    });
    return edit;
  }

  /** Ends the edit and saves what was typed. */
  async commit(): Promise<void> {
    const edit = this.#edit;
    if (!edit) return;
    this.#edit = null;
    const key = keyOf(edit.id, edit.field);
    const shown = edit.text;
    if (shown !== null) this.#typed = mapOf([...this.#typed, [key, shown]]);
    if (edit.isTooLong) this.#failure = { code: 'profile.too-long' };
    const typed = await edit.commit();
    if (typed) this.history.addTyped(typed);
    this.#window.autosaves.release(edit.id);
    await this.#table.refresh();
    // Typed again meanwhile: that text is shown until its own save.
    if (this.#typed.get(key) === shown) this.#forget(key);
  }

  /** Ends the edit; the text is that from before. */
  async cancel(): Promise<void> {
    const edit = this.#edit;
    if (!edit) return;
    this.#edit = null;
    await edit.cancel();
    this.#window.autosaves.release(edit.id);
  }

  /** Ends the edit, and types its text into all these cells instead. */
  async commitInto({ rows, fields }: Cells): Promise<void> {
    const text = this.#edit?.text ?? null;
    await this.cancel();
    if (text !== null) await this.#change('fill', { rows, fields }, [text]);
  }

  /** Empties cells. */
  clear(cells: Cells): Promise<void> {
    return this.#change('clear', cells, ['']);
  }

  /** Fills cells with the texts of the first row. */
  async fillDown({ rows, fields }: Cells): Promise<void> {
    if (fields.length === 0) return this.say(m.table_refused_fixed());
    const { snapshot } = this.#table.snapshot;
    await this.#batch(() =>
      this.#window.api.drafts.fillDown({ snapshot, rows: [...rows], fields: [...fields] }),
    );
  }

  /** Pastes a text with cells. */
  async paste(text: string, target: Target): Promise<void> {
    if (text === '') return this.say(m.table_nothing_to_paste());
    const { rows, fields, texts, left } = landingOf(cellsOfText(text), target);
    if (fields.length === 0) return this.say(m.table_refused_fixed());
    const { snapshot } = this.#table.snapshot;
    const request: CellTexts = {
      kind: 'paste',
      snapshot,
      rows: [...rows],
      fields: [...fields],
      texts: [...texts],
    };
    await this.#batch(() => this.#window.api.drafts.cells(request));
    if (this.#failure || left.length === 0) return;
    const count = cellCount(left);
    this.#status =
      count === 1 ? m.table_not_pasted_one() : m.table_not_pasted({ count: numberText(count) });
    this.#notPasted = left;
  }

  /** Undoes the last change. */
  async undo(): Promise<void> {
    const step = this.history.last;
    if (!step || this.#waits('undo')) return;
    this.clearStatus();
    if (step.kind === 'typed') await this.#retype(step.texts.toReversed(), 'before');
    else {
      const { batchId } = step;
      const undone = await this.#window.api.drafts.undoBatch({ batchId });
      if (!undone.ok) this.#failure = undone.failure;
    }
    // A batch whose line was closed is not known any more.
    if (this.#failure) return this.history.drop();
    this.history.undone();
    this.#status = m.table_undone();
  }

  /** Does again what was undone last. */
  async redo(): Promise<void> {
    const step = this.history.next;
    if (!step || this.#waits('redo')) return;
    this.clearStatus();
    let batchId: string | undefined;
    if (step.kind === 'typed') await this.#retype(step.texts, 'after');
    else {
      const redone = await this.#window.api.drafts.redoBatch({ batchId: step.batchId });
      if (redone.ok) ({ batchId } = redone.value);
      else this.#failure = redone.failure;
    }
    if (batchId !== undefined) this.#window.changes.start(batchId);
    this.history.redone(batchId);
    if (!this.#failure) this.#status = m.table_redone();
  }

  /** Does what was asked for while a batch was being made. Call it when none is any more. */
  async resume(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = null;
    if (wanted) await this[wanted]();
  }

  #waits(wanted: 'undo' | 'redo'): boolean {
    const { isMaking } = this.#window.changes;
    if (isMaking) this.#wanted = wanted;
    return isMaking;
  }

  async #retype(texts: readonly TypedText[], which: 'before' | 'after'): Promise<void> {
    const { api, autosaves } = this.#window;
    for (const typed of texts) {
      const loaded = await autosaveOf(api, autosaves, typed.id);
      if (loaded.ok) loaded.value.edit(typed.field, typed[which]);
      else this.#failure = loaded.failure;
    }
    await autosaves.flush();
    for (const { id } of texts) autosaves.release(id);
  }

  async #change(kind: CellTexts['kind'], cells: Cells, [text]: [string]): Promise<void> {
    const { rows, fields } = cells;
    if (fields.length === 0) return this.say(m.table_refused_fixed());
    const { snapshot } = this.#table.snapshot;
    const texts = fields.map(() => text);
    await this.#batch(() =>
      this.#window.api.drafts.cells({
        kind,
        snapshot,
        rows: [...rows],
        fields: [...fields],
        texts,
      }),
    );
  }

  async #batch(call: () => Promise<Outcome<{ batchId: string }>>): Promise<void> {
    this.clearStatus();
    // What is being typed is older than the batch.
    await this.flush();
    const outcome = await call();
    if (!outcome.ok) {
      this.#failure = outcome.failure;
      return;
    }
    const { batchId } = outcome.value;
    this.#window.changes.start(batchId);
    this.history.addBatch(batchId);
  }

  #refusalOf(row: TableRow | null | undefined, column: TableColumn): string | null {
    if (!isFieldName(column)) return m.table_refused_fixed();
    if (row === null) return m.table_refused_removed();
    if (!row || row.texts === null) return m.table_refused_unread();
    if (row.readOnly) return m.table_refused_read_only();
    if (isToDecide(row)) return m.table_refused_decide();
    return this.fieldOf(column) === null ? m.table_refused_metadata() : null;
  }

  #forget(key: string): void {
    this.#typed = mapOf([...this.#typed].filter(([one]) => one !== key));
  }
}
