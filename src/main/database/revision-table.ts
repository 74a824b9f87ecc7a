/** The history: past states of profiles. */
import * as v from 'valibot';
import { authorSchema, REVISION_KINDS } from '../../shared/history';
import type { Author } from '../../shared/history';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './database';
import type { StoredRevision, RevisionRow } from './rows';

/** A stored author, or null if there is none or it cannot be read. */
function toAuthor(column: unknown): StoredRevision['author'] {
  const parsed = v.safeParse(authorSchema, columns.fromJson(column));
  return parsed.success ? parsed.output : null;
}

/** Parses a row. Null if its texts cannot be read. */
export function toRevision(row: Row): StoredRevision | null {
  const organizationId = columns.toOrganizationId(row['organization_id']);
  const texts = columns.toEdits(row['texts']);
  if (organizationId === null || !texts) return null;
  const since = columns.toTime(row['since']);
  return {
    id: columns.toNumber(row['id']),
    organizationId,
    at: columns.toNumber(row['at']),
    kind: columns.toOneOf(REVISION_KINDS, row['kind'], 'observed'),
    texts,
    author: toAuthor(row['author']),
    ...(since === null ? {} : { since }),
  };
}

const OF = 'SELECT * FROM revision WHERE organization_id = ?';
const NEWEST_FIRST = 'AND id < ? ORDER BY id DESC LIMIT ?';
/**
 * Repeats the condition of the index `revision_of_cloudflare` word for word, so that SQLite uses it. It lets
 * unknown kinds through, because `toRevision` reads them as `observed`.
 */
const OF_CLOUDFLARE = "AND kind NOT IN ('discarded', 'replaced')";

/** The repository of revisions. */
export function revisions({ sql, onUnreadable, changes }: Context) {
  const read = (rows: Row[]): StoredRevision[] =>
    rows.flatMap((row) => {
      const revision = toRevision(row);
      if (!revision) onUnreadable({ table: 'revision', id: String(row['organization_id']) });
      return revision ?? [];
    });
  /** Up to `limit` readable revisions before an id, newest first. Skips unreadable ones. */
  const newestBefore = (query: string, organizationId: string, before: number, limit: number) => {
    const found: StoredRevision[] = [];
    for (let end = before; found.length < limit;) {
      const rows = sql.all(query, organizationId, end, limit - found.length);
      const last = rows.at(-1);
      if (!last) break;
      found.push(...read(rows));
      end = columns.toNumber(last['id']);
    }
    return found;
  };
  return {
    /** All revisions of an organization in the order they were added, which may differ from clock order. */
    of: (organizationId: string): StoredRevision[] =>
      read(sql.all(`${OF} ORDER BY id`, organizationId)),
    /** Up to `limit` revisions of an organization older than revision `before` (null: any), newest first. */
    page: (organizationId: string, before: number | null, limit: number): StoredRevision[] =>
      newestBefore(
        `${OF} ${NEWEST_FIRST}`,
        organizationId,
        before ?? Number.MAX_SAFE_INTEGER,
        limit,
      ),
    get: (id: number): StoredRevision | null =>
      read(sql.all('SELECT * FROM revision WHERE id = ?', id))[0] ?? null,
    /** The newest revision before `id` that is a copy of Cloudflare's profile. */
    copyBefore: (organizationId: string, id: number): StoredRevision | null =>
      newestBefore(`${OF} ${OF_CLOUDFLARE} ${NEWEST_FIRST}`, organizationId, id, 1)[0] ?? null,
    /** Id of the newest revision, or null. */
    latest(organizationId: string): number | null {
      const newest = 'SELECT max(id) AS id FROM revision WHERE organization_id = ?';
      return columns.toTime(sql.get(newest, organizationId)?.['id']);
    },
    add(row: RevisionRow): void {
      sql.run(
        'INSERT INTO revision (organization_id, at, kind, texts, author, since) VALUES (?, ?, ?, ?, ?, ?)',
        row.organizationId,
        row.at,
        row.kind,
        columns.toJson(row.texts),
        columns.toJsonOrNull(row.author),
        row.since ?? null,
      );
      changes.organization(row.organizationId);
    },
    /** Records who made the change that a revision shows, or null if the audit log does not tell. It is not asked again. */
    setAuthor(id: number, author: Author | null): void {
      const row = sql.get('SELECT organization_id FROM revision WHERE id = ?', id);
      if (!row) return;
      const text = columns.toJsonOrNull(author);
      sql.run('UPDATE revision SET author = ?, since = NULL WHERE id = ?', text, id);
      changes.organization(String(row['organization_id']));
    },
    /** Deletes a revision. Only for recovery, which adds it again after older ones. */
    remove(id: number): void {
      const row = sql.get('SELECT organization_id FROM revision WHERE id = ?', id);
      if (!row) return;
      sql.run('DELETE FROM revision WHERE id = ?', id);
      changes.organization(String(row['organization_id']));
    },
  };
}
