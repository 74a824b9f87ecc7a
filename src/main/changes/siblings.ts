/**
 * What we wrote through other entries that show the same record at Cloudflare. In this entry it is not "changed by
 * someone else", and no reason for a conflict.
 */
import type { Author } from '../../shared/history';
import type { Edits, FieldName } from '../../shared/profile';
import type { SiblingWrite, Tables } from '../database';
import type { Transition } from './state';

/** A write may take this long to show in another entry, in ms. */
export const PROPAGATION_MS = 5 * 60_000;

/** The texts that we wrote through other entries of the record since this entry was last read. */
export function siblingWrites(tables: Tables, id: string, at: number): SiblingWrite[] {
  // The clock may have been set back since.
  const readAt = Math.min(tables.profiles.get(id)?.checkedAt ?? 0, at);
  return tables.ownWrites.bySiblings(id, readAt - PROPAGATION_MS);
}

/**
 * Those of these writes whose texts may be overwritten by the pending change of this entry. A text that was saved
 * after that change does not count for its fields: it would be overwritten by an older one, so the person is asked.
 */
export function earlierThanChange(
  tables: Tables,
  id: string,
  writes: readonly SiblingWrite[],
): readonly SiblingWrite[] {
  if (writes.length === 0) return writes;
  const change = tables.outbox.get(id);
  const versionOf = (field: FieldName): number =>
    change?.fieldVersions?.[field] ?? change?.version ?? 0;
  return writes.filter(({ field, version, submittedAt }) => {
    if (!change?.patch[field]) return true;
    // The changes of one save were submitted together, so none of them is the later one.
    return version < versionOf(field) && submittedAt < change.submittedAt;
  });
}

/** One set of texts per write and field. */
export function textsBySibling(writes: readonly SiblingWrite[]): Edits[] {
  return writes.map(({ field, text }) => ({ [field]: text }));
}

/** Who made the changes that a copy shows, if it was only us, through one other entry; else null. */
export function siblingAuthor(
  writes: readonly SiblingWrite[],
  { state: { saved }, bySibling, found }: Transition,
): Author | null {
  const [first] = bySibling;
  if (first === undefined || found.length > 0 || typeof saved !== 'object') return null;
  const write = writes.find(({ field, text }) => field === first && text === saved[first]);
  return write ? { by: 'entry', name: write.name } : null;
}
