/**
 * The history of an entry page by page, each revision with the fields that differ from Cloudflare's copy
 * before it.
 */
import { isCopy, REVISIONS_PER_PAGE, type Revision } from '../../shared/history';
import { touchedFields } from '../../shared/patch';
import type { Edits } from '../../shared/profile';
import type { StoredRevision, Tables } from '../database/tables';

/** A page of the history. */
export interface HistoryPage {
  /** Newest first. */
  revisions: Revision[];
  /** Whether there are older ones. */
  more: boolean;
}

/**
 * The page of revisions older than revision `before`, or the newest. At most two reads, however long the
 * history: all but the oldest of a page find the copy before them on the page itself.
 */
export function historyPage(
  tables: Tables,
  organizationId: string,
  before: number | null,
): HistoryPage {
  const found = tables.revisions.page(organizationId, before, REVISIONS_PER_PAGE + 1);
  const oldest = found.at(-1);
  if (!oldest) return { revisions: [], more: false };
  // Copies are looked at from the oldest on, each the one before those that follow it.
  let copy = tables.revisions.copyBefore(organizationId, oldest.id)?.texts ?? null;
  const revisions = found.toReversed().map((stored) => {
    const revision = toRevision(stored, copy);
    if (isCopy(stored)) copy = stored.texts;
    return revision;
  });
  const more = found.length > REVISIONS_PER_PAGE;
  if (more) revisions.shift();
  return { revisions: revisions.reverse(), more };
}

function toRevision({ id, at, kind, texts }: StoredRevision, copy: Edits | null): Revision {
  const differing = touchedFields(texts).filter((field) => !copy || copy[field] !== texts[field]);
  const differences = differing.map((field) => ({
    field,
    before: copy?.[field] ?? null,
    after: texts[field] ?? '',
  }));
  return { id, at, kind, texts, differences };
}
