/**
 * The entries of one field on a page. Every edit produces a new text for the field, which is handled like typed
 * text: form, draft, review.
 */
import {
  isNumber,
  readJsonEntries,
  renamed,
  sourceOf,
  withNewEntry,
  without,
  withSource,
  withValue,
  type JsonEntry,
} from '../../../../shared/json-entries';
import { restoreLineEnds, type FieldName } from '../../../../shared/profile';
import type { Editor } from '../editor.svelte';

/** The last removed entry; it can be restored until the text changes again. */
interface Removal {
  label: string;
  before: string;
  after: string;
}

/** An entry that is being renamed. */
interface Renaming {
  /** Identifies the entry in the list. */
  key: string;
  /** The entry's label in the list. */
  label: string;
  oldName: string;
  /** What is typed as the new name. */
  name: string;
}

/** The entries of one field. */
export class FieldEntries {
  readonly field: FieldName;
  readonly #editor: Editor;
  #removal = $state.raw<Removal | null>(null);
  /** What is typed as the name of a new entry; null: none is being added. */
  newName = $state<string | null>(null);
  /** The entry that is being renamed; null: none. */
  renaming = $state<Renaming | null>(null);
  /** Whether to say that what was typed as a name comes first. */
  asksForName = $state(false);

  readonly #text = $derived.by(() => this.#editor.autosave.texts[this.field]);
  readonly #parsed = $derived(readJsonEntries(this.#text));
  readonly #before = $derived.by(() => {
    const text = this.#editor.autosave.before(this.field);
    const parsed = readJsonEntries(text);
    return { text, entries: typeof parsed === 'string' ? [] : parsed };
  });
  /** Whether there are entries to edit: the text is an object. */
  readonly editable: boolean = $derived(typeof this.#parsed !== 'string');
  /** The entries; none if the text is not an object. */
  readonly entries: readonly JsonEntry[] = $derived(
    typeof this.#parsed === 'string' ? [] : this.#parsed,
  );
  /** The label of the entry that was just removed, or null. */
  readonly removed: string | null = $derived(
    this.#removal?.after === this.#text ? this.#removal.label : null,
  );

  /** A new name of an entry that was typed and not applied. It is kept while the text has no entries. */
  readonly unfinishedRename: Renaming | null = $derived(
    this.renaming?.name && this.renaming.name !== this.renaming.oldName ? this.renaming : null,
  );
  /** The names that were typed and not applied. */
  readonly unfinishedNames: readonly string[] = $derived(
    [this.newName, this.unfinishedRename?.name].filter((name) => !!name) as string[],
  );

  constructor(editor: Editor, field: FieldName) {
    this.#editor = editor;
    this.field = field;
  }

  /** Whether the value of an entry differs from its value before the field was edited. */
  isChanged(entry: JsonEntry): boolean {
    const original = this.#originalOf(entry);
    return !original || original.source !== sourceOf(this.#text, entry.valueSpan);
  }

  /** Sets a text value; `typed` is the whole value of its control. */
  type(entry: JsonEntry, typed: string): void {
    const value = restoreLineEnds(entry.value, typed);
    const original = this.#originalOf(entry);
    // A value equal to the original gets the original's JSON, so that the field counts as unchanged.
    const isOriginal = original?.kind === 'text' && original.value === value;
    const text = this.#text;
    this.#setText(
      isOriginal ? withSource(text, entry, original.source) : withValue(text, entry, value),
    );
  }

  /** Sets a number; returns false and changes nothing if `typed` is not a number. */
  typeNumber(entry: JsonEntry, typed: string): boolean {
    const source = typed.trim();
    if (!isNumber(source)) return false;
    this.#setText(withSource(this.#text, entry, source));
    return true;
  }

  /** Sets a boolean. */
  setBoolean(entry: JsonEntry, value: boolean): void {
    this.#setText(withSource(this.#text, entry, String(value)));
  }

  /** Renames an entry. */
  rename(entry: JsonEntry, name: string): void {
    this.#setText(renamed(this.#text, entry, name));
  }

  /** Appends an entry with an empty text. */
  add(name: string): void {
    this.#setText(withNewEntry(this.#text, this.entries, name));
  }

  /** Removes an entry; `undoRemove` restores it until the text changes again. */
  remove(index: number, label: string): void {
    const before = this.#text;
    const after = without(before, this.entries, index);
    this.#setText(after);
    this.#removal = { label, before, after };
  }

  /** Undoes the last removal. */
  undoRemove(): void {
    if (this.removed !== null) this.#setText(this.#removal!.before);
  }

  /** Forgets what was typed as a name. */
  cancelNames(): void {
    this.newName = null;
    this.renaming = null;
    this.asksForName = false;
  }

  /** Saves the draft now. */
  save(): void {
    void this.#editor.autosave.flush();
  }

  /** Whether a name is free for `entry`, or for a new entry. */
  isFree(name: string, entry?: JsonEntry): boolean {
    return !this.entries.some((other) => other !== entry && other.name === name);
  }

  /** The entry before the field was edited: same name and, among duplicates of the name, same position. */
  #originalOf(entry: JsonEntry): (JsonEntry & { source: string }) | undefined {
    const namesakes = (entries: readonly JsonEntry[]) =>
      entries.filter(({ name }) => name === entry.name);
    const { text, entries } = this.#before;
    const original = namesakes(entries)[namesakes(this.entries).indexOf(entry)];
    return original && { ...original, source: sourceOf(text, original.valueSpan) };
  }

  #setText(text: string): void {
    this.#editor.setText(this.field, text);
  }
}
