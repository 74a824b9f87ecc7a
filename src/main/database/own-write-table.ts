/**
 * The last texts that we wrote into each field of a record. One record at Cloudflare may be shown by several entries:
 * an organization, and the accounts that belong to it (API reference, "Update account profile"). A text that we wrote
 * through one of them is ours in all of them.
 *
 * A row that does not pass its check (row-macs.ts) counts as absent: with a planted one, a text of someone else would
 * look like ours and be overwritten.
 */
import { touchedFields } from '../../shared/patch';
import { FIELD_NAMES } from '../../shared/profile';
import type { Edits, FieldName } from '../../shared/profile';
import * as columns from './columns';
import type { Context } from './context';
import type { Row, Value } from './sqlite-file';
import type { Covered } from './row-macs';
import type { SiblingWrite } from './rows';
import { RECORD, SIBLINGS } from './shared-record';

const RECORD_OF = `SELECT ${RECORD} AS id FROM organization o WHERE o.id = ?`;

const BY_SIBLINGS = `SELECT w.*, o.name FROM own_write w JOIN organization o ON o.id = w.entry_id
  WHERE w.record_id = ? AND w.entry_id <> ? AND w.at >= ? ORDER BY w.at DESC`;

const PUT = `INSERT INTO own_write
  (record_id, entry_id, field, text, version, submitted_at, at, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

/** SQL: deletes an earlier write of the same text, and all but the newest writes of the field. */
const REPLACE = `DELETE FROM own_write WHERE record_id = ?1 AND field = ?2 AND (text = ?3 OR id NOT IN (
  SELECT id FROM own_write WHERE record_id = ?1 AND field = ?2 ORDER BY id DESC LIMIT ?4))`;

/** How many texts of a field are remembered. More than one, because the last write may not have arrived. */
const REMEMBERED = 8;

/** How long a write is remembered, in ms. By then the other entries have been read, or the person looks again. */
const REMEMBERED_MS = 30 * 24 * 60 * 60_000;

const COVERED = [
  'record_id',
  'entry_id',
  'field',
  'text',
  'version',
  'submitted_at',
  'at',
] as const;

function covered(row: Row): Covered {
  return ['own-write', ...COVERED.map((name) => row[name] as Value)];
}

/** The repository of our own writes. */
export function ownWrites({ sql, macs, now }: Context) {
  const recordOf = (entryId: string): string =>
    String(sql.get(RECORD_OF, entryId)?.['id'] ?? entryId);
  return {
    /**
     * Records what a write through an entry contains, if other entries show the same record.
     * @param write the version of its change, when that was submitted, and when it is sent
     */
    put(
      entryId: string,
      texts: Edits,
      { version, submittedAt, at }: { version: number; submittedAt: number; at: number },
    ): void {
      // Most entries share their record with no other, and need no row.
      if (!sql.get(`${SIBLINGS} LIMIT 1`, entryId)) return;
      const record = recordOf(entryId);
      sql.run('DELETE FROM own_write WHERE at < ?', now() - REMEMBERED_MS);
      for (const field of touchedFields(texts)) {
        const text = columns.toJson(texts[field]);
        const own = { record_id: record, entry_id: entryId, field, text, version };
        const row = { ...own, submitted_at: submittedAt, at };
        sql.run(REPLACE, record, field, text, REMEMBERED - 1);
        sql.run(PUT, ...COVERED.map((name) => row[name]), macs.of(covered(row)));
      }
    },
    /**
     * What was written since a time through other entries that show the same record: the organization behind an
     * account, and the accounts of an organization. Newest first.
     */
    bySiblings(entryId: string, since: number): SiblingWrite[] {
      const found = sql.all(BY_SIBLINGS, recordOf(entryId), entryId, since);
      return found.flatMap((row) => {
        if (macs.check(covered(row), row['mac']) !== true) return [];
        const field = FIELD_NAMES.find((name) => name === row['field']);
        const text = columns.fromJson(row['text']);
        if (field === undefined || typeof text !== 'string') return [];
        return {
          entryId: String(row['entry_id']),
          name: columns.toText(row['name']),
          field,
          text,
          version: columns.toNumber(row['version']),
          submittedAt: columns.toNumber(row['submitted_at']),
          at: columns.toNumber(row['at']),
        };
      });
    },
    /** Forgets what was written into these fields of the record before a time. */
    forget(entryId: string, fields: readonly FieldName[], before: number): void {
      const FORGET = 'DELETE FROM own_write WHERE record_id = ? AND field = ? AND at < ?';
      for (const field of fields) sql.run(FORGET, recordOf(entryId), field, before);
    },
  };
}
