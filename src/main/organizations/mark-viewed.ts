/**
 * Opening a page settles "changed at Cloudflare": the mark goes, and the page says once which fields
 * it was.
 */
import { FIELD_NAMES, type FieldName } from '../../shared/profile';
import { isCopy } from '../../shared/history';
import type { OutboxRow, StoredRevision, Tables } from '../database/tables';

/** So many revisions back are looked at; more changes between two visits are told in part. */
const LOOK_BACK = 50;

/** What changed at Cloudflare since a page was last looked at. */
export interface Found {
  /** When it was found, ms since the epoch. */
  at: number;
  fields: FieldName[];
}

/**
 * What the newest copies in the history say was found since the page was last seen. Our own saves are
 * no news, and neither is what came before them.
 */
function foundSince(tables: Tables, id: string, viewedAt: number | null): Found | null {
  const copies = tables.revisions.page(id, null, LOOK_BACK).filter(isCopy);
  const [latest, ...older] = copies;
  if (latest?.kind !== 'observed') return null;
  const known = (copy: StoredRevision): boolean =>
    copy.kind !== 'observed' || copy.at <= (viewedAt ?? 0);
  // At least the newest one is news, even if a clock that was set says it was seen.
  const before = older.find(known) ?? older.at(-1);
  const fields = FIELD_NAMES.filter(
    (field) => (before?.texts[field] ?? '') !== (latest.texts[field] ?? ''),
  );
  return fields.length === 0 ? null : { at: latest.at, fields };
}

/**
 * What the copies in the history say was found since a change was submitted: a conflict shows it, after a
 * restart, too.
 */
export function foundSinceSubmission(
  tables: Tables,
  id: string,
  { submittedAt }: Pick<OutboxRow, 'submittedAt'>,
): Found | null {
  return foundSince(tables, id, submittedAt);
}

/**
 * Notes that the person looks at this page. Call inside `Store.write`.
 * @returns what was found changed since they last did, or null
 */
export function see(tables: Tables, id: string, now: number): Found | null {
  const profile = tables.profiles.get(id);
  const marked = profile?.changedElsewhere ?? false;
  const viewedAt = tables.organizations.get(id)?.viewedAt ?? null;
  const found = marked ? foundSince(tables, id, viewedAt) : null;
  if (profile && marked) tables.profiles.put({ ...profile, changedElsewhere: false });
  tables.organizations.markViewed(id, now);
  return found;
}
