/** Bulk jobs and how each of their items stands, also after its pending change is gone. */
import { isFieldName } from '../../shared/profile';
import type { BulkResult } from '../../shared/bulk';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './database';
import type { BulkRunRow, Tables } from './tables';

/** How an item can stand. */
const STATES = ['done', 'waiting', 'failed', 'cancelled'] as const;

// An item that has not ended stands as its pending change does. Without that change, which no step
// of ours leaves behind, nothing will be sent any more.
const STATE = `CASE
    WHEN i.state IS NOT NULL THEN i.state
    WHEN x.state IS NULL THEN 'cancelled'
    WHEN x.state IN ('paused', 'conflict', 'refused') THEN 'failed'
    ELSE 'waiting' END`;
const ITEMS = `bulk_item i LEFT JOIN outbox x
  ON i.state IS NULL AND x.organization_id = i.organization_id AND x.version = i.version`;

/** Jobs that were dismissed go when nothing that is still to be sent is theirs. */
const FORGET = `DELETE FROM bulk_run WHERE dismissed = 1
  AND NOT EXISTS (SELECT 1 FROM outbox WHERE bulk_run_id = bulk_run.id)`;

function toRun(row: Row): BulkRunRow {
  const fields = columns.fromJson(row['fields']);
  return {
    id: String(row['id']),
    kind: columns.toOneOf(['change', 'import'], row['kind'], 'change'),
    at: columns.toNumber(row['at']),
    fields: Array.isArray(fields)
      ? fields.filter((field) => typeof field === 'string' && isFieldName(field))
      : [],
    paused: row['paused'] === 1,
  };
}

/** The repository of bulk jobs. */
export function bulk({ sql }: Context): Tables['bulk'] {
  return {
    add({ id, kind, at, fields, paused }, items) {
      sql.run(FORGET);
      sql.run(
        `INSERT INTO bulk_run (id, kind, at, fields, paused, dismissed) VALUES (?, ?, ?, ?, ?, 0)`,
        ...[id, kind, at, columns.toJson(fields), paused ? 1 : 0],
      );
      for (const { organizationId, version, leftOut } of items) {
        sql.run(
          `INSERT INTO bulk_item (run_id, organization_id, version, state, failure)
           VALUES (?, ?, ?, ?, ?)`,
          ...[id, organizationId, version, leftOut && 'cancelled', columns.toJsonOrNull(leftOut)],
        );
      }
    },
    all: () => sql.all('SELECT * FROM bulk_run WHERE dismissed = 0 ORDER BY rowid DESC').map(toRun),
    get(id) {
      const row = sql.get('SELECT * FROM bulk_run WHERE id = ? AND dismissed = 0', id);
      return row && toRun(row);
    },
    setPaused(id, paused) {
      sql.run('UPDATE bulk_run SET paused = ? WHERE id = ?', paused ? 1 : 0, id);
    },
    dismiss(id) {
      sql.run('UPDATE bulk_run SET dismissed = 1, paused = 0 WHERE id = ?', id);
      sql.run(FORGET);
    },
    counts(id) {
      const counts = { done: 0, waiting: 0, failed: 0, cancelled: 0 };
      const query = `SELECT ${STATE} AS stands, count(*) AS n FROM ${ITEMS}
        WHERE run_id = ? GROUP BY stands`;
      for (const row of sql.all(query, id)) {
        counts[columns.toOneOf(STATES, row['stands'], 'cancelled')] += columns.toNumber(row['n']);
      }
      return counts;
    },
    results(id) {
      const query = `SELECT i.organization_id, o.name, ${STATE} AS stands,
          coalesce(i.failure, x.failure) AS why
        FROM ${ITEMS} JOIN organization o ON o.id = i.organization_id
        WHERE run_id = ? ORDER BY i.rowid`;
      return sql.all(query, id).flatMap((row): BulkResult | [] => {
        const organizationId = columns.toOrganizationId(row['organization_id']);
        if (organizationId === null) return [];
        return {
          organizationId,
          name: columns.toText(row['name']),
          state: columns.toOneOf(STATES, row['stands'], 'cancelled'),
          failure: columns.toFailure(row['why']),
        };
      });
    },
    end(organizationId, version, state) {
      sql.run(
        `UPDATE bulk_item SET state = ?, failure = NULL WHERE organization_id = ? AND version = ?`,
        ...[state, organizationId, version],
      );
    },
    follow(organizationId, version, newer) {
      sql.run(
        `UPDATE bulk_item SET version = ?
         WHERE organization_id = ? AND version = ? AND state IS NULL`,
        ...[newer, organizationId, version],
      );
    },
  };
}
