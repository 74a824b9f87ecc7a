/**
 * Puts aside rows that cannot be read, because the file was edited or its disk is failing: copies them to the table
 * `unreadable`, so that nothing a person typed is thrown away, and leaves in place only what can be read of them. A
 * reader that meets one throws `Unreadable`; the database calls `putAside` and runs the work again (database.ts). The
 * check after the launch finds those that violate a `CHECK` (damage/integrity.ts).
 */
import * as columns from './columns';
import { markEntry, type Context } from './context';
import { Part } from './table';
import { DECLARED } from './tables';

/** A row that was put aside, for the log, which never gets its content. */
export interface PutAside {
  table: string;
  /** The id of its entry; '' if it has none. */
  id: string;
}

/** Rows read at a time. */
const PAGE_SIZE = 100;

/** Puts aside the rows of a table that cannot be read, and returns them. Call inside a write transaction. */
export function putAside({ sql, now, ...marks }: Context, name: string): PutAside[] {
  const table = DECLARED.find((one) => one.name === name);
  const found: PutAside[] = [];
  const PAGE = `SELECT *, rowid AS place, ${table?.isAlone ?? '0'} AS is_alone
    FROM ${name} NOT INDEXED WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE_SIZE}`;
  for (let after = Number.MIN_SAFE_INTEGER; table;) {
    const page = sql.all(PAGE, after);
    for (const { place, is_alone, ...row } of page) {
      after = Number(place);
      const parsed = is_alone === 1 ? null : table.parse(row);
      if (parsed !== null && !(parsed instanceof Part)) continue;
      const id = String(row['entry_id'] ?? '');
      found.push({ table: name, id });
      sql.run(
        'INSERT INTO unreadable (source, entry_id, at, is_shown, row) VALUES (?, ?, ?, ?, ?)',
        name,
        id,
        now(),
        table.isOffered ? 1 : 0,
        columns.toJson(row),
      );
      if (parsed === null) sql.run(`DELETE FROM ${name} WHERE rowid = ?`, after);
      else {
        const set = Object.keys(parsed.columns).map((column) => `${column} = ?`);
        sql.run(
          `UPDATE ${name} SET ${set.join(', ')} WHERE rowid = ?`,
          ...Object.values(parsed.columns),
          after,
        );
      }
      if (columns.toEntryId(row['entry_id']) !== null) markEntry(marks, id);
      // Sending, adding and the saves shown depend on it.
      for (const topic of ['outbox', 'drafts', 'batches', 'saves', 'additions'] as const) {
        marks.changes.topic(topic);
      }
    }
    if (page.length < PAGE_SIZE) break;
  }
  return found;
}
