/**
 * The saved copies of profiles. If a copy cannot be read, the profile counts as never fetched, because it is still at
 * Cloudflare.
 *
 * The column `advice` names the fields with advice (shared/attention.ts). It is computed when the copy is
 * written, because the list needs it for all organizations before the first paint. A release that changes
 * the advice sets it to NULL in its migration; then it is computed when the copy is read.
 */
import { adviceFields } from '../../shared/attention';
import { MAX_FIELD_LENGTH } from '../../shared/limits';
import { isFieldName, type Edits, type FieldName, type Profile } from '../../shared/profile';
import * as columns from './columns';
import { hasEntry, markEntry, type Context } from './context';
import type { Row, Sql } from './sqlite-file';
import { readRow, type Table } from './table';

/** The saved copy of a profile, as last read from Cloudflare. Without a row, the profile was never fetched. */
export interface ProfileRow {
  entryId: string;
  /** Null if the organization has no profile at Cloudflare yet. */
  fields: Profile | null;
  /** When the fields last changed, as far as we know. */
  confirmedAt: number;
  /** When the profile was last fetched successfully. */
  checkedAt: number;
  /** Changed at Cloudflare by someone else, and not viewed since. */
  changedElsewhere: boolean;
}

/** Parses a row. Null if it cannot be read. */
function toProfileRow(row: Row): ProfileRow | null {
  const entryId = columns.toEntryId(row['entry_id']);
  const fields = row['fields'] === null ? null : columns.toProfile(row['fields']);
  if (entryId === null || (fields === null && row['fields'] !== null)) return null;
  return {
    entryId,
    fields,
    confirmedAt: columns.toNumber(row['confirmed_at']),
    checkedAt: columns.toNumber(row['checked_at']),
    changedElsewhere: row['changed_elsewhere'] === 1,
  };
}

/** The table of saved copies. Of two copies the one that was read later is kept. */
export const PROFILE: Table<ProfileRow> = {
  name: 'profile',
  parse: toProfileRow,
  recover(context, row) {
    const current = profiles(context).get(row.entryId);
    const isNew = !current || current.checkedAt < row.checkedAt;
    if (isNew && hasEntry(context, row.entryId)) profiles(context).put(row);
    return isNew;
  },
};

/** Texts whose advice counts as seen, because the person marked it so or saved the text, by field. */
function acceptedTexts(sql: Sql, entryId: string): Edits {
  const accepted: Edits = {};
  const rows = sql.all('SELECT field, text FROM viewed_advice WHERE entry_id = ?', entryId);
  for (const { field, text } of rows) {
    if (typeof field === 'string' && isFieldName(field)) {
      accepted[field] = columns.toText(text, MAX_FIELD_LENGTH);
    }
  }
  return accepted;
}

/** Marks the advice about a text as seen. */
function acceptText(sql: Sql, entryId: string, field: FieldName, text: string): void {
  sql.run(
    `INSERT INTO viewed_advice (entry_id, field, text) VALUES (?, ?, ?)
     ON CONFLICT (entry_id, field) DO UPDATE SET text = excluded.text`,
    entryId,
    field,
    columns.toJson(text),
  );
}

/** The value of the column `advice` for a copy with these texts. */
function adviceColumn(sql: Sql, entryId: string, fields: Profile | null): string {
  if (fields === null || adviceFields(fields).length === 0) return '';
  return adviceFields(fields, acceptedTexts(sql, entryId)).join(' ');
}

/** The fields that the column `advice` names; computed from the copy if the column is NULL. */
export function adviceOf(column: unknown, profile: Pick<ProfileRow, 'fields'> | null): FieldName[] {
  if (!profile?.fields || column === '') return [];
  if (typeof column === 'string') return column.split(' ').filter(isFieldName);
  return adviceFields(profile.fields);
}

/** The repository of saved copies. */
export function profiles(context: Context) {
  const { sql } = context;
  const stored = (entryId: string): Row | null =>
    sql.get('SELECT * FROM profile WHERE entry_id = ?', entryId);
  return {
    /** Those of these entries that are saved, in this order: with and without a copy. */
    among(ids: readonly string[]): { read: string[]; unread: string[] } {
      const AMONG = `SELECT o.id, p.entry_id IS NOT NULL
        FROM json_each(?) JOIN organization o ON o.id = value LEFT JOIN profile p ON p.entry_id = o.id`;
      const rows = sql.arrays(AMONG, columns.toJson(ids));
      const isRead = new Map(rows.map(([id, has]) => [id, has === 1]));
      const those = (has: boolean): string[] => ids.filter((id) => isRead.get(id) === has);
      return { read: those(true), unread: those(false) };
    },
    /** How many of these entries are saved, and how many of those have a copy. */
    countAmong(ids: readonly string[]): { read: number; total: number } {
      const COUNT = `SELECT count(*) AS total, count(p.entry_id) AS read
        FROM json_each(?) JOIN organization o ON o.id = value LEFT JOIN profile p ON p.entry_id = o.id`;
      const row = sql.get(COUNT, columns.toJson(ids));
      return { read: columns.toNumber(row?.['read']), total: columns.toNumber(row?.['total']) };
    },
    get(entryId: string): ProfileRow | null {
      const row = stored(entryId);
      return row && readRow(PROFILE, row);
    },
    /**
     * The copies after a row id, 0 for the first, with their texts; null if they cannot be read, undefined if `part` is not in
     * what is stored.
     *
     * @param isFolded whether the stored texts are compared in lower case
     */
    *containing(
      part: string,
      { after, isFolded }: { after: number; isFolded: boolean },
    ): Generator<{ rowId: number; entryId: string; texts: Profile | null | undefined }> {
      const stored = isFolded ? 'lower(fields)' : 'fields';
      const COPIES = `SELECT rowid, entry_id, CASE WHEN instr(${stored}, ?) > 0 THEN fields END FROM profile
        WHERE rowid > ? ORDER BY rowid`;
      for (const [rowId, id, fields] of sql.each(COPIES, part, after)) {
        const texts = fields === null ? undefined : columns.toProfile(fields);
        yield { rowId: columns.toNumber(rowId), entryId: String(id), texts };
      }
    },
    /**
     * Stores a copy that was read. The entry goes to the end of the reading queue.
     * @param saved the fields with a text that the person saved: the advice about it counts as seen
     */
    put(row: ProfileRow, saved: readonly FieldName[] = []): void {
      const { entryId, fields } = row;
      for (const field of fields && saved.length > 0 ? adviceFields(fields) : []) {
        if (fields && saved.includes(field)) acceptText(sql, entryId, field, fields[field]);
      }
      sql.run(
        `INSERT INTO profile (entry_id, fields, confirmed_at, checked_at, changed_elsewhere, advice)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (entry_id) DO UPDATE SET fields = excluded.fields,
           confirmed_at = excluded.confirmed_at, checked_at = excluded.checked_at,
           changed_elsewhere = excluded.changed_elsewhere, advice = excluded.advice`,
        row.entryId,
        row.fields && columns.fromProfile(row.fields),
        row.confirmedAt,
        row.checkedAt,
        row.changedElsewhere ? 1 : 0,
        adviceColumn(sql, row.entryId, row.fields),
      );
      sql.run(
        'UPDATE organization SET read_order = ? WHERE id = ?',
        context.nextTry(),
        row.entryId,
      );
      markEntry(context, row.entryId);
    },
    /** Fields of the saved copy with advice that was not marked as viewed. */
    advice(entryId: string): FieldName[] {
      const row = stored(entryId);
      return row ? adviceOf(row['advice'], toProfileRow(row)) : [];
    },
    /** Clears the *changed elsewhere* flag and the advice about the current texts. */
    markViewed(entryIds: readonly string[]): void {
      for (const id of entryIds) {
        const row = stored(id);
        const fields = row && toProfileRow(row)?.fields;
        for (const field of fields ? adviceOf(row['advice'], { fields }) : []) {
          acceptText(sql, id, field, fields?.[field] ?? '');
        }
        sql.run(`UPDATE profile SET changed_elsewhere = 0, advice = '' WHERE entry_id = ?`, id);
        markEntry(context, id);
      }
    },
    /** Clears the *changed elsewhere* flag. */
    clearChangedElsewhere(entryId: string): void {
      sql.run('UPDATE profile SET changed_elsewhere = 0 WHERE entry_id = ?', entryId);
      markEntry(context, entryId);
    },
    /** Number of saved entries, and of those with a saved copy. */
    counts(): { saved: number; copies: number } {
      const count = (table: string): number =>
        columns.toNumber(sql.get(`SELECT count(*) AS n FROM ${table}`)?.['n']);
      return { saved: count('organization'), copies: count('profile') };
    },
  };
}
