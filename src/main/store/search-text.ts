/**
 * Keeps the folded text that search looks through: name, id, and the texts of the saved copy, the
 * draft and the pending change. Whoever changes one of these calls it in the same transaction.
 */
import { FIELD_NAMES } from '../../shared/profile';
import { toProfile, toText } from './columns';
import type { Sql } from './database';
import { fold } from './fold';

const PARTS = `SELECT o.name, p.fields, d.fields, x.desired FROM organization o
  LEFT JOIN profile p ON p.organization_id = o.id
  LEFT JOIN draft d ON d.organization_id = o.id
  LEFT JOIN outbox x ON x.organization_id = o.id
  WHERE o.id = ?`;

/** Brings the search text of an organization up to date; nothing happens when there is none. */
export function indexForSearch(sql: Sql, organizationId: string): void {
  const [parts] = sql.arrays(PARTS, organizationId);
  if (!parts) return;
  const [name, ...profiles] = parts;
  const texts = new Set([toText(name), organizationId]);
  for (const column of profiles) {
    const profile = toProfile(column);
    for (const field of FIELD_NAMES) if (profile) texts.add(profile[field]);
  }
  sql.run(
    `INSERT INTO search_text (organization_id, folded) VALUES (?, ?)
     ON CONFLICT (organization_id) DO UPDATE SET folded = excluded.folded
     WHERE folded <> excluded.folded`,
    organizationId,
    // Words of a query hold no line end, so none can match across two texts.
    [...texts].map(fold).join('\n'),
  );
}
