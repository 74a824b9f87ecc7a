/** Remembered states of profiles. */
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './database';
import type { RevisionRow, Tables } from './tables';

const KINDS = ['saved', 'observed', 'discarded', 'replaced'] as const;

/** The revision of a stored row, or null when its texts cannot be understood. */
export function toRevision(row: Row): RevisionRow | null {
  const organizationId = columns.toOrganizationId(row['organization_id']);
  const fields = columns.toProfile(row['fields']);
  if (organizationId === null || !fields) return null;
  return {
    organizationId,
    at: columns.toNumber(row['at']),
    kind: columns.toOneOf(KINDS, row['kind'], 'observed'),
    fields,
  };
}

/** The repository of revisions. */
export function revisions({ sql, onUnreadable }: Context): Tables['revisions'] {
  return {
    of(organizationId) {
      return sql
        .all('SELECT * FROM revision WHERE organization_id = ? ORDER BY at, id', organizationId)
        .flatMap((row) => {
          const revision = toRevision(row);
          if (!revision) onUnreadable({ table: 'revision', id: organizationId });
          return revision ?? [];
        });
    },
    add(row) {
      sql.run(
        'INSERT INTO revision (organization_id, at, kind, fields) VALUES (?, ?, ?, ?)',
        row.organizationId,
        row.at,
        row.kind,
        columns.fromProfile(row.fields),
      );
    },
  };
}
