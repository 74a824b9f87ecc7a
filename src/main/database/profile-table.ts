/**
 * The saved copies of profiles. If a copy cannot be read, the profile counts as never fetched: it is still at
 * Cloudflare.
 *
 * The column `advice` names the fields with advice (shared/attention.ts). It is computed when the copy is
 * written, because the list needs it for all organizations before the first paint. A release that changes
 * the advice sets it to NULL in its migration; then it is computed when the copy is read.
 */
import { adviceFields } from '../../shared/attention';
import { MAX_FIELD_LENGTH } from '../../shared/limits';
import {
  FIELD_NAMES,
  isFieldName,
  type Edits,
  type FieldName,
  type Profile,
} from '../../shared/profile';
import * as columns from './columns';
import { markEntry, type Context } from './context';
import type { Row, Sql } from './database';
import type { EntrySignIn, ProfileRow, CheckPlace } from './rows';

/** Parses a row. Null if it cannot be read. */
export function toProfileRow(row: Row): ProfileRow | null {
  const organizationId = columns.toOrganizationId(row['organization_id']);
  const fields = row['fields'] === null ? null : columns.toProfile(row['fields']);
  if (organizationId === null || (fields === null && row['fields'] !== null)) return null;
  return {
    organizationId,
    fields,
    confirmedAt: columns.toNumber(row['confirmed_at']),
    checkedAt: columns.toNumber(row['checked_at']),
    changedElsewhere: row['changed_elsewhere'] === 1,
  };
}

/**
 * Organizations without a copy that `toProfileRow` could read. In SQL for speed, because every launch asks this
 * for every organization.
 */
const UNREAD = `SELECT o.id, o.credential_id FROM organization o
  LEFT JOIN profile p ON p.organization_id = o.id
  WHERE (p.organization_id IS NULL
    OR p.fields IS NOT NULL AND (NOT json_valid(p.fields) OR ${FIELD_NAMES.map(
      (field) => `json_type(p.fields, '$.${field}') IS NOT 'text'`,
    ).join(' OR ')}))`;
const UNREAD_BETWEEN = `${UNREAD} AND o.rowid > ? AND o.rowid <= ? ORDER BY o.rowid`;
const UNREAD_AMONG = `${UNREAD} AND o.id IN (SELECT value FROM json_each(?)) ORDER BY o.rowid`;

/** Reads the index `profile_by_check` in its order. */
const BY_CHECK = `SELECT p.rowid AS place, p.checked_at, o.id, o.credential_id
  FROM profile p JOIN organization o ON o.id = p.organization_id
  WHERE (p.checked_at, p.rowid) > (?, ?) AND (?3 IS NULL OR p.checked_at < ?3)
  ORDER BY p.checked_at, p.rowid LIMIT ?`;

/** Parses a joined row; an empty array, for `flatMap`, if its id is invalid. */
function toEntry(row: Row): EntrySignIn | [] {
  const organizationId = columns.toOrganizationId(row['id']);
  const credentialId = columns.toSignInId(row['credential_id']);
  return organizationId === null ? [] : { organizationId, credentialId };
}

/** Texts whose advice the person marked as seen, by field. */
function acceptedTexts(sql: Sql, organizationId: string): Edits {
  const accepted: Edits = {};
  const rows = sql.all(
    'SELECT field, text FROM viewed_advice WHERE organization_id = ?',
    organizationId,
  );
  for (const { field, text } of rows) {
    if (typeof field === 'string' && isFieldName(field)) {
      accepted[field] = columns.toText(text, MAX_FIELD_LENGTH);
    }
  }
  return accepted;
}

/** The value of the column `advice` for a copy with these texts. */
function adviceColumn(sql: Sql, organizationId: string, fields: Profile | null): string {
  if (fields === null || adviceFields(fields).length === 0) return '';
  return adviceFields(fields, acceptedTexts(sql, organizationId)).join(' ');
}

/** The fields that the column `advice` names; computed from the copy if the column is NULL. */
export function adviceOf(column: unknown, profile: Pick<ProfileRow, 'fields'> | null): FieldName[] {
  if (!profile?.fields || column === '') return [];
  if (typeof column === 'string') return column.split(' ').filter(isFieldName);
  return adviceFields(profile.fields);
}

/** The repository of saved copies. */
export function profiles(context: Context) {
  const { sql, onUnreadable, changes } = context;
  const stored = (organizationId: string): Row | null =>
    sql.get('SELECT * FROM profile WHERE organization_id = ?', organizationId);
  return {
    get(organizationId: string): ProfileRow | null {
      const row = stored(organizationId);
      const profile = row && toProfileRow(row);
      if (row && !profile) onUnreadable({ table: 'profile', id: organizationId });
      return profile;
    },
    put(row: ProfileRow): void {
      sql.run(
        `INSERT INTO profile (organization_id, fields, confirmed_at, checked_at, changed_elsewhere, advice)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (organization_id) DO UPDATE SET fields = excluded.fields,
           confirmed_at = excluded.confirmed_at, checked_at = excluded.checked_at,
           changed_elsewhere = excluded.changed_elsewhere, advice = excluded.advice`,
        row.organizationId,
        row.fields && columns.fromProfile(row.fields),
        row.confirmedAt,
        row.checkedAt,
        row.changedElsewhere ? 1 : 0,
        adviceColumn(sql, row.organizationId, row.fields),
      );
      markEntry(context, row.organizationId);
    },
    /** Fields of the saved copy with advice that was not marked as viewed. */
    advice(organizationId: string): FieldName[] {
      const row = stored(organizationId);
      return row ? adviceOf(row['advice'], toProfileRow(row)) : [];
    },
    /** Clears the *changed elsewhere* flag and the advice about the current texts. */
    markViewed(organizationIds: readonly string[]): void {
      for (const id of organizationIds) {
        const row = stored(id);
        const fields = row && toProfileRow(row)?.fields;
        for (const field of fields ? adviceOf(row['advice'], { fields }) : []) {
          sql.run(
            `INSERT INTO viewed_advice (organization_id, field, text) VALUES (?, ?, ?)
             ON CONFLICT (organization_id, field) DO UPDATE SET text = excluded.text`,
            id,
            field,
            columns.toJson(fields?.[field] ?? ''),
          );
        }
        sql.run(
          `UPDATE profile SET changed_elsewhere = 0, advice = '' WHERE organization_id = ?`,
          id,
        );
        markEntry(context, id);
      }
    },
    /** Number of saved entries, and of those with a saved copy of their profile. */
    counts(): { saved: number; copies: number } {
      const count = (table: string): number =>
        columns.toNumber(sql.get(`SELECT count(*) AS n FROM ${table}`)?.['n']);
      return { saved: count('organization'), copies: count('profile') };
    },
    /**
     * Examines the `n` entries that were added after position `after` (0: from the first one).
     * @returns those without a readable copy, and the position to continue after (null: the end)
     */
    unread(after: number, n: number): { entries: EntrySignIn[]; next: number | null } {
      const LAST = `SELECT max(rowid) AS place, count(*) AS n FROM
        (SELECT rowid FROM organization WHERE rowid > ? ORDER BY rowid LIMIT ?)`;
      const examined = sql.get(LAST, after, n);
      const last = columns.toNumber(examined?.['place']);
      const isEnd = columns.toNumber(examined?.['n']) < n;
      const entries = sql.all(UNREAD_BETWEEN, after, last).flatMap(toEntry);
      return { entries, next: isEnd ? null : last };
    },
    /** Those of these entries without a readable copy. */
    withoutCopyAmong: (organizationIds: readonly string[]): EntrySignIn[] =>
      sql.all(UNREAD_AMONG, columns.toJson(organizationIds)).flatMap(toEntry),
    /**
     * The next `n` entries that have a copy, least recently checked first.
     * @param range `after`: position to continue from, null to start; `before`: only those checked before
     *   this time (ms since the epoch), null for no limit
     */
    byCheck(
      { after, before }: { after: CheckPlace | null; before: number | null },
      n: number,
    ): { entries: EntrySignIn[]; next: CheckPlace | null } {
      const { checkedAt, row } = after ?? { checkedAt: -Infinity, row: 0 };
      const rows = sql.all(BY_CHECK, checkedAt, row, before, n);
      const last = rows.length < n ? undefined : rows.at(-1);
      return {
        entries: rows.flatMap(toEntry),
        next: last ? { checkedAt: Number(last['checked_at']), row: Number(last['place']) } : null,
      };
    },
    /** Records that the saved copies still equaled Cloudflare's profiles at this time. */
    markChecked(organizationIds: readonly string[], at: number): void {
      for (const id of organizationIds) {
        sql.run('UPDATE profile SET checked_at = ? WHERE organization_id = ?', at, id);
        // Only the entry's page shows this time, not its row.
        changes.organization(id);
      }
    },
  };
}
