/**
 * Marks changes that were found at Cloudflare as viewed when their page is opened. The mark on the row is removed,
 * and the page names the changed fields this once.
 */
import { FIELD_NAMES, type FieldName } from '../../shared/profile';
import { isRemoteCopy } from '../../shared/history';
import type { OutboxRow, StoredRevision, Tables } from '../database';

/** How many revisions are compared at most. After more changes, the page may not name every changed field. */
const MAX_REVISIONS = 50;

/** Fields found changed at Cloudflare since a page was last viewed. */
export interface ChangedElsewhere {
  /** When the last change was found, ms since the epoch. */
  at: number;
  fields: FieldName[];
}

/**
 * The fields found changed since `viewedAt`, from the copies in the history. Our own saves are not news, nor
 * is anything before them.
 */
function newsSince(tables: Tables, id: string, viewedAt: number | null): ChangedElsewhere | null {
  const copies = tables.revisions.rows(id, null, MAX_REVISIONS).filter(isRemoteCopy);
  const [latest] = copies;
  if (!latest || latest.kind !== 'observed') return null;
  // The newest copy is always news, even if its time says otherwise because the system clock was set.
  const isKnown = ({ kind, at }: StoredRevision): boolean =>
    kind !== 'observed' || at <= (viewedAt ?? 0);
  const known = copies.findIndex((copy, index) => index > 0 && isKnown(copy));
  const found = known < 0 ? copies : copies.slice(0, known + 1);
  const before = found.length > 1 ? found.at(-1) : undefined;
  const fields = FIELD_NAMES.filter(
    (field) => (before?.texts[field] ?? '') !== (latest.texts[field] ?? ''),
  );
  return fields.length === 0 ? null : { at: latest.at, fields };
}

/**
 * The fields found changed at Cloudflare since our own change was submitted, from the history. A conflict shows
 * them, even after a restart.
 */
export function changedElsewhereSinceSubmission(
  tables: Tables,
  id: string,
  { submittedAt }: Pick<OutboxRow, 'submittedAt'>,
): ChangedElsewhere | null {
  return newsSince(tables, id, submittedAt);
}

/**
 * Records that the person opened this page. Call inside `Database.write`.
 * @returns the fields found changed since the page was last opened, or null
 */
export function markViewedOnOpen(tables: Tables, id: string, now: number): ChangedElsewhere | null {
  const profile = tables.profiles.get(id);
  const isMarked = profile?.changedElsewhere ?? false;
  const viewedAt = tables.organizations.get(id)?.viewedAt ?? null;
  const news = isMarked ? newsSince(tables, id, viewedAt) : null;
  if (isMarked) tables.profiles.clearChangedElsewhere(id);
  tables.organizations.markViewed(id, now);
  return news;
}
