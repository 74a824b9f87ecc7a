/**
 * What a person typed in a database that was set aside, where the present one has a newer text of theirs
 * in its place: it becomes a revision, from which it can be restored. Nothing typed is left behind.
 */
import { mapFields, sameProfile, type Profile } from '../../shared/profile';
import type { RevisionRow, Tables } from './tables';

/** A text that cannot have its place. */
interface TypedText {
  organizationId: string;
  fields: Profile;
  /** What it began from. */
  base: Profile;
  at: number;
}

/**
 * The revision that keeps it, or null where `present` says the same or nothing was typed. Fields that
 * were not touched are kept as Cloudflare's copy is now, as when a text is replaced otherwise.
 */
export function replacedBy(
  present: Profile,
  { organizationId, fields, base, at }: TypedText,
  tables: Tables,
): RevisionRow | null {
  if (sameProfile(fields, present) || sameProfile(fields, base)) return null;
  const copy = tables.profiles.get(organizationId)?.fields ?? base;
  const typed = mapFields((field) => (fields[field] === base[field] ? copy : fields)[field]);
  return { organizationId, at, kind: 'replaced', fields: typed };
}
