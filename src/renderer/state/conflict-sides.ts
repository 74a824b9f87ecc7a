/** The three sides of a conflict as a person sees them, field by field. */
import { mergeProfiles } from '../../shared/merge';
import type { PendingChange } from '../../shared/organization';
import type { FieldName } from '../../shared/profile';

/** A field changed on both sides, with its three texts. */
export interface ConflictField {
  field: FieldName;
  /** Before the edit. */
  base: string;
  mine: string;
  theirs: string;
}

/** What a conflict is about. */
export interface ConflictSides {
  fields: ConflictField[];
  /** Fields only somebody else changed; they stay as Cloudflare has them. */
  alsoUpdated: FieldName[];
}

/** The sides of a change that stands still because of a conflict; nothing for any other change. */
export function sidesOf(change: PendingChange | null): ConflictSides {
  if (change?.state !== 'conflict' || !change.theirs) return { fields: [], alsoUpdated: [] };
  const { base, desired: mine, theirs } = change;
  const { conflicts, alsoUpdated } = mergeProfiles({ base, mine, theirs, attempted: null });
  const fields = conflicts.map((field) => ({
    field,
    base: base[field],
    mine: mine[field],
    theirs: theirs[field],
  }));
  return { fields, alsoUpdated };
}
