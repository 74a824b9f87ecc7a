/** Submitted changes that Cloudflare has not confirmed: at most one per organization. */
import { CHANGE_STATES } from '../../shared/organization';
import { EMPTY_PROFILE } from '../../shared/profile';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './database';
import { outboxQueue } from './outbox-queue';
import { addForSearch, indexForSearch } from './search-text';
import type { OutboxRow, Tables } from './tables';
import { keepUnreadable } from './unreadable';

/**
 * The pending change of a stored row, or null when what was submitted cannot be understood. A lost
 * base becomes five empty texts (see draft-table.ts: the merge then asks); a lost state starts again.
 */
export function toOutbox(row: Row, onUnreadable: columns.OnUnreadable): OutboxRow | null {
  const organizationId = columns.toOrganizationId(row['organization_id']);
  const desired = columns.toProfile(row['desired']);
  const base = columns.toProfile(row['base']);
  if (organizationId === null || !desired || !base) {
    onUnreadable({ table: 'outbox', id: organizationId ?? '' });
  }
  if (organizationId === null || !desired) return null;
  return {
    organizationId,
    version: columns.toNumber(row['version']),
    desired,
    base: base ?? { ...EMPTY_PROFILE },
    attempted: columns.toProfile(row['attempted']),
    theirs: columns.toProfile(row['theirs']),
    submittedAt: columns.toNumber(row['submitted_at']),
    attempts: columns.toNumber(row['attempts']),
    nextAttemptAt: columns.toTime(row['next_attempt_at']),
    failure: columns.toFailure(row['failure']),
    state: columns.toOneOf(CHANGE_STATES, row['state'], 'queued'),
    bulkRunId: typeof row['bulk_run_id'] === 'string' ? row['bulk_run_id'] : null,
  };
}

const ADD = `INSERT INTO outbox (organization_id, version, desired, base, attempted, theirs,
    submitted_at, attempts, next_attempt_at, failure, state, bulk_run_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (organization_id) DO`;
const PUT = `${ADD} UPDATE SET version = excluded.version,
    desired = excluded.desired, base = excluded.base, attempted = excluded.attempted,
    theirs = excluded.theirs, submitted_at = excluded.submitted_at,
    attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at,
    failure = excluded.failure, state = excluded.state, bulk_run_id = excluded.bulk_run_id`;

/** Counts the rows for which `condition` is true by the sign-in of their organization. */
function countBySignIn(sql: Context['sql'], condition: string): Map<string, number> {
  const rows = sql.all(
    `SELECT credential_id AS id, count(*) AS n FROM outbox
     JOIN organization ON organization.id = outbox.organization_id
     WHERE outbox.${condition} AND credential_id IS NOT NULL GROUP BY credential_id`,
  );
  return new Map(rows.map((row) => [String(row['id']), columns.toNumber(row['n'])]));
}

/** The repository of pending changes. */
export function outbox(context: Context): Tables['outbox'] {
  const { sql, onUnreadable } = context;
  const stored = (organizationId: string): Row | null =>
    sql.get('SELECT * FROM outbox WHERE organization_id = ?', organizationId);
  const keepIfUnreadable = (organizationId: string): void => {
    const row = stored(organizationId);
    if (row && !toOutbox(row, onUnreadable)) keepUnreadable(context, 'outbox', organizationId, row);
  };
  const remove = (organizationId: string): void => {
    keepIfUnreadable(organizationId);
    sql.run('DELETE FROM outbox WHERE organization_id = ?', organizationId);
    indexForSearch(sql, organizationId);
  };
  return {
    ...outboxQueue(context, toOutbox),
    all() {
      return sql
        .all('SELECT * FROM outbox ORDER BY submitted_at, rowid')
        .flatMap((row) => toOutbox(row, onUnreadable) ?? []);
    },
    get(organizationId) {
      const row = stored(organizationId);
      return row && toOutbox(row, onUnreadable);
    },
    put(row) {
      const values = [
        row.organizationId,
        row.version,
        columns.fromProfile(row.desired),
        columns.fromProfile(row.base),
        row.attempted && columns.fromProfile(row.attempted),
        row.theirs && columns.fromProfile(row.theirs),
        row.submittedAt,
        row.attempts,
        row.nextAttemptAt,
        columns.toJsonOrNull(row.failure),
        row.state,
        row.bulkRunId,
      ];
      // Most are new; only one that was there may be unreadable.
      if (sql.run(`${ADD} NOTHING`, ...values) > 0) {
        addForSearch(sql, row.organizationId, row.desired);
        return;
      }
      keepIfUnreadable(row.organizationId);
      sql.run(PUT, ...values);
      indexForSearch(sql, row.organizationId);
    },
    removeVersion(organizationId, version) {
      const row = stored(organizationId);
      if (row?.['version'] !== version) return false;
      remove(organizationId);
      return true;
    },
    remove,
    count() {
      const WAITING = `SELECT count(*) AS n FROM outbox WHERE state NOT IN ('conflict', 'refused')`;
      return columns.toNumber(sql.get(WAITING)?.['n']);
    },
    pausedCounts: () => countBySignIn(sql, "state = 'paused'"),
    waitingCounts: () => countBySignIn(sql, "state NOT IN ('conflict', 'refused')"),
  };
}
