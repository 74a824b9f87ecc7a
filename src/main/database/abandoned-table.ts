/**
 * Abandoned writes: texts that may still arrive at Cloudflare after their change was discarded. They are only
 * needed to recognize our own writes, so a row that cannot be read counts as empty. So does one that does not pass
 * its check (row-macs.ts): with a planted text, a text of someone else would look like ours and be overwritten.
 */
import * as columns from './columns';
import type { Context } from './context';
import type { Covered } from './row-macs';
import type { Tables } from './tables';

function covered(organizationId: string, texts: unknown): Covered {
  return ['abandoned', organizationId, texts as string];
}

/** The repository of abandoned writes. */
export function abandoned({ sql, onUnreadable, changes, macs }: Context): Tables['abandoned'] {
  return {
    ids() {
      return sql
        .arrays('SELECT organization_id FROM abandoned ORDER BY rowid')
        .flatMap(([id]) => columns.toOrganizationId(id) ?? []);
    },
    get(organizationId) {
      const FIND = 'SELECT texts, mac FROM abandoned WHERE organization_id = ?';
      const row = sql.get(FIND, organizationId);
      if (!row) return {};
      const texts = columns.toEdits(row['texts']);
      if (!texts) onUnreadable({ table: 'abandoned', id: organizationId });
      const verdict = macs.verdict(covered(organizationId, row['texts']), row['mac']);
      return texts && verdict === 'intact' ? texts : {};
    },
    put(organizationId, texts) {
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
    renewMacs() {
      for (const row of sql.all('SELECT organization_id, texts, mac FROM abandoned')) {
        const id = String(row['organization_id']);
        const values = covered(id, row['texts']);
        if (macs.verdict(values, row['mac']) !== 'intact') continue;
        sql.run('UPDATE abandoned SET mac = ? WHERE organization_id = ?', macs.of(values), id);
      }
    },
    remove(organizationId) {
      sql.run('DELETE FROM abandoned WHERE organization_id = ?', organizationId);
      changes.organization(organizationId);
    },
  };
}
