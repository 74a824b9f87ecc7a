/**
 * What a person wants many organizations to have: which fields, and for each its new text or that it is
 * cleared. An empty text alone is never taken for clearing.
 */
import { unsendable } from '../../../shared/advice';
import { FIELD_NAMES, type Edits, type FieldName } from '../../../shared/profile';

/** One field as the dialog shows it. */
export class FieldEdit {
  readonly field: FieldName;
  /** Whether the field is to be changed. */
  chosen = $state(false);
  /** What was typed; kept while the field is cleared or not chosen. */
  text = $state('');
  clear = $state(false);

  constructor(field: FieldName) {
    this.field = field;
  }

  /** The text all of them shall have. */
  get wanted(): string {
    return this.clear ? '' : this.text;
  }

  /** What keeps this field from being used, or null. */
  get problem(): 'missing' | 'too-long' | null {
    if (!this.chosen || this.clear) return null;
    return this.text === '' ? 'missing' : unsendable(this.text);
  }
}

/** The five fields, and what they come to. */
export class BulkEdit {
  readonly fields: readonly FieldEdit[] = FIELD_NAMES.map((field) => new FieldEdit(field));

  /** Whether there is something to preview. */
  get any(): boolean {
    return this.fields.some(({ chosen }) => chosen);
  }

  /** The first field that cannot be used as it is, or undefined. */
  get wrong(): FieldEdit | undefined {
    return this.fields.find(({ problem }) => problem !== null);
  }

  /** The chosen fields with the texts they shall have. */
  edits(): Edits {
    const edits: Edits = {};
    for (const { field, chosen, wanted } of this.fields) if (chosen) edits[field] = wanted;
    return edits;
  }
}
