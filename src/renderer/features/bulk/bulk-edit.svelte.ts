/**
 * The input of a bulk change: the fields to change, each with a new text or with *Clear*. An empty text without
 * *Clear* is invalid and never clears a field.
 */
import { unsendable } from '../../../shared/advice';
import { FIELD_NAMES, type Edits, type FieldName } from '../../../shared/profile';

/** One field as the dialog shows it. */
export class BulkFieldEdit {
  readonly field: FieldName;
  /** Whether the user wants to change this field. */
  included = $state(false);
  /** What was typed; kept while the field is cleared or not included. */
  text = $state('');
  clear = $state(false);

  constructor(field: FieldName) {
    this.field = field;
  }

  /** The new text for all organizations. */
  get newText(): string {
    return this.clear ? '' : this.text;
  }

  /** Why this field is invalid, or null. */
  get problem(): 'missing' | 'too-long' | null {
    if (!this.included || this.clear) return null;
    return this.text === '' ? 'missing' : unsendable(this.text);
  }
}

/** The input for all five fields. */
export class BulkEdit {
  readonly fields: readonly BulkFieldEdit[] = FIELD_NAMES.map((field) => new BulkFieldEdit(field));

  /** Whether any field is included. */
  get hasFields(): boolean {
    return this.fields.some(({ included }) => included);
  }

  /** The first invalid field, or undefined. */
  get firstInvalid(): BulkFieldEdit | undefined {
    return this.fields.find(({ problem }) => problem !== null);
  }

  /** The included fields with their new texts. */
  edits(): Edits {
    const edits: Edits = {};
    for (const { field, included, newText } of this.fields) if (included) edits[field] = newText;
    return edits;
  }
}
