/**
 * Reads the history of an entry, some revisions at a time. Each revision lists the fields that differ from the copy of
 * Cloudflare's profile before it.
 */
import { isRemoteCopy, REVISIONS_PER_PAGE, type Revision } from '../../shared/history';
import { touchedFields } from '../../shared/patch';
import type { Edits } from '../../shared/profile';
import type { StoredRevision, Tables } from '../database';

/** Some revisions of the history. */
export interface HistoryRows {
  /** Newest first. */
  revisions: Revision[];
  /** Whether there are older revisions. */
  more: boolean;
}

/**
 * The revisions just older than revision `before`; null: the newest. Makes at most three queries, however long the
 * history is: only the oldest of these revisions needs a copy from before them.
 */
export function historyRows(tables: Tables, entryId: string, before: number | null): HistoryRows {
  const found = tables.revisions.rows(entryId, before, REVISIONS_PER_PAGE + 1);
  const oldest = found.at(-1);
  if (!oldest) return { revisions: [], more: false };
  let copy = tables.revisions.copyBefore(entryId, oldest.id)?.texts ?? null;
  const startsByRevision = tables.saves.startsByRevision(
    entryId,
    found.map(({ id }) => id),
  );
  // From oldest to newest, so that `copy` is always the copy before `stored`.
  const revisions = found.toReversed().map((stored) => {
    const revision = toRevision(stored, copy, startsByRevision);
    if (isRemoteCopy(stored)) copy = stored.texts;
    return revision;
  });
  // The row more than a page only says that there are more.
  const more = found.length > REVISIONS_PER_PAGE;
  if (more) revisions.shift();
  return { revisions: revisions.reverse(), more };
}

/** A revision with what differs from the copy before it. */
export const revisionOf = (tables: Tables, stored: StoredRevision): Revision =>
  toRevision(
    stored,
    tables.revisions.copyBefore(stored.entryId, stored.id)?.texts ?? null,
    tables.saves.startsByRevision(stored.entryId, [stored.id]),
  );

function toRevision(
  { id, at, kind, texts, author }: StoredRevision,
  copy: Edits | null,
  startsByRevision: ReadonlyMap<number, number>,
): Revision {
  const differing = touchedFields(texts).filter((field) => !copy || copy[field] !== texts[field]);
  const differences = differing.map((field) => ({
    field,
    before: copy?.[field] ?? null,
    after: texts[field] ?? '',
  }));
  // An observed copy was found, not written, even if a save wanted the same texts.
  const saveStartedAt = kind === 'observed' ? null : (startsByRevision.get(id) ?? null);
  return { id, at, kind, texts, author, saveStartedAt, differences };
}
