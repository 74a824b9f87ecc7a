/** What was done to cells, to undo it and do it again: batches, and texts that were typed, of which those in a row are one. */
import type { TypedText } from './cell-edits.svelte';

/** What one Undo undoes. */
export type EditStep =
  | {
      kind: 'batch';
      batchId: string;
      /** Whether it filled other cells with the text of the step before. Undo and Redo treat both as one step. */
      repeatsTyped: boolean;
    }
  | { kind: 'typed'; texts: readonly TypedText[] };

/** The steps of this table, the newest last. */
export class EditHistory {
  #done = $state.raw<readonly EditStep[]>([]);
  #undone = $state.raw<readonly EditStep[]>([]);

  /** What Undo would undo; null: nothing. */
  get last(): EditStep | null {
    return this.#done.at(-1) ?? null;
  }

  /** What Redo would do again; null: nothing. */
  get next(): EditStep | null {
    return this.#undone.at(-1) ?? null;
  }

  /** @param typed the text that was typed into one cell, and with which the batch fills others; null: none */
  addBatch(batchId: string, typed: TypedText | null = null): void {
    if (typed) this.#add({ kind: 'typed', texts: [typed] });
    this.#add({ kind: 'batch', batchId, repeatsTyped: typed !== null });
  }

  addTyped(text: TypedText): void {
    const { last } = this;
    if (last?.kind !== 'typed' || this.#undone.length > 0)
      return this.#add({ kind: 'typed', texts: [text] });
    this.#done = [...this.#done.slice(0, -1), { kind: 'typed', texts: [...last.texts, text] }];
  }

  /** Call it when the last step was undone. */
  undone(): void {
    const { last } = this;
    if (!last) return;
    this.#done = this.#done.slice(0, -1);
    this.#undone = [...this.#undone, last];
  }

  /** Call it when the last step cannot be undone. */
  drop(): void {
    this.#done = this.#done.slice(0, -1);
  }

  /** Call it when the next step cannot be done again. */
  dropNext(): void {
    this.#undone = this.#undone.slice(0, -1);
  }

  /** Call it when the next step was done again. A batch is another one then. */
  redone(batchId?: string): void {
    const { next } = this;
    if (!next) return;
    this.#undone = this.#undone.slice(0, -1);
    const again = next.kind === 'batch' && batchId !== undefined ? { ...next, batchId } : next;
    this.#done = [...this.#done, again];
  }

  #add(step: EditStep): void {
    this.#done = [...this.#done, step];
    this.#undone = [];
  }
}
