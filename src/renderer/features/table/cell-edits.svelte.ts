/**
 * The cell that is being edited. What is typed goes through the autosave of its entry, the one that its page uses, with
 * every keystroke; Escape takes it back.
 */
import { unsendable } from '../../../shared/advice';
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';
import { success, type Result } from '../../../shared/result';
import type { FieldName } from '../../../shared/profile';
import type { Autosave } from '../../state/autosave.svelte';
import type { Autosaves } from '../../state/autosaves.svelte';

/** A text of a field, and whether it is a draft. */
interface FieldText {
  text: string;
  isDraft: boolean;
}

/** A text of a field that was typed, and the one before it. */
export interface TypedText {
  id: string;
  field: FieldName;
  before: FieldText;
  after: FieldText;
}

/** Why a cell cannot be edited: what failed, or a sentence. */
export type NotEdited = { failure: Failure } | { refusal: string };

/** Loads the autosave of the entry of a cell. */
export type LoadCell = () => Promise<Result<Autosave> | { ok: false; refusal: string }>;

/** What a field shows now. */
export const textNow = (autosave: Autosave, field: FieldName): FieldText => ({
  text: autosave.texts[field],
  isDraft: autosave.isChanged(field),
});

const isSame = (one: FieldText, other: FieldText): boolean =>
  one.text === other.text && one.isDraft === other.isDraft;

/** Puts a text back. One that was no draft makes none: somebody else may have changed it since. */
function typeBack(autosave: Autosave, field: FieldName, { text, isDraft }: FieldText): void {
  autosave.edit(field, isDraft ? text : autosave.baseline[field]);
}

/**
 * Types the text from before again, or the one after it. False if the field does not show the other one any more, or
 * not as the draft that it was: then it stays as it is, because no one would see what is overwritten.
 */
export function retype(
  autosave: Autosave,
  { field, before, after }: TypedText,
  which: 'before' | 'after',
): boolean {
  const [from, to] = which === 'before' ? [after, before] : [before, after];
  if (!isSame(textNow(autosave, field), from)) return false;
  typeBack(autosave, field, to);
  return true;
}

/** An edit of one cell, from its first keystroke to the last. */
export class CellEdit {
  readonly field: FieldName;
  readonly #id: string | null;
  /** The text in the control; null until it is loaded, for an edit of the text that is there. */
  #text = $state<string | null>(null);
  #isRefused = $state(false);
  #refusals = $state(0);
  /** Whether the autosave has got anything of this edit. */
  #isTyped = false;
  /** The autosave of the entry, and the text of the field from before. */
  #loaded: { autosave: Autosave; before: FieldText } | null = null;
  readonly #loading: Promise<NotEdited | null>;

  /**
   * @param id the entry; null: its row is not loaded yet
   * @param text what replaces the text that is there; null: that text is edited
   */
  constructor(
    load: LoadCell,
    { id, field, text }: { id: string | null; field: FieldName; text: string | null },
  ) {
    this.#id = id;
    this.field = field;
    this.#text = text;
    this.#loading = this.#load(load);
  }

  /** The id of the entry; null while its row is not loaded. */
  get id(): string | null {
    return this.#loaded?.autosave.id ?? this.#id;
  }

  /** Whether its entry is not loaded yet, so that its autosave does not have what is typed. */
  get isLoading(): boolean {
    return this.#loaded === null;
  }

  get text(): string | null {
    return this.#text;
  }

  /** Whether the last input was refused, because the text would have been too long to be saved. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** How many inputs were refused. */
  get refusals(): number {
    return this.#refusals;
  }

  /** Resolves once the text is there, or with why it cannot be edited. */
  get loading(): Promise<NotEdited | null> {
    return this.#loading;
  }

  /** Handles typing; `text` is the whole value of the control. Returns false, and keeps the text, if this one is too long. */
  type(text: string): boolean {
    this.#isRefused = unsendable(text) !== null;
    if (this.#isRefused) {
      this.#refusals += 1;
      return false;
    }
    this.#text = text;
    this.#save(text);
    return true;
  }

  /** Gives a text to the autosave, if that is loaded. */
  #save(text: string): void {
    if (!this.#loaded) return;
    const { autosave } = this.#loaded;
    // With the CRLF line ends of the text before it, which count as two, it may be too long.
    if (!autosave.type(this.field, text)) autosave.edit(this.field, text);
    this.#isTyped = true;
  }

  /** Resolves with what was typed, once main has it or saving it failed; null if nothing was changed. */
  async commit(): Promise<TypedText | null> {
    if ((await this.#loading) || !this.#loaded) return null;
    const { autosave, before } = this.#loaded;
    const after = textNow(autosave, this.field);
    await autosave.flush();
    // Without a draft before and after, any difference is somebody else's change.
    const isChanged = !isSame(before, after) && (before.isDraft || after.isDraft);
    return this.#isTyped && isChanged
      ? { id: autosave.id, field: this.field, before, after }
      : null;
  }

  /** Puts the text from before back. */
  async cancel(): Promise<void> {
    this.#text = null;
    if ((await this.#loading) || !this.#loaded || !this.#isTyped) return;
    const { autosave, before } = this.#loaded;
    typeBack(autosave, this.field, before);
    await autosave.flush();
  }

  async #load(load: LoadCell): Promise<NotEdited | null> {
    const loaded = await load();
    if (!loaded.ok) return loaded;
    const autosave = loaded.value;
    this.#loaded = { autosave, before: textNow(autosave, this.field) };
    if (this.#text === null) this.#text = autosave.shown(this.field);
    else this.#save(this.#text);
    return null;
  }
}

/** The autosave of an entry, whether its page is open or not. Keep it before: see `Autosaves.keep`. */
export async function autosaveOf(
  api: LetterheadApi,
  autosaves: Autosaves,
  id: string,
): Promise<Result<Autosave>> {
  await autosaves.settle(id);
  const view = await api.organizations.view({ entryId: id });
  return view.ok ? success(autosaves.of(view.value)) : view;
}
