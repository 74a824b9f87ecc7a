/** Edits not submitted yet. */
import * as columns from './columns';
import { mark, type Context } from './context';
import type { Row } from './database';
import type { DraftRow, Tables } from './tables';
import { keepUnreadable } from './unreadable';

/**
 * The draft of a stored row, or null when nothing that was typed can be understood. It is reported as
 * soon as one text is lost.
 */
export function toDraft(row: Row, onUnreadable: columns.OnUnreadable): DraftRow | null {
  const organizationId = columns.toOrganizationId(row['organization_id']);
  const { patch, isWhole } = columns.readPatch(row['patch']);
  if (organizationId === null || !isWhole) {
    onUnreadable({ table: 'draft', id: organizationId ?? '' });
  }
  if (organizationId === null || !patch) return null;
  return { organizationId, patch, updatedAt: columns.toNumber(row['updated_at']) };
}

/** The repository of drafts. Only changes/repository.ts writes here. */
export function drafts(context: Context): Tables['drafts'] {
  const { sql, onUnreadable } = context;
  const stored = (organizationId: string): Row | null =>
    sql.get('SELECT * FROM draft WHERE organization_id = ?', organizationId);
  const keepIfUnreadable = (organizationId: string): void => {
    const row = stored(organizationId);
    if (!row || columns.readPatch(row['patch']).isWhole) return;
    keepUnreadable(context, 'draft', organizationId, row);
  };
  return {
    get(organizationId) {
      const row = stored(organizationId);
      return row && toDraft(row, onUnreadable);
    },
    put(row) {
      keepIfUnreadable(row.organizationId);
      sql.run(
        `INSERT INTO draft (organization_id, patch, updated_at) VALUES (?, ?, ?)
         ON CONFLICT (organization_id) DO UPDATE SET patch = excluded.patch,
           updated_at = excluded.updated_at`,
        row.organizationId,
        columns.toJson(row.patch),
        row.updatedAt,
      );
      mark(context, row.organizationId);
    },
    remove(organizationId) {
      keepIfUnreadable(organizationId);
      sql.run('DELETE FROM draft WHERE organization_id = ?', organizationId);
      mark(context, organizationId);
    },
  };
}
