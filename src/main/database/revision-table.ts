/** The history: past states of profiles. */
import * as v from 'valibot';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './database';
import { authorSchema, REVISION_KINDS } from '../../shared/history';
import type { StoredRevision, Tables } from './tables';

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
  return {
    id: columns.toNumber(row['id']),
    organizationId,
    at: columns.toNumber(row['at']),
    kind: columns.toOneOf(REVISION_KINDS, row['kind'], 'observed'),
    texts,
    author: toAuthor(row['author']),
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
export function revisions({ sql, onUnreadable, changes }: Context): Tables['revisions'] {
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
    of: (organizationId) => read(sql.all(`${OF} ORDER BY id`, organizationId)),
    page: (organizationId, before, limit) =>
      newestBefore(
        `${OF} ${NEWEST_FIRST}`,
        organizationId,
        before ?? Number.MAX_SAFE_INTEGER,
        limit,
      ),
    get: (id) => read(sql.all('SELECT * FROM revision WHERE id = ?', id))[0] ?? null,
    copyBefore: (organizationId, id) =>
      newestBefore(`${OF} ${OF_CLOUDFLARE} ${NEWEST_FIRST}`, organizationId, id, 1)[0] ?? null,
    latest(organizationId) {
      const newest = 'SELECT max(id) AS id FROM revision WHERE organization_id = ?';
      return columns.toTime(sql.get(newest, organizationId)?.['id']);
    },
    add(row) {
      sql.run(
        'INSERT INTO revision (organization_id, at, kind, texts, author) VALUES (?, ?, ?, ?, ?)',
        row.organizationId,
        row.at,
        row.kind,
        columns.toJson(row.texts),
        columns.toJsonOrNull(row.author),
      );
      changes.organization(row.organizationId);
    },
    setAuthor(id, author) {
      const row = sql.get('SELECT organization_id FROM revision WHERE id = ?', id);
      if (!row) return;
      sql.run('UPDATE revision SET author = ? WHERE id = ?', columns.toJson(author), id);
      changes.organization(String(row['organization_id']));
    },
    remove(id) {
      const row = sql.get('SELECT organization_id FROM revision WHERE id = ?', id);
      if (!row) return;
      sql.run('DELETE FROM revision WHERE id = ?', id);
      changes.organization(String(row['organization_id']));
    },
  };
}
