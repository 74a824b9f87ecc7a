/** The history page by page, each revision with the fields that differ from Cloudflare's copy before it. */
import { isCopy, REVISIONS_PER_PAGE, type Revision } from '../../shared/history';
import { changedFields, FIELD_NAMES, type Profile } from '../../shared/profile';
import type { StoredRevision, Tables } from '../store/tables';

/** A page of the history. */
export interface HistoryPage {
  /** Newest first. */
  revisions: Revision[];
  /** Whether there are older ones. */
  more: boolean;
}

/**
 * The page of revisions older than `before`, or the newest. At most two reads, however long the
 * history: all but the oldest of a page find the copy before them on the page itself.
 */
export function pageOfHistory(
  tables: Tables,
  organizationId: string,
  before: number | null,
): HistoryPage {
  const found = tables.revisions.page(organizationId, before, REVISIONS_PER_PAGE + 1);
  const oldest = found.at(-1);
  if (!oldest) return { revisions: [], more: false };
  // Copies are looked at from the oldest on, each the one before those that follow it.
  let copy = tables.revisions.copyBefore(organizationId, oldest.id)?.fields ?? null;
  const revisions = found.toReversed().map((stored) => {
    const revision = toRevision(stored, copy);
    if (isCopy(stored)) copy = stored.fields;
    return revision;
  });
  const more = found.length > REVISIONS_PER_PAGE;
  if (more) revisions.shift();
  return { revisions: revisions.reverse(), more };
}

function toRevision({ id, at, kind, fields }: StoredRevision, copy: Profile | null): Revision {
  const names = copy ? changedFields(copy, fields) : FIELD_NAMES;
  const differences = names.map((field) => ({
    field,
    before: copy?.[field] ?? null,
    after: fields[field],
  }));
  return { id, at, kind, fields, differences };
}
