/**
 * The three-way merge of a profile, per field: what to send when Cloudflare's copy may have changed
 * since the edit began. The rule is that of the offline design: other people's changes to other
 * fields survive, the same field changed on both sides asks the person.
 */
import { FIELD_NAMES, mapFields, type FieldName, type Profile } from './profile';

/** The sides of a merge. */
export interface MergeSides {
  /** The copy the edit began from. */
  base: Profile;
  /** The edit. */
  mine: Profile;
  /** Cloudflare's copy now. */
  theirs: Profile;
  /**
   * What we last tried to write for this edit, or null; finding it there means it was us. In fields
   * that write did not change it must equal the base, or somebody else's text would count as ours.
   */
  attempted: Profile | null;
}

/** The result of a merge: what to send, or the fields where a person must choose. */
export interface Merge {
  /** The fields to send. In a conflicting field this is theirs, and nothing may be sent. */
  merged: Profile;
  /** Fields changed on both sides to different texts. Empty: the merge is clean. */
  conflicts: FieldName[];
  /** Fields only somebody else changed, which the merge keeps. */
  alsoUpdated: FieldName[];
  /** The base, moved on in fields where Cloudflare's copy is an earlier write of our own. */
  base: Profile;
}

/**
 * The base of one field. An earlier write of ours whose answer was lost is where a newer edit begins:
 * without that, an edit back to the original would count as untouched and the lost write would stay.
 */
function baseOf(base: string, mine: string, theirs: string, attempted: string | undefined): string {
  const ours = theirs === attempted && attempted !== base;
  return ours && mine !== theirs ? theirs : base;
}

function isConflict(base: string, mine: string, theirs: string): boolean {
  return mine !== base && theirs !== base && theirs !== mine;
}

/** Merges the sides field by field; never fails. */
export function mergeProfiles({ base: began, mine, theirs, attempted }: MergeSides): Merge {
  const base = mapFields((field) =>
    baseOf(began[field], mine[field], theirs[field], attempted?.[field]),
  );
  const conflicts = FIELD_NAMES.filter((field) =>
    isConflict(base[field], mine[field], theirs[field]),
  );
  return {
    merged: mapFields((field) =>
      mine[field] === base[field] || conflicts.includes(field) ? theirs[field] : mine[field],
    ),
    conflicts,
    alsoUpdated: FIELD_NAMES.filter(
      (field) => mine[field] === base[field] && theirs[field] !== base[field],
    ),
    base,
  };
}
