/** Submitted changes that Cloudflare has not confirmed: at most one per organization. */
import { CHANGE_STATES } from '../../shared/organization';
import * as columns from './columns';
import { mark, type Context } from './context';
import type { Row } from './database';
import { outboxQueue } from './outbox-queue';
import type { OutboxRow, Tables } from './tables';
import { keepUnreadable } from './unreadable';

/**
 * The pending change of a stored row, or null when nothing that was submitted can be understood. It is
 * reported as soon as one text is lost. A lost state starts again; a decision without the copy it is about
 * waits until the person tries again.
 */
export function toOutbox(row: Row, onUnreadable: columns.OnUnreadable): OutboxRow | null {
  const organizationId = columns.toOrganizationId(row['organization_id']);
  const { patch, isWhole } = columns.readPatch(row['patch']);
  if (organizationId === null || !isWhole) {
    onUnreadable({ table: 'outbox', id: organizationId ?? '' });
  }
  if (organizationId === null || !patch) return null;
  const remote = columns.toProfile(row['remote']);
  const state = columns.toOneOf(CHANGE_STATES, row['state'], 'queued');
  const isDecided = state === 'conflict' || state === 'differs';
  return {
    organizationId,
    version: columns.toNumber(row['version']),
    patch,
    attempted: columns.toEdits(row['attempted']) ?? {},
    remote: isDecided ? remote : null,
    submittedAt: columns.toNumber(row['submitted_at']),
    attempts: columns.toNumber(row['attempts']),
    nextAttemptAt: columns.toTime(row['next_attempt_at']),
    failure: columns.toFailure(row['failure']),
    state: isDecided && remote === null ? 'refused' : state,
    bulkJobId: typeof row['bulk_run_id'] === 'string' ? row['bulk_run_id'] : null,
  };
}

const ADD = `INSERT INTO outbox (organization_id, version, patch, attempted, remote, submitted_at,
    attempts, next_attempt_at, failure, state, bulk_run_id, credential_id)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
    (SELECT credential_id FROM organization WHERE id = ?1))
  ON CONFLICT (organization_id) DO`;
const PUT = `${ADD} UPDATE SET version = excluded.version, patch = excluded.patch,
    attempted = excluded.attempted, remote = excluded.remote, submitted_at = excluded.submitted_at,
    attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at,
    failure = excluded.failure, state = excluded.state, bulk_run_id = excluded.bulk_run_id`;

/** The states in which a change waits for the person. */
const DECIDED = "('conflict', 'differs', 'refused')";

/** Counts the rows for which `condition` is true by their sign-in. */
function countBySignIn(sql: Context['sql'], condition: string): Map<string, number> {
  const rows = sql.all(
    `SELECT credential_id AS id, count(*) AS n FROM outbox
     WHERE ${condition} AND credential_id IS NOT NULL GROUP BY credential_id`,
  );
  return new Map(rows.map((row) => [String(row['id']), columns.toNumber(row['n'])]));
}

/**
 * The repository of pending changes. changes/repository.ts is the only writer of what the machine decides;
 * timing and queue order are set by sync/ and bulk/.
 */
export function outbox(context: Context): Tables['outbox'] {
  const { sql, onUnreadable, changes } = context;
  const stored = (organizationId: string): Row | null =>
    sql.get('SELECT * FROM outbox WHERE organization_id = ?', organizationId);
  const keepIfUnreadable = (organizationId: string): void => {
    const row = stored(organizationId);
    if (!row || columns.readPatch(row['patch']).isWhole) return;
    keepUnreadable(context, 'outbox', organizationId, row);
  };
  /** An item of a job that has not ended stands as its pending change does. */
  const HAS_OPEN_ITEM = 'SELECT 1 FROM bulk_item WHERE organization_id = ? AND state IS NULL';
  const markChange = (organizationId: string): void => {
    mark(context, organizationId);
    changes.topic('outbox');
    if (sql.get(HAS_OPEN_ITEM, organizationId)) changes.topic('jobs');
  };
  return {
    ...outboxQueue(context),
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
      markChange(row.organizationId);
      const values = [
        row.organizationId,
        row.version,
        columns.toJson(row.patch),
        columns.toJson(row.attempted),
        row.remote && columns.fromProfile(row.remote),
        row.submittedAt,
        row.attempts,
        row.nextAttemptAt,
        columns.toJsonOrNull(row.failure),
        row.state,
        row.bulkJobId,
      ];
      // Most are new; only one that was there may be unreadable.
      if (sql.run(`${ADD} NOTHING`, ...values) > 0) return;
      keepIfUnreadable(row.organizationId);
      sql.run(PUT, ...values);
    },
    remove(organizationId) {
      markChange(organizationId);
      keepIfUnreadable(organizationId);
      sql.run('DELETE FROM outbox WHERE organization_id = ?', organizationId);
    },
    count() {
      const WAITING = `SELECT count(*) AS n FROM outbox WHERE state NOT IN ${DECIDED}`;
      return columns.toNumber(sql.get(WAITING)?.['n']);
    },
    pausedCounts: () => countBySignIn(sql, "state = 'paused'"),
    waitingCounts: () => countBySignIn(sql, `state NOT IN ${DECIDED}`),
  };
}
