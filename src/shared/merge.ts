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
  /** What we last tried to write for this edit, or null; finding it there means it was us. */
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
}

type Verdict = 'mine' | 'theirs' | 'conflict';

function judge(base: string, mine: string, theirs: string, attempted: string | undefined): Verdict {
  if (mine === base) return 'theirs';
  if (theirs === base || theirs === mine || theirs === attempted) return 'mine';
  return 'conflict';
}

/** Merges the three sides field by field; never fails. */
export function mergeProfiles({ base, mine, theirs, attempted }: MergeSides): Merge {
  const verdict = (field: FieldName): Verdict =>
    judge(base[field], mine[field], theirs[field], attempted?.[field]);
  return {
    merged: mapFields((field) => (verdict(field) === 'mine' ? mine[field] : theirs[field])),
    conflicts: FIELD_NAMES.filter((field) => verdict(field) === 'conflict'),
    alsoUpdated: FIELD_NAMES.filter(
      (field) => mine[field] === base[field] && theirs[field] !== base[field],
    ),
  };
}
