/** Edits not submitted yet. */
import { EMPTY_PROFILE } from '../../shared/profile';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './database';
import { indexForSearch } from './search-text';
import type { DraftRow, Tables } from './tables';
import { keepUnreadable } from './unreadable';

/**
 * The draft of a stored row, or null when what was typed cannot be understood. When only its base is
 * lost, the base is five empty texts: whatever Cloudflare has then differs from it, so the merge
 * asks the person instead of overwriting.
 */
export function toDraft(row: Row, onUnreadable: columns.OnUnreadable): DraftRow | null {
  const organizationId = columns.toOrganizationId(row['organization_id']);
  const fields = columns.toProfile(row['fields']);
  const base = columns.toProfile(row['base']);
  if (organizationId === null || !fields || !base) {
    onUnreadable({ table: 'draft', id: organizationId ?? '' });
  }
  if (organizationId === null || !fields) return null;
  return {
    organizationId,
    fields,
    base: base ?? { ...EMPTY_PROFILE },
    updatedAt: columns.toNumber(row['updated_at']),
  };
}

/** The repository of drafts. */
export function drafts(context: Context): Tables['drafts'] {
  const { sql, onUnreadable } = context;
  const stored = (organizationId: string): Row | null =>
    sql.get('SELECT * FROM draft WHERE organization_id = ?', organizationId);
  const keepIfUnreadable = (organizationId: string): void => {
    const row = stored(organizationId);
    if (row && !toDraft(row, onUnreadable)) keepUnreadable(context, 'draft', organizationId, row);
  };
  return {
    get(organizationId) {
      const row = stored(organizationId);
      return row && toDraft(row, onUnreadable);
    },
    put(row) {
      keepIfUnreadable(row.organizationId);
      sql.run(
        `INSERT INTO draft (organization_id, fields, base, updated_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (organization_id) DO UPDATE SET fields = excluded.fields,
           base = excluded.base, updated_at = excluded.updated_at`,
        row.organizationId,
        columns.fromProfile(row.fields),
        columns.fromProfile(row.base),
        row.updatedAt,
      );
      indexForSearch(sql, row.organizationId);
    },
    remove(organizationId) {
      keepIfUnreadable(organizationId);
      sql.run('DELETE FROM draft WHERE organization_id = ?', organizationId);
      indexForSearch(sql, organizationId);
    },
  };
}
