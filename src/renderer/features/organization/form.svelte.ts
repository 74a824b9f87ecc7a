/**
 * What the five controls hold. A field is either untouched, and then shows the baseline byte for byte
 * whatever main sends, or touched, and then only the person changes it. A text that is equal to the
 * baseline again is untouched again: somebody else's later change to it must not look like an edit.
 */
import { unsendable } from '../../../shared/advice';
import { baselineOf, type OrganizationView } from '../../../shared/organization';
import {
  applyEdits,
  asTyped,
  editsBetween,
  EMPTY_PROFILE,
  FIELD_NAMES,
  fromTyped,
  type Edits,
  type FieldName,
  type Profile,
} from '../../../shared/profile';

/** Fields that are multi-line whatever they hold. */
const ALWAYS_MULTI_LINE: readonly FieldName[] = ['business_address', 'external_metadata'];

const hasLineBreak = (text: string): boolean => /[\r\n]/.test(text);

/** The edits of one open organization. */
export class ProfileForm {
  #baseline = $state.raw<Profile>({ ...EMPTY_PROFILE });
  #touched = $state.raw<Edits>({});
  #multiLine = $state.raw<readonly FieldName[]>(ALWAYS_MULTI_LINE);

  /** The fields a person changed that differ from the baseline, with the texts to keep or send. */
  readonly edits: Edits = $derived(this.#touched);
  /** The names of those fields, in the order a person sees them. */
  readonly changed: FieldName[] = $derived(
    FIELD_NAMES.filter((field) => this.#touched[field] !== undefined),
  );
  /** All five texts as the form holds them. */
  readonly texts: Profile = $derived(applyEdits(this.#baseline, this.#touched));
  /** Changed fields whose text cannot be sent at all. */
  readonly blocked: FieldName[] = $derived(
    this.changed.filter((field) => unsendable(this.texts[field]) !== null),
  );

  /** @param view the organization as it is when it opens; its draft becomes the first edits */
  constructor(view: OrganizationView) {
    this.#baseline = baselineOf(view);
    this.#touch(view.draft ? editsBetween(view.draft.base, view.draft.fields) : {});
  }

  /** The text a field began from. */
  baseline(field: FieldName): string {
    return this.#baseline[field];
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
    const text = fromTyped(this.#baseline[field], typed);
    const touched = { ...this.#touched };
    if (text === this.#baseline[field]) delete touched[field];
    else touched[field] = text;
    this.#touched = touched;
  }

  /** Main has something newer: untouched fields follow it, touched ones stay. */
  follow(view: OrganizationView): void {
    this.#baseline = baselineOf(view);
    this.#touch(this.#touched);
  }

  /** Forgets all edits and answers them, so that they can be brought back. */
  discard(): Edits {
    const edits = this.#touched;
    this.#touched = {};
    return edits;
  }

  /** Brings back edits that were discarded. */
  restore(edits: Edits): void {
    this.#touch(edits);
  }

  /** Takes these as the touched fields, without those that do not differ. */
  #touch(edits: Edits): void {
    this.#touched = editsBetween(this.#baseline, applyEdits(this.#baseline, edits));
    // Only what a field shows counts: a touched one keeps its control, its cursor and its undo history
    // even when a baseline with lines comes in.
    const multiLine = FIELD_NAMES.filter(
      (field) => this.#multiLine.includes(field) || hasLineBreak(this.texts[field]),
    );
    if (multiLine.length > this.#multiLine.length) this.#multiLine = multiLine;
  }
}
