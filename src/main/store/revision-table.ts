/** Remembered states of profiles. */
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './database';
import { REVISION_KINDS } from '../../shared/history';
import type { StoredRevision, Tables } from './tables';

/** The revision of a stored row, or null when its texts cannot be understood. */
export function toRevision(row: Row): StoredRevision | null {
  const organizationId = columns.toOrganizationId(row['organization_id']);
  const fields = columns.toProfile(row['fields']);
  if (organizationId === null || !fields) return null;
  return {
    id: columns.toNumber(row['id']),
    organizationId,
    at: columns.toNumber(row['at']),
    kind: columns.toOneOf(REVISION_KINDS, row['kind'], 'observed'),
    fields,
  };
}

/** The repository of revisions. */
export function revisions({ sql, onUnreadable }: Context): Tables['revisions'] {
  const read = (rows: Row[]): StoredRevision[] =>
    rows.flatMap((row) => {
      const revision = toRevision(row);
      if (!revision) onUnreadable({ table: 'revision', id: String(row['organization_id']) });
      return revision ?? [];
    });
  return {
    of: (organizationId) =>
      read(
        sql.all('SELECT * FROM revision WHERE organization_id = ? ORDER BY at, id', organizationId),
      ),
    page: (organizationId, before, limit) =>
      read(
        sql.all(
          `SELECT * FROM revision WHERE organization_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
          organizationId,
          before ?? Number.MAX_SAFE_INTEGER,
          limit,
        ),
      ),
    get: (id) => read(sql.all('SELECT * FROM revision WHERE id = ?', id))[0] ?? null,
    copyBefore: (organizationId, id) =>
      read(
        sql.all(
          `SELECT * FROM revision WHERE organization_id = ? AND id < ?
           AND kind IN ('saved', 'observed') ORDER BY id DESC LIMIT 1`,
          organizationId,
          id,
        ),
      )[0] ?? null,
    latest(organizationId) {
      const newest = 'SELECT max(id) AS id FROM revision WHERE organization_id = ?';
      return columns.toTime(sql.get(newest, organizationId)?.['id']);
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
