/** The history: past states of profiles, sorted by time, and where that is the same, in the order they were added. */
import * as v from 'valibot';
import type { ActivityPlace, ActivityQuery } from '../../shared/activity';
import { authorSchema, REVISION_KINDS, type Author, type Revision } from '../../shared/history';
import { FIELD_NAMES, type Edits } from '../../shared/profile';
import * as columns from './columns';
import { hasEntry, type Context } from './context';
import type { Row } from './sqlite-file';
import { readRow, type Table } from './table';

/** One state of a profile in the history. */
export interface RevisionRow {
  entryId: string;
  at: number;
  kind: Revision['kind'];
  /** All five texts if the revision is a copy of Cloudflare's profile, else those the person touched. */
  texts: Edits;
  /** Who changed it at Cloudflare, where that is known. */
  author: Author | null;
  /**
   * Of a change that was found at Cloudflare: when the profile was read before. Absent once its audit log told what it
   * has of the change.
   */
  since?: number;
}

/** A stored revision. Ids go up in the order revisions were added; the history is sorted by time. */
export interface StoredRevision extends RevisionRow {
  id: number;
}

/** A stored author, or null if there is none or it cannot be read. */
function toAuthor(column: unknown): StoredRevision['author'] {
  const parsed = v.safeParse(authorSchema, columns.fromJson(column));
  return parsed.success ? parsed.output : null;
}

/** Parses a row. Null if its texts cannot be read. */
function toRevision(row: Row): StoredRevision | null {
  const entryId = columns.toEntryId(row['entry_id']);
  const texts = columns.toEdits(row['texts']);
  if (entryId === null || !texts) return null;
  const since = columns.toTime(row['since']);
  return {
    id: columns.toNumber(row['id']),
    entryId,
    at: columns.toNumber(row['at']),
    kind: columns.toOneOf(REVISION_KINDS, row['kind'], 'observed'),
    texts,
    author: toAuthor(row['author']),
    ...(since === null ? {} : { since }),
  };
}

/** The table of revisions. */
export const REVISION: Table<StoredRevision> = {
  name: 'revision',
  parse: toRevision,
  recover(context, row) {
    if (hasEntry(context, row.entryId)) revisions(context).addMissing(row);
    return true;
  },
};

const OF = 'SELECT * FROM revision WHERE entry_id = ?';
const BEFORE = 'AND (at, id) < (SELECT at, id FROM revision WHERE id = ?)';
const NEWEST_FIRST = 'ORDER BY at DESC, id DESC LIMIT ?';
/**
 * Repeats the condition of the index `revision_of_cloudflare` word for word, so that SQLite uses it. It lets
 * unknown kinds through, because `toRevision` reads them as `observed`.
 */
const OF_CLOUDFLARE = "AND kind NOT IN ('discarded', 'replaced')";

/** Whether two sets of texts are the same. */
const isSame = (one: Edits, other: Edits): boolean =>
  FIELD_NAMES.every((field) => one[field] === other[field]);

/** The repository of revisions. */
export function revisions({ sql, changes }: Context) {
  const read = (rows: Row[]): StoredRevision[] => rows.map((row) => readRow(REVISION, row));
  /** Up to `limit` revisions before one (null: any), newest first. */
  const newestBefore = (
    query: string,
    entryId: string,
    before: number | null,
    limit: number,
  ): StoredRevision[] =>
    read(
      before === null
        ? sql.all(`${query} ${NEWEST_FIRST}`, entryId, limit)
        : sql.all(`${query} ${BEFORE} ${NEWEST_FIRST}`, entryId, before, limit),
    );
  function add(row: RevisionRow): void {
    sql.run(
      'INSERT INTO revision (entry_id, at, kind, texts, author, since) VALUES (?, ?, ?, ?, ?, ?)',
      row.entryId,
      row.at,
      row.kind,
      columns.toJson(row.texts),
      columns.toJsonOrNull(row.author),
      row.since ?? null,
    );
    changes.organization(row.entryId);
  }
  /** Those of one kind in all entries; its values are the kind, the earliest time, and a place. */
  const OF_KIND = `SELECT id, at FROM (SELECT id, at FROM revision
    WHERE kind = ? AND at >= ? AND (at, id) < (?, ?) ${NEWEST_FIRST})`;
  return {
    /**
     * Up to `limit` revisions of all entries that match a query and are older than a place (null: any), newest first. The
     * cost depends on `limit`, not on how many there are.
     */
    newest(
      { kind, since, entryId }: ActivityQuery,
      before: ActivityPlace | null,
      limit: number,
    ): StoredRevision[] {
      const { at, id } = before ?? { at: Number.MAX_VALUE, id: 0 };
      const from = since ?? -Number.MAX_VALUE;
      const kinds = kind === null ? REVISION_KINDS : [kind];
      if (entryId !== null) {
        const ONE = `${OF} AND at >= ? AND (at, id) < (?, ?)
          AND kind IN (SELECT value FROM json_each(?)) ${NEWEST_FIRST}`;
        return read(sql.all(ONE, entryId, from, at, id, columns.toJson(kinds), limit));
      }
      // The newest of each kind are merged, so that one index serves both one kind and all.
      const MERGED = `SELECT id FROM (${kinds.map(() => OF_KIND).join(' UNION ALL ')}) ${NEWEST_FIRST}`;
      const values = kinds.flatMap((one) => [one, from, at, id, limit]);
      return read(
        sql.all(
          `SELECT * FROM revision WHERE id IN (${MERGED}) ORDER BY at DESC, id DESC`,
          ...values,
          limit,
        ),
      );
    },
    /** All revisions of an organization, oldest first. */
    of: (entryId: string): StoredRevision[] => read(sql.all(`${OF} ORDER BY at, id`, entryId)),
    /** Up to `limit` revisions of an organization older than revision `before` (null: any), newest first. */
    rows: (entryId: string, before: number | null, limit: number): StoredRevision[] =>
      newestBefore(OF, entryId, before, limit),
    get: (id: number): StoredRevision | null =>
      read(sql.all('SELECT * FROM revision WHERE id = ?', id))[0] ?? null,
    /** The newest revision before revision `id` (null: any) that is a copy of Cloudflare's profile. */
    copyBefore: (entryId: string, id: number | null): StoredRevision | null =>
      newestBefore(`${OF} ${OF_CLOUDFLARE}`, entryId, id, 1)[0] ?? null,
    /** Id of the revision that was added last, or null. */
    latest(entryId: string): number | null {
      const newest = 'SELECT max(id) AS id FROM revision WHERE entry_id = ?';
      return columns.toTime(sql.get(newest, entryId)?.['id']);
    },
    /** The time of the newest revision of an entry, or null. */
    lastAt: (entryId: string): number | null =>
      columns.toTime(
        sql.get('SELECT max(at) AS at FROM revision WHERE entry_id = ?', entryId)?.['at'],
      ),
    add,
    /** Adds a revision from another database, unless it is there already: with the same time, kind and texts. */
    addMissing(row: RevisionRow): void {
      // The plus sign keeps SQLite from using the index of kinds.
      const SAME = `${OF} AND at = ? AND +kind = ?`;
      const found = sql.all(SAME, row.entryId, row.at, row.kind).map(toRevision);
      if (!found.some((one) => one && isSame(one.texts, row.texts))) add(row);
    },
    /** Records who made the change that a revision shows, or null if the audit log does not tell. It is not asked again. */
    setAuthor(id: number, author: Author | null): void {
      const row = sql.get('SELECT entry_id FROM revision WHERE id = ?', id);
      if (!row) return;
      const text = columns.toJsonOrNull(author);
      sql.run('UPDATE revision SET author = ?, since = NULL WHERE id = ?', text, id);
      changes.organization(String(row['entry_id']));
    },
  };
}
