/** Drafts: edits that were not submitted yet. */
import * as columns from './columns';
import { markEntry, type Context } from './context';
import type { DraftRow } from './rows';
import { Part, readRow, type Table } from './table';

/** The table of drafts. They come back through changes/adopt-edits.ts. */
export const DRAFT: Table<DraftRow> = {
  name: 'draft',
  isOffered: true,
  parse(row) {
    const entryId = columns.toEntryId(row['entry_id']);
    const { patch, isWhole } = columns.readPatch(row['patch']);
    if (entryId === null || !patch) return null;
    const draft = { entryId, patch, updatedAt: columns.toNumber(row['updated_at']) };
    return isWhole ? draft : new Part(draft, { patch: columns.toJson(patch) });
  },
};

/** The repository of drafts. Only changes/repository.ts writes here. */
export function drafts(context: Context) {
  const { sql } = context;
  return {
    get(entryId: string): DraftRow | null {
      const row = sql.get('SELECT * FROM draft WHERE entry_id = ?', entryId);
      return row && readRow(DRAFT, row);
    },
    /** Ids of all organizations with a draft. */
    ids: (): string[] =>
      sql
        .all('SELECT entry_id AS id FROM draft ORDER BY entry_id')
        .map(({ id }) => columns.toEntryId(id))
        .filter((id) => id !== null),
    put(row: DraftRow): void {
      sql.run(
        `INSERT INTO draft (entry_id, patch, updated_at) VALUES (?, ?, ?)
         ON CONFLICT (entry_id) DO UPDATE SET patch = excluded.patch,
           updated_at = excluded.updated_at`,
        row.entryId,
        columns.toJson(row.patch),
        row.updatedAt,
      );
      const TYPED_AGAIN = 'UPDATE unreadable SET is_shown = 0 WHERE entry_id = ?';
      sql.run(TYPED_AGAIN, row.entryId);
      markEntry(context, row.entryId);
    },
    remove(entryId: string): void {
      sql.run('DELETE FROM draft WHERE entry_id = ?', entryId);
      markEntry(context, entryId);
    },
  };
}
