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

/** What a person changed, and the texts they saw in those fields when they began. */
export interface Typed {
  edits: Edits;
  began: Edits;
}

/** The edits of one open organization. */
export class ProfileForm {
  #baseline = $state.raw<Profile>({ ...EMPTY_PROFILE });
  #touched = $state.raw<Edits>({});
  /** The texts the touched fields showed when the person began to change them. */
  #began = $state.raw<Edits>({});
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
    this.startFrom(view);
  }

  /** Forgets what was typed and takes the draft instead, as when the page opens. */
  startFrom(view: OrganizationView): void {
    this.#baseline = baselineOf(view);
    this.#touch(view.draft ? editsBetween(view.draft.base, view.draft.fields) : {}, {});
  }

  /** The text a field began from: what a changed one showed before, else what it shows. */
  baseline(field: FieldName): string {
    return this.#began[field] ?? this.#baseline[field];
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
    const baseline = this.#baseline[field];
    const same = asTyped(typed) === asTyped(baseline);
    this.put(field, same ? baseline : fromTyped(this.baseline(field), typed));
  }

  /** The person changed a part of a field's text: `text` is all of it, byte for byte. */
  put(field: FieldName, text: string): void {
    const from = this.baseline(field);
    const baseline = this.#baseline[field];
    const touched = { ...this.#touched };
    const began = { ...this.#began };
    if (text === baseline) {
      delete touched[field];
      delete began[field];
    } else {
      touched[field] = text;
      // Back at the text it began from while main has a newer one: an edit of the newer one, and "Was"
      // shows it. Following main instead would change the text under the cursor.
      began[field] = text === from ? baseline : from;
    }
    this.#touched = touched;
    this.#began = began;
  }

  /**
   * Main has something newer: untouched fields follow it, touched ones stay. What a touched field began
   * from is what the draft on disk says, or, before it is kept, what the person saw.
   */
  follow(view: OrganizationView): void {
    this.#baseline = baselineOf(view);
    const { draft } = view;
    const kept = draft ? editsBetween(draft.fields, draft.base) : {};
    this.#touch(this.#touched, { ...this.#began, ...kept });
  }

  /** The edits to keep or send, with the texts they began from. */
  typed(): Typed {
    return { edits: this.#touched, began: this.#began };
  }

  /** Forgets all edits and answers them, so that they can be brought back. */
  discard(): Typed {
    const typed = this.typed();
    this.#touch({}, {});
    return typed;
  }

  /** Brings back edits that were discarded. */
  restore({ edits, began }: Typed): void {
    this.#touch(edits, began);
  }

  /** Takes these as the touched fields, without those that do not differ. */
  #touch(edits: Edits, began: Edits): void {
    this.#touched = editsBetween(this.#baseline, applyEdits(this.#baseline, edits));
    const from: Edits = {};
    for (const field of FIELD_NAMES) {
      if (this.#touched[field] !== undefined) from[field] = began[field] ?? this.#baseline[field];
    }
    this.#began = from;
    // Only what a field shows counts: a touched one keeps its control, its cursor and its undo history
    // even when a baseline with lines comes in.
    const multiLine = FIELD_NAMES.filter(
      (field) => this.#multiLine.includes(field) || hasLineBreak(this.texts[field]),
    );
    if (multiLine.length > this.#multiLine.length) this.#multiLine = multiLine;
  }
}
