/** Drafts: edits that were not submitted yet. */
import * as columns from './columns';
import { copyIfUnreadable, markEntry, type Context } from './context';
import type { Row } from './sqlite-file';
import type { DraftRow } from './rows';

/** Parses a row. Null if no text in it can be read. Calls `onUnreadable` if at least one text is lost. */
export function toDraft(row: Row, onUnreadable: columns.OnUnreadable): DraftRow | null {
  const entryId = columns.toEntryId(row['entry_id']);
  const { patch, isWhole } = columns.readPatch(row['patch']);
  if (entryId === null || !isWhole) {
    onUnreadable({ table: 'draft', id: entryId ?? '' });
  }
  if (entryId === null || !patch) return null;
  return { entryId, patch, updatedAt: columns.toNumber(row['updated_at']) };
}

/** The repository of drafts. Only changes/repository.ts writes here. */
export function drafts(context: Context) {
  const { sql, onUnreadable } = context;
  return {
    get(entryId: string): DraftRow | null {
      const row = sql.get('SELECT * FROM draft WHERE entry_id = ?', entryId);
      return row && toDraft(row, onUnreadable);
    },
    /** Ids of all organizations with a draft. */
    ids: (): string[] =>
      sql
        .all('SELECT entry_id AS id FROM draft ORDER BY entry_id')
        .map(({ id }) => columns.toEntryId(id))
        .filter((id) => id !== null),
    put(row: DraftRow): void {
      copyIfUnreadable(context, 'draft', row.entryId);
      sql.run(
        `INSERT INTO draft (entry_id, patch, updated_at) VALUES (?, ?, ?)
         ON CONFLICT (entry_id) DO UPDATE SET patch = excluded.patch,
           updated_at = excluded.updated_at`,
        row.entryId,
        columns.toJson(row.patch),
        row.updatedAt,
      );
      markEntry(context, row.entryId);
    },
    remove(entryId: string): void {
      copyIfUnreadable(context, 'draft', entryId);
      sql.run('DELETE FROM draft WHERE entry_id = ?', entryId);
      markEntry(context, entryId);
    },
  };
}
