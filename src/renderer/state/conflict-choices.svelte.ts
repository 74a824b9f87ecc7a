/**
 * The fields of a conflict, and the text that the person has chosen for each so far. Main sends the organization
 * again whenever Cloudflare's copy changes. A choice survives only if both texts of its field stayed the same,
 * because the person has not seen a new text. Nothing is preselected, because one careless click would
 * overwrite someone's text.
 */
import type { Choice, PendingChange } from '../../shared/organization';
import type { FieldName } from '../../shared/profile';

/** A field changed on both sides, with its three texts. */
export interface ConflictField {
  field: FieldName;
  /** The text before the edit; null when it was lost to damage. */
  base: string | null;
  mine: string;
  remote: string;
}

/** The choices, field by field. */
export type Choices = Partial<Record<FieldName, Choice>>;

/** The fields to choose a text for; none unless the change is in conflict. */
function conflictFields(change: PendingChange | null): ConflictField[] {
  if (change?.state !== 'conflict' || !change.remote) return [];
  const { patch, remote } = change;
  return change.conflicts.flatMap((field) => {
    const edit = patch[field];
    return edit ? [{ field, base: edit.base, mine: edit.text, remote: remote[field] }] : [];
  });
}

const haveSameTexts = (one: ConflictField, other: ConflictField): boolean =>
  one.mine === other.mine && one.remote === other.remote;

/** The choices in the conflict of one organization. */
export class ConflictChoices {
  #fields = $state.raw<readonly ConflictField[]>([]);
  #chosen = $state.raw<Choices>({});
  #changedAgain = $state.raw<readonly FieldName[]>([]);
  #showsMissing = $state(false);

  /** Fields without a choice. Not `$derived`: that stops updating with the page that created it; the choices outlive it. */
  get missing(): FieldName[] {
    return this.#fields.map(({ field }) => field).filter((field) => !this.#chosen[field]);
  }

  /** The fields to decide; empty when there is no conflict. */
  get fields(): readonly ConflictField[] {
    return this.#fields;
  }

  /** The choices for the fields that are in conflict now. */
  get chosen(): Choices {
    return this.#chosen;
  }

  /** Fields whose remote text is new since the person began to choose, until the person chooses there again. */
  get changedAgain(): readonly FieldName[] {
    return this.#changedAgain;
  }

  /** Whether to mark fields without a choice: the person has tried to continue without them. */
  get showsMissing(): boolean {
    return this.#showsMissing;
  }

  /** Applies the change as main last sent it. */
  follow(change: PendingChange | null): void {
    const previousFields = this.#fields;
    this.#fields = conflictFields(change);
    if (this.#fields.length === 0) this.#showsMissing = false;
    const chosen: Choices = {};
    const changedAgain: FieldName[] = [];
    for (const current of this.#fields) {
      const { field } = current;
      const previous = previousFields.find((one) => one.field === field);
      const isSame = previous !== undefined && haveSameTexts(previous, current);
      const choice = this.#chosen[field];
      if (isSame && choice) chosen[field] = choice;
      // Also true for a field that joins the conflict later, but for no field when the conflict first appears.
      const hasNewText = previousFields.length > 0 && previous?.remote !== current.remote;
      if (hasNewText || (isSame && this.#changedAgain.includes(field))) changedAgain.push(field);
    }
    this.#chosen = chosen;
    this.#changedAgain = changedAgain;
  }

  /** Chooses whose text one field gets. */
  choose(field: FieldName, choice: Choice): void {
    this.#chosen = { ...this.#chosen, [field]: choice };
    this.#changedAgain = this.#changedAgain.filter((one) => one !== field);
  }

  /** Call it when the person wants to continue. Marks fields without a choice and returns the first, if any. */
  checkComplete(): FieldName | undefined {
    this.#showsMissing = true;
    return this.missing[0];
  }
}
