/**
 * What a person has chosen in a conflict so far. Main sends the page again whenever Cloudflare's copy
 * changes. A choice stays as long as the texts of its field are the same; otherwise it is dropped, because
 * no one chose the new text. Nothing is preselected: one careless click would overwrite someone's text.
 */
import type { PendingChange } from '../../shared/organization';
import type { FieldName } from '../../shared/profile';
import { sidesOf, type ConflictField } from './conflict-sides';

/** Whose text a field gets. */
export type Side = 'mine' | 'theirs';

/** The choices, field by field. */
export type Chosen = Partial<Record<FieldName, Side>>;

const sameTexts = (one: ConflictField, other: ConflictField): boolean =>
  one.mine === other.mine && one.theirs === other.theirs;

/** The choices of one organization's conflict. */
export class Choices {
  #sides = $state.raw<readonly ConflictField[]>([]);
  #chosen = $state.raw<Chosen>({});
  #changedAgain = $state.raw<readonly FieldName[]>([]);
  #asked = $state(false);

  /** The fields not chosen yet. Not `$derived`: one that is made with a page stops with it. */
  get missing(): FieldName[] {
    return this.#sides.map(({ field }) => field).filter((field) => !this.#chosen[field]);
  }

  /** The fields to decide; none when there is no conflict. */
  get sides(): readonly ConflictField[] {
    return this.#sides;
  }

  /** What was chosen, for the fields that are in conflict now. */
  get chosen(): Chosen {
    return this.#chosen;
  }

  /** Fields whose texts changed while the person was choosing, until they choose there. */
  get changedAgain(): readonly FieldName[] {
    return this.#changedAgain;
  }

  /** Whether the person tried to continue with choices missing. */
  get asked(): boolean {
    return this.#asked;
  }

  /** Main sent the change again. */
  follow(change: PendingChange | null): void {
    const before = this.#sides;
    this.#sides = sidesOf(change);
    if (this.#sides.length === 0) this.#asked = false;
    const chosen: Chosen = {};
    const changedAgain: FieldName[] = [];
    for (const now of this.#sides) {
      const { field } = now;
      const was = before.find((one) => one.field === field);
      const stayed = was !== undefined && sameTexts(was, now);
      const side = this.#chosen[field];
      if (stayed && side) chosen[field] = side;
      // The first look at a conflict is no news; a field that joins it later is.
      const news = before.length > 0 && was?.theirs !== now.theirs;
      if (news || (stayed && this.#changedAgain.includes(field))) changedAgain.push(field);
    }
    this.#chosen = chosen;
    this.#changedAgain = changedAgain;
  }

  /** The person chose. */
  choose(field: FieldName, side: Side): void {
    this.#chosen = { ...this.#chosen, [field]: side };
    this.#changedAgain = this.#changedAgain.filter((one) => one !== field);
  }

  /** The person wants to continue; returns the first field that still needs a choice, if any. */
  ask(): FieldName | undefined {
    this.#asked = true;
    return this.missing[0];
  }
}
