/** Writes given up before their end was known. A row that cannot be read is forgotten: it only helps. */
import * as columns from './columns';
import type { Context } from './context';
import type { Tables } from './tables';

/** The repository of given up writes. */
export function givenUp({ sql, onUnreadable }: Context): Tables['givenUp'] {
  return {
    ids() {
      return sql
        .arrays('SELECT organization_id FROM given_up ORDER BY rowid')
        .flatMap(([id]) => columns.toOrganizationId(id) ?? []);
    },
    get(organizationId) {
      const row = sql.get('SELECT * FROM given_up WHERE organization_id = ?', organizationId);
      if (!row) return null;
      const base = columns.toProfile(row['base']);
      const attempted = columns.toProfile(row['attempted']);
      if (base && attempted) return { organizationId, base, attempted };
      onUnreadable({ table: 'given_up', id: organizationId });
      return null;
    },
    put({ organizationId, base, attempted }) {
      sql.run(
        `INSERT INTO given_up (organization_id, base, attempted) VALUES (?, ?, ?)
         ON CONFLICT (organization_id) DO UPDATE SET base = excluded.base,
           attempted = excluded.attempted`,
        organizationId,
        columns.fromProfile(base),
        columns.fromProfile(attempted),
      );
    },
    remove(organizationId) {
      sql.run('DELETE FROM given_up WHERE organization_id = ?', organizationId);
    },
  };
}
