/**
 * What is to be filled in many organizations: whole texts of fields, or one entry of a JSON text. A field gets a new text
 * or *Clear*: an empty text without *Clear* is invalid and never clears it. The text of an entry may be empty.
 */
import { unsendable } from '../../../shared/advice';
import type { JSON_FIELDS } from '../../../shared/json-entries';
import { FIELD_NAMES, type Edits, type FieldName } from '../../../shared/profile';

/** One field as the dialog shows it. */
export class FieldFill {
  readonly field: FieldName;
  /** Whether this field is to be filled. */
  included = $state(false);
  /** What was typed; kept while the field is cleared or not included. */
  text = $state('');
  clear = $state(false);

  constructor(field: FieldName) {
    this.field = field;
  }

  /** Why this field is invalid, or null. */
  get problem(): 'missing' | 'too-long' | null {
    if (!this.included || this.clear) return null;
    return this.text === '' ? 'missing' : unsendable(this.text);
  }
}

/** One entry to set in JSON texts of a field. */
export class JsonEntryFill {
  field = $state<(typeof JSON_FIELDS)[number]>('external_metadata');
  name = $state('');
  value = $state('');

  /** What is invalid, or null. An empty value is valid. */
  get problem(): 'name' | 'value' | null {
    if (this.name === '') return 'name';
    return unsendable(this.value) ? 'value' : null;
  }
}

/** What the person entered in the dialog. */
export class Fill {
  readonly fields: readonly FieldFill[] = FIELD_NAMES.map((field) => new FieldFill(field));
  /** Whether to replace whole texts, or to set one entry of them. What was typed for the other stays. */
  mode = $state<'texts' | 'entry'>('texts');
  readonly jsonEntry = new JsonEntryFill();
  #overDraftsOf = $state.raw<string | null>(null);
  /** How many drafts each field had when they were last counted. */
  drafts = $state.raw<readonly { field: FieldName; count: number }[]>([]);

  /** The fields in which drafts are made. */
  get fieldNames(): readonly FieldName[] {
    if (this.mode === 'entry') return [this.jsonEntry.field];
    return this.fields.filter(({ included }) => included).map(({ field }) => field);
  }

  get #shown(): string {
    const { mode, fieldNames } = this;
    return JSON.stringify([mode, this.drafts.filter(({ field }) => fieldNames.includes(field))]);
  }

  /** Whether to replace existing drafts, too: only those that were shown when the person said so. */
  get alsoOverDrafts(): boolean {
    return this.#overDraftsOf === this.#shown;
  }

  set alsoOverDrafts(isOver: boolean) {
    this.#overDraftsOf = isOver ? this.#shown : null;
  }

  /** The first invalid field, or undefined. */
  get firstInvalid(): FieldFill | undefined {
    return this.fields.find(({ problem }) => problem !== null);
  }

  /** The included fields with their new texts. */
  edits(): Edits {
    const edits: Edits = {};
    for (const { field, included, clear, text } of this.fields) {
      if (included) edits[field] = clear ? '' : text;
    }
    return edits;
  }
}
