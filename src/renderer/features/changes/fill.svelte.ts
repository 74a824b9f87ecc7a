/**
 * What is to be filled in many organizations: the fields, each with a new text or with *Clear*. An empty text without
 * *Clear* is invalid and never clears a field.
 */
import { unsendable } from '../../../shared/advice';
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

/** The input for all five fields. */
export class Fill {
  readonly fields: readonly FieldFill[] = FIELD_NAMES.map((field) => new FieldFill(field));
  /** Whether it also replaces drafts that are there in these fields. */
  alsoOverDrafts = $state(false);

  /** Whether any field is included. */
  get hasFields(): boolean {
    return this.fields.some(({ included }) => included);
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
