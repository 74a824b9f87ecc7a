/** The three sides of a conflict as a person sees them, field by field. */
import type { PendingChange } from '../../shared/organization';
import type { FieldName } from '../../shared/profile';

/** A field changed on both sides, with its three texts. */
export interface ConflictField {
  field: FieldName;
  /** Before the edit; null: lost to damage. */
  base: string | null;
  mine: string;
  theirs: string;
}

/** The fields to decide of a change that is in conflict; none for any other change. */
export function sidesOf(change: PendingChange | null): ConflictField[] {
  if (change?.state !== 'conflict' || !change.remote) return [];
  const { patch, remote } = change;
  return change.conflicts.flatMap((field) => {
    const edit = patch[field];
    return edit ? [{ field, base: edit.base, mine: edit.text, theirs: remote[field] }] : [];
  });
}
