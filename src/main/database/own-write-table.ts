/**
 * The texts that we last wrote through each entry. One record at Cloudflare may be shown by several entries: an
 * organization, and the accounts that belong to it (API reference, "Update account profile"). A text that we wrote
 * through one of them is ours in all of them.
 */
import { touchedFields } from '../../shared/patch';
import { FIELD_NAMES } from '../../shared/profile';
import * as columns from './columns';
import type { Context } from './context';
import type { Tables } from './tables';

/** The record that an entry shows: its own for an organization, that of its organization for an account. */
const RECORD = "CASE o.kind WHEN 'account' THEN o.parent_id ELSE o.id END";

const BY_SIBLINGS = `WITH record AS (SELECT ${RECORD} AS id FROM organization o WHERE o.id = ?1)
  SELECT w.*, o.name FROM record
  JOIN organization o ON o.id = record.id OR (o.parent_id = record.id AND o.kind = 'account')
  JOIN own_write w ON w.organization_id = o.id
  WHERE o.id <> ?1 AND w.at >= ?2 ORDER BY w.at DESC`;

/** The repository of our own writes. */
export function ownWrites({ sql }: Context): Tables['ownWrites'] {
  return {
    put(organizationId, texts, at) {
      for (const field of touchedFields(texts)) {
        sql.run(
          `INSERT INTO own_write (organization_id, field, text, at) VALUES (?, ?, ?, ?)
           ON CONFLICT (organization_id, field) DO UPDATE SET text = excluded.text, at = excluded.at`,
          organizationId,
          field,
          columns.toJson(texts[field]),
          at,
        );
      }
    },
    remove(organizationId, fields) {
      for (const field of fields) {
        sql.run(
          'DELETE FROM own_write WHERE organization_id = ? AND field = ?',
          organizationId,
          field,
        );
      }
    },
    bySiblings(organizationId, since) {
      return sql.all(BY_SIBLINGS, organizationId, since).flatMap((row) => {
        const field = FIELD_NAMES.find((name) => name === row['field']);
        const text = columns.fromJson(row['text']);
        if (field === undefined || typeof text !== 'string') return [];
        return {
          organizationId: String(row['organization_id']),
          name: columns.toText(row['name']),
          field,
          text,
          at: columns.toNumber(row['at']),
        };
      });
    },
  };
}
