/**
 * The entries of one field on a page, and what a person can do with them. Every edit becomes a new text
 * of the field and goes the way of everything typed: form, draft on disk, review.
 */
import {
  isNumber,
  readEntries,
  renamed,
  sourceOf,
  withNew,
  without,
  withSource,
  withValue,
  type Entry,
} from '../../../../shared/json-entries';
import { unsendable } from '../../../../shared/advice';
import { fromTyped, type FieldName } from '../../../../shared/profile';
import type { Editor } from '../editor.svelte';

/**
 * What there is to edit: `aside` while the text of an object is being typed and is not complete, `none`
 * where it was no object before either, and that is nothing to talk about.
 */
interface Now {
  standing: 'there' | 'aside' | 'none';
  entries: readonly Entry[];
}

const NOTHING: Now = { standing: 'none', entries: [] };

/** What was removed last, for as long as nothing else is edited. */
interface Removal {
  label: string;
  before: string;
  after: string;
}

/** The entries of one field. */
export class FieldEntries {
  readonly field: FieldName;
  readonly #editor: Editor;
  #removal = $state.raw<Removal | null>(null);
  /** The entries last seen: what keeps their room while the text is broken. */
  #seen: readonly Entry[] | null = null;

  readonly #text = $derived.by(() => this.#editor.form.texts[this.field]);
  readonly #read = $derived(readShort(this.#text));
  readonly #before = $derived.by(() => {
    const text = this.#editor.form.before(this.field);
    const reading = readShort(text);
    return { text, entries: typeof reading === 'string' ? [] : reading };
  });
  readonly #now = $derived.by((): Now => {
    const reading = this.#read;
    if (reading === 'broken' && this.#seen) return { standing: 'aside', entries: this.#seen };
    this.#seen = typeof reading === 'string' ? null : reading;
    return this.#seen ? { standing: 'there', entries: this.#seen } : NOTHING;
  });

  /** Whether there are entries to edit. */
  readonly standing: Now['standing'] = $derived(this.#now.standing);
  /** The entries, or the last ones while they are aside. */
  readonly entries: readonly Entry[] = $derived(this.#now.entries);
  /** What the entry was called that was removed a moment ago, or null. */
  readonly removed: string | null = $derived(
    this.#removal?.after === this.#text ? this.#removal.label : null,
  );

  constructor(editor: Editor, field: FieldName) {
    this.#editor = editor;
    this.field = field;
  }

  /** Whether an entry's value differs from the one the edit of the field started from. */
  isChanged(entry: Entry): boolean {
    const was = this.#was(entry);
    return !was || was.source !== sourceOf(this.#text, entry.valueSpan);
  }

  /** The person typed into the control of a text; `typed` is all it holds now. */
  type(entry: Entry, typed: string): void {
    const value = fromTyped(entry.value, typed);
    const was = this.#was(entry);
    // What says the same as before is written as before, and so is no edit any more.
    const same = was?.kind === 'text' && was.value === value;
    const text = this.#text;
    this.#put(same ? withSource(text, entry, was.source) : withValue(text, entry, value));
  }

  /** The person typed into the control of a number; false where that is none, and nothing changes. */
  typeNumber(entry: Entry, typed: string): boolean {
    const source = typed.trim();
    if (!isNumber(source)) return false;
    this.#put(withSource(this.#text, entry, source));
    return true;
  }

  /** The person said yes or no. */
  choose(entry: Entry, yes: boolean): void {
    this.#put(withSource(this.#text, entry, String(yes)));
  }

  /** Gives an entry another name. */
  rename(entry: Entry, name: string): void {
    this.#put(renamed(this.#text, entry, name));
  }

  /** Puts an entry with an empty text at the end. */
  add(name: string): void {
    this.#put(withNew(this.#text, this.entries, name));
  }

  /** Removes an entry; `putBack` undoes it until something else is edited. */
  remove(index: number, label: string): void {
    const before = this.#text;
    const after = without(before, this.entries, index);
    this.#put(after);
    this.#removal = { label, before, after };
  }

  /** Undoes the last removal. */
  putBack(): void {
    if (this.removed !== null) this.#put(this.#removal!.before);
  }

  /** Keeps on disk what is not kept yet. */
  keep(): void {
    void this.#editor.autosave.flush();
  }

  /** Whether a name is free for `entry`, or for a new one. */
  isFree(name: string, entry?: Entry): boolean {
    return !this.entries.some((other) => other !== entry && other.name === name);
  }

  /** The entry as it was before the edit of the field: of those with its name, the same one. */
  #was(entry: Entry): (Entry & { source: string }) | undefined {
    const namesakes = (entries: readonly Entry[]) =>
      entries.filter(({ name }) => name === entry.name);
    const { text, entries } = this.#before;
    const was = namesakes(entries)[namesakes(this.entries).indexOf(entry)];
    return was && { ...was, source: sourceOf(text, was.valueSpan) };
  }

  #put(text: string): void {
    // The places of the entries are those of a complete text.
    if (this.standing === 'there') this.#editor.put(this.field, text);
  }
}

/** Reads a text that can be sent; a pasted file is none of ours. */
function readShort(text: string): ReturnType<typeof readEntries> {
  return unsendable(text) ? 'other' : readEntries(text);
}
