/** Drafts: edits that were not submitted yet. */
import * as columns from './columns';
import { copyIfUnreadable, markEntry, type Context } from './context';
import type { Row } from './database';
import type { DraftRow } from './rows';

/** Parses a row. Null if no text in it can be read. Calls `onUnreadable` if at least one text is lost. */
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
export function drafts(context: Context) {
  const { sql, onUnreadable } = context;
  return {
    get(organizationId: string): DraftRow | null {
      const row = sql.get('SELECT * FROM draft WHERE organization_id = ?', organizationId);
      return row && toDraft(row, onUnreadable);
    },
    /** Ids of all organizations with a draft. */
    ids: (): string[] =>
      sql
        .all('SELECT organization_id AS id FROM draft ORDER BY organization_id')
        .map(({ id }) => columns.toOrganizationId(id))
        .filter((id) => id !== null),
    put(row: DraftRow): void {
      copyIfUnreadable(context, 'draft', row.organizationId);
      sql.run(
        `INSERT INTO draft (organization_id, patch, updated_at) VALUES (?, ?, ?)
         ON CONFLICT (organization_id) DO UPDATE SET patch = excluded.patch,
           updated_at = excluded.updated_at`,
        row.organizationId,
        columns.toJson(row.patch),
        row.updatedAt,
      );
      markEntry(context, row.organizationId);
    },
    remove(organizationId: string): void {
      copyIfUnreadable(context, 'draft', organizationId);
      sql.run('DELETE FROM draft WHERE organization_id = ?', organizationId);
      markEntry(context, organizationId);
    },
  };
}
