/**
 * The values of the five fields. An untouched field shows its baseline, the saved copy with the pending change
 * on top, byte for byte. A touched field only changes when the user edits it. It is untouched again as soon as
 * its text equals the baseline. Otherwise, someone else's later change would look like an edit by the user.
 */
import { unsendable } from '../../../shared/advice';
import { applyPatches, touchedFields } from '../../../shared/patch';
import {
  normalizeLineEnds,
  FIELD_NAMES,
  restoreLineEnds,
  type FieldName,
  type Profile,
} from '../../../shared/profile';
import type { Autosave } from '../../state/autosave.svelte';

/** Fields that are multiline whatever their text is. */
const ALWAYS_MULTI_LINE: readonly FieldName[] = ['business_address', 'external_metadata'];

const hasLineBreak = (text: string): boolean => /[\r\n]/.test(text);

/** The form over the touched fields of one open organization. */
export class ProfileForm {
  readonly #autosave: Autosave;
  #multiLine = $state.raw<readonly FieldName[]>(ALWAYS_MULTI_LINE);

  /** The touched fields, in display order. */
  readonly changed: FieldName[] = $derived.by(() => touchedFields(this.#autosave.touched));
  /** All five texts with the edits applied. */
  readonly texts: Profile = $derived.by(() =>
    applyPatches(this.#autosave.baseline, this.#autosave.touched),
  );
  #refused = $state.raw<FieldName | null>(null);

  constructor(autosave: Autosave) {
    this.#autosave = autosave;
    this.update();
  }

  /** The field whose last input was refused, because its text would have been too long; null after the next edit. */
  get refused(): FieldName | null {
    return this.#refused;
  }

  /** Whether a field is touched. */
  isChanged(field: FieldName): boolean {
    return this.#autosave.touched[field] !== undefined;
  }

  /**
   * The text to show as the text before the edit: the one on screen at the first keystroke. If that text was
   * lost, or if the user typed it again over someone else's newer text, this is the baseline.
   */
  before(field: FieldName): string {
    const edit = this.#autosave.touched[field];
    const baseline = this.#autosave.baseline[field];
    return edit && edit.base !== edit.text ? (edit.base ?? baseline) : baseline;
  }

  /** The value for the control of a field, with LF line breaks as browsers use them. */
  shown(field: FieldName): string {
    return normalizeLineEnds(this.texts[field]);
  }

  /** The value that the control of a field has without its edit, with LF line breaks. */
  shownBaseline(field: FieldName): string {
    return normalizeLineEnds(this.#autosave.baseline[field]);
  }

  /** Whether a field needs a multiline control. Never changes while the field is being edited. */
  isMultiLine(field: FieldName): boolean {
    return this.#multiLine.includes(field);
  }

  /** Handles typing into a field; `typed` is the whole value of its control. Returns false if it was refused. */
  type(field: FieldName, typed: string): boolean {
    const baseline = this.#autosave.baseline[field];
    const original = this.#autosave.touched[field]?.base ?? baseline;
    const isReverted = normalizeLineEnds(typed) === normalizeLineEnds(baseline);
    return this.setText(field, isReverted ? baseline : restoreLineEnds(original, typed));
  }

  /** Sets the text of a field, byte for byte. Returns false if it was refused. */
  setText(field: FieldName, text: string): boolean {
    this.#refused = unsendable(text) ? field : null;
    if (this.#refused !== null) return false;
    this.#autosave.edit(field, text);
    return true;
  }

  /** Gives texts with line breaks a multiline control. Call it after texts changed other than by typing. */
  update(): void {
    // Only the shown text counts. A touched field keeps its control, cursor and undo history, even if its new
    // baseline has line breaks.
    const multiLine = FIELD_NAMES.filter(
      (field) => this.#multiLine.includes(field) || hasLineBreak(this.texts[field]),
    );
    if (multiLine.length > this.#multiLine.length) this.#multiLine = multiLine;
  }
}
