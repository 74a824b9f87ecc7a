/**
 * Abandoned writes: texts that may still arrive at Cloudflare after their change was discarded. They are only
 * needed to recognize our own writes. A row that does not pass its check (row-macs.ts) counts as empty: with a planted
 * text, a text of someone else would look like ours and be overwritten. While the key is not known, a row can neither be
 * used nor dropped.
 */
import type { Edits } from '../../shared/profile';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './sqlite-file';
import type { Covered, Trust } from './row-macs';

function covered(entryId: string, texts: unknown): Covered {
  return ['abandoned', entryId, texts as string];
}

/** The repository of abandoned writes. */
export function abandoned({ sql, changes, macs }: Context) {
  const find = (entryId: string): Row | null =>
    sql.get('SELECT * FROM abandoned WHERE entry_id = ?', entryId);
  const trust = (row: Row): Trust =>
    macs.check(covered(String(row['entry_id']), row['texts']), row['mac']);
  return {
    /** Organizations with an abandoned write that may still arrive at Cloudflare, without those that are unknown. */
    ids(): string[] {
      return sql
        .all('SELECT * FROM abandoned ORDER BY rowid')
        .filter((row) => trust(row) !== 'unknown')
        .flatMap((row) => columns.toEntryId(row['entry_id']) ?? []);
    },
    /** Whether there are texts that cannot be checked yet, and so are not in `get`. */
    mustWait(entryId: string): boolean {
      const row = find(entryId);
      return row !== null && trust(row) === 'unknown';
    },
    /** The texts that may still arrive; an empty object if there are none. */
    get(entryId: string): Edits {
      const row = find(entryId);
      if (!row) return {};
      return (trust(row) === 'ours' && columns.toEdits(row['texts'])) || {};
    },
    put(entryId: string, texts: Edits): void {
      const stored = columns.toJson(texts);
      sql.run(
        `INSERT INTO abandoned (entry_id, texts, mac) VALUES (?, ?, ?)
         ON CONFLICT (entry_id) DO UPDATE SET texts = excluded.texts, mac = excluded.mac`,
        entryId,
        stored,
        macs.of(covered(entryId, stored)),
      );
      changes.organization(entryId);
      changes.topic('abandoned');
    },
    /** Signs the rows that we stored before the key was known, and removes those that are not ours. */
    checkMacs(): void {
      for (const row of sql.all('SELECT * FROM abandoned')) {
        // How their writes ended can be found out from now on.
        changes.topic('abandoned');
        const id = String(row['entry_id']);
        const mac = trust(row) === 'ours' ? macs.of(covered(id, row['texts'])) : null;
        if (mac === null) sql.run('DELETE FROM abandoned WHERE entry_id = ?', id);
        else sql.run('UPDATE abandoned SET mac = ? WHERE entry_id = ?', mac, id);
      }
    },
    remove(entryId: string): void {
      sql.run('DELETE FROM abandoned WHERE entry_id = ?', entryId);
      changes.organization(entryId);
    },
  };
}
