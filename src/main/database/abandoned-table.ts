/**
 * Abandoned writes: texts that may still arrive at Cloudflare after their change was discarded. They are only
 * needed to recognize our own writes, so a row that cannot be read counts as empty.
 */
import * as columns from './columns';
import type { Context } from './context';
import type { Tables } from './tables';

/** The repository of abandoned writes. */
export function abandoned({ sql, onUnreadable, changes }: Context): Tables['abandoned'] {
  return {
    ids() {
      return sql
        .arrays('SELECT organization_id FROM abandoned ORDER BY rowid')
        .flatMap(([id]) => columns.toOrganizationId(id) ?? []);
    },
    get(organizationId) {
      const row = sql.get('SELECT texts FROM abandoned WHERE organization_id = ?', organizationId);
      if (!row) return {};
      const texts = columns.toEdits(row['texts']);
      if (!texts) onUnreadable({ table: 'abandoned', id: organizationId });
      return texts ?? {};
    },
    put(organizationId, texts) {
      sql.run(
        `INSERT INTO abandoned (organization_id, texts) VALUES (?, ?)
         ON CONFLICT (organization_id) DO UPDATE SET texts = excluded.texts`,
        organizationId,
        columns.toJson(texts),
      );
      changes.organization(organizationId);
      changes.topic('abandoned');
    },
    remove(organizationId) {
      sql.run('DELETE FROM abandoned WHERE organization_id = ?', organizationId);
      changes.organization(organizationId);
    },
  };
}
