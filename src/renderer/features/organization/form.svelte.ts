/**
 * What the five controls hold. A field is either untouched, and then shows what lies under it byte for
 * byte, or touched, and then only the person changes it. A text equal to the one under it is untouched
 * again: someone else's later change must not look like an edit.
 */
import { unsendable } from '../../../shared/advice';
import { layOver, touchedFields } from '../../../shared/patch';
import {
  asTyped,
  FIELD_NAMES,
  fromTyped,
  type FieldName,
  type Profile,
} from '../../../shared/profile';
import type { Autosave } from '../../state/autosave.svelte';

/** Fields that are multi-line whatever they hold. */
const ALWAYS_MULTI_LINE: readonly FieldName[] = ['business_address', 'external_metadata'];

const hasLineBreak = (text: string): boolean => /[\r\n]/.test(text);

/** The form over the touched fields of one open organization. */
export class ProfileForm {
  readonly #autosave: Autosave;
  #multiLine = $state.raw<readonly FieldName[]>(ALWAYS_MULTI_LINE);

  /** The touched fields, in the order a person sees them. */
  readonly changed: FieldName[] = $derived.by(() => touchedFields(this.#autosave.touched));
  /** All five texts as the form holds them. */
  readonly texts: Profile = $derived.by(() =>
    layOver(this.#autosave.baseline, this.#autosave.touched),
  );
  /** Touched fields whose text cannot be sent at all. */
  readonly blocked: FieldName[] = $derived(
    this.changed.filter((field) => unsendable(this.texts[field]) !== null),
  );

  constructor(autosave: Autosave) {
    this.#autosave = autosave;
    this.update();
  }

  /** Whether a field is touched. */
  isChanged(field: FieldName): boolean {
    return this.#autosave.touched[field] !== undefined;
  }

  /**
   * The text to show as the one before the edit: the one on screen at the first key. If that is lost, or
   * was typed back over someone else's newer text, the text under the edit.
   */
  before(field: FieldName): string {
    const edit = this.#autosave.touched[field];
    const under = this.#autosave.baseline[field];
    return edit && edit.base !== edit.text ? (edit.base ?? under) : under;
  }

  /** What the control of a field holds: line ends are LF, as browsers have them. */
  shown(field: FieldName): string {
    return asTyped(this.texts[field]);
  }

  /** Whether a field needs a control with several lines. Never changes while the field is edited. */
  isMultiLine(field: FieldName): boolean {
    return this.#multiLine.includes(field);
  }

  /** The person typed: `typed` is all the control holds now. */
  type(field: FieldName, typed: string): void {
    const under = this.#autosave.baseline[field];
    const original = this.#autosave.touched[field]?.base ?? under;
    const isReverted = asTyped(typed) === asTyped(under);
    this.#autosave.edit(field, isReverted ? under : fromTyped(original, typed));
  }

  /** The person changed a part of a field's text: `text` is all of it, byte for byte. */
  put(field: FieldName, text: string): void {
    this.#autosave.edit(field, text);
  }

  /** Call it after the texts have changed other than by typing: a text with lines needs such a control. */
  update(): void {
    // Only what a field shows counts: a touched one keeps its control, its cursor and its undo history
    // even when a text with lines comes in under it.
    const multiLine = FIELD_NAMES.filter(
      (field) => this.#multiLine.includes(field) || hasLineBreak(this.texts[field]),
    );
    if (multiLine.length > this.#multiLine.length) this.#multiLine = multiLine;
  }
}
