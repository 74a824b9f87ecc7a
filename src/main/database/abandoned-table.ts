/**
 * Abandoned writes: texts that may still arrive at Cloudflare after their change was discarded. They are only
 * needed to recognize our own writes, so a row that cannot be read counts as empty. So does one that does not pass
 * its check (row-macs.ts): with a planted text, a text of someone else would look like ours and be overwritten. While
 * the keys of earlier runs are not known, a row can neither be used nor dropped.
 */
import type { Edits } from '../../shared/profile';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './database';
import type { Covered, Verdict } from './row-macs';

function covered(organizationId: string, texts: unknown): Covered {
  return ['abandoned', organizationId, texts as string];
}

/** The repository of abandoned writes. */
export function abandoned({ sql, onUnreadable, changes, macs }: Context) {
  const find = (organizationId: string): Row | null =>
    sql.get('SELECT * FROM abandoned WHERE organization_id = ?', organizationId);
  const verdictOf = (row: Row): Verdict =>
    macs.verdict(covered(String(row['organization_id']), row['texts']), row['mac']);
  return {
    /** Organizations with an abandoned write that may still arrive at Cloudflare, without those that are unknown. */
    ids(): string[] {
      return sql
        .all('SELECT * FROM abandoned ORDER BY rowid')
        .filter((row) => verdictOf(row) !== 'unknown')
        .flatMap((row) => columns.toOrganizationId(row['organization_id']) ?? []);
    },
    /** Whether there are texts of an earlier run that cannot be checked yet, and so are not in `get`. */
    mustWait(organizationId: string): boolean {
      const row = find(organizationId);
      return row !== null && verdictOf(row) === 'unknown';
    },
    /** The texts that may still arrive; an empty object if there are none. */
    get(organizationId: string): Edits {
      const row = find(organizationId);
      if (!row) return {};
      const texts = columns.toEdits(row['texts']);
      if (!texts) onUnreadable({ table: 'abandoned', id: organizationId });
      return texts && verdictOf(row) === 'intact' ? texts : {};
    },
    put(organizationId: string, texts: Edits): void {
      const stored = columns.toJson(texts);
      sql.run(
        `INSERT INTO abandoned (organization_id, texts, mac) VALUES (?, ?, ?)
         ON CONFLICT (organization_id) DO UPDATE SET texts = excluded.texts, mac = excluded.mac`,
        organizationId,
        stored,
        macs.of(covered(organizationId, stored)),
      );
      changes.organization(organizationId);
      changes.topic('abandoned');
    },
    /** Gives new MACs to the rows that pass their check. */
    renewMacs(): void {
      for (const row of sql.all('SELECT * FROM abandoned')) {
        // How their writes ended can be found out from now on.
        changes.topic('abandoned');
        if (verdictOf(row) !== 'intact') continue;
        const id = String(row['organization_id']);
        const mac = macs.of(covered(id, row['texts']));
        sql.run('UPDATE abandoned SET mac = ? WHERE organization_id = ?', mac, id);
      }
    },
    remove(organizationId: string): void {
      sql.run('DELETE FROM abandoned WHERE organization_id = ?', organizationId);
      changes.organization(organizationId);
    },
  };
}
