/**
 * Keeps the folded text that search looks through: name, id, and the texts of the saved copy, the
 * draft and the pending change. Whoever changes one of these calls it in the same transaction.
 */
import { textsOf, touchedFields } from '../../shared/patch';
import { FIELD_NAMES, type Edits } from '../../shared/profile';
import { toPatch, toProfile, toText } from './columns';
import type { Sql } from './database';
import { fold } from './fold';

const PARTS = `SELECT o.name, p.fields, d.patch, x.patch FROM organization o
  LEFT JOIN profile p ON p.organization_id = o.id
  LEFT JOIN draft d ON d.organization_id = o.id
  LEFT JOIN outbox x ON x.organization_id = o.id
  WHERE o.id = ?`;

/** Brings the search text of an organization up to date; nothing happens when there is none. */
export function indexForSearch(sql: Sql, organizationId: string): void {
  const [parts] = sql.arrays(PARTS, organizationId);
  if (!parts) return;
  const [name, saved, ...patches] = parts;
  const texts = new Set([toText(name), organizationId]);
  const all: (Edits | null)[] = [toProfile(saved)];
  for (const column of patches) all.push(textsOf(toPatch(column) ?? {}));
  for (const one of all) for (const field of FIELD_NAMES) texts.add(one?.[field] ?? '');
  sql.run(
    `INSERT INTO search_text (organization_id, folded) VALUES (?, ?)
     ON CONFLICT (organization_id) DO UPDATE SET folded = excluded.folded
     WHERE folded <> excluded.folded`,
    organizationId,
    // Words of a query hold no line end, so none can match across two texts.
    [...texts].map(fold).join('\n'),
  );
}

/**
 * Adds texts that are new to an organization. Nothing that was there is gone, so nothing else is read for
 * it: ten thousand are submitted at once.
 */
export function addForSearch(sql: Sql, organizationId: string, added: Edits): void {
  const [row] = sql.arrays(
    'SELECT folded FROM search_text WHERE organization_id = ?',
    organizationId,
  );
  const folded = row?.[0];
  if (typeof folded !== 'string') return indexForSearch(sql, organizationId);
  const texts = new Set(touchedFields(added).map((field) => fold(added[field] ?? '')));
  // A word that stands in one of them stands in the whole then, too.
  const fresh = [...texts].filter((text) => !folded.includes(text));
  if (fresh.length === 0) return;
  sql.run(
    'UPDATE search_text SET folded = ? WHERE organization_id = ?',
    [folded, ...fresh].join('\n'),
    organizationId,
  );
}
