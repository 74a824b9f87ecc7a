/**
 * Marks changes that were found at Cloudflare as viewed when their page is opened. The mark on the row is removed,
 * and the page names the changed fields this once.
 */
import { isRemoteCopy } from '../../shared/history';
import type { OrganizationView } from '../../shared/organization';
import { FIELD_NAMES } from '../../shared/profile';
import type { StoredRevision, Tables } from '../database';

/** How many revisions are compared at most. After more changes, the page may not name every changed field. */
const MAX_REVISIONS = 50;

/**
 * The fields found changed at Cloudflare after a time (ms since the epoch), from the copies in the history. Our own saves do
 * not count, nor does anything before them.
 */
export function changedElsewhereSince(
  tables: Tables,
  id: string,
  since: number,
): OrganizationView['changedElsewhere'] {
  const copies = tables.revisions.rows(id, null, MAX_REVISIONS).filter(isRemoteCopy);
  const [latest] = copies;
  if (!latest || latest.kind !== 'observed') return null;
  // The newest copy always counts, even if its time says otherwise because the system clock was set.
  const isKnown = ({ kind, at }: StoredRevision): boolean => kind !== 'observed' || at <= since;
  const known = copies.findIndex((copy, index) => index > 0 && isKnown(copy));
  const found = known < 0 ? copies : copies.slice(0, known + 1);
  const before = found.length > 1 ? found.at(-1) : undefined;
  const fields = FIELD_NAMES.filter(
    (field) => (before?.texts[field] ?? '') !== (latest.texts[field] ?? ''),
  );
  return fields.length === 0 ? null : { at: latest.at, fields };
}

/**
 * Records that the person opened this page. Call inside `Database.write`.
 * @returns the fields found changed since the page was last opened, or null
 */
export function markViewedOnOpen(
  tables: Tables,
  id: string,
  now: number,
): OrganizationView['changedElsewhere'] {
  const profile = tables.profiles.get(id);
  const isMarked = profile?.changedElsewhere ?? false;
  const viewedAt = tables.organizations.get(id)?.viewedAt ?? 0;
  const changed = isMarked ? changedElsewhereSince(tables, id, viewedAt) : null;
  if (isMarked) tables.profiles.clearChangedElsewhere(id);
  tables.organizations.markViewed(id, now);
  return changed;
}
