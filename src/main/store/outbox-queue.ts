/** Questions about many pending changes at once, answered without reading the texts of all of them. */
import { CHANGE_STATES } from '../../shared/organization';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './database';
import type { OutboxRow, Tables } from './tables';

/** The part of the repository of pending changes that is about all of them. */
type OutboxQueue = Pick<Tables['outbox'], 'due' | 'nextDue' | 'entries' | 'move'>;

// Found and sorted in the index `outbox_by_turn` alone; only the rows taken are read. A state that
// cannot be understood starts again as queued (outbox-table.ts).
const QUEUED = `SELECT rowid AS place, attempts, submitted_at AS since FROM outbox
  WHERE state NOT IN ('waiting', 'paused', 'conflict', 'refused')
  ORDER BY attempts, submitted_at, rowid LIMIT ? OFFSET ?`;
const WAITED = `SELECT rowid AS place, attempts, submitted_at AS since FROM outbox
  WHERE state = 'waiting'
    AND (next_attempt_at IS NULL OR next_attempt_at <= ? OR next_attempt_at > ?)
  ORDER BY attempts, submitted_at, rowid LIMIT ? OFFSET ?`;

/** Rows looked at in one go. */
const AT_ONCE = 32;

/**
 * Makes that part.
 * @param toOutbox the pending change of a stored row, or null when it cannot be understood
 */
export function outboxQueue(
  { sql, onUnreadable }: Context,
  toOutbox: (row: Row, onUnreadable: columns.OnUnreadable) => OutboxRow | null,
): OutboxQueue {
  function readable(
    page: (offset: number) => Row[],
    limit: number,
    except: (organizationId: string) => boolean,
  ): OutboxRow[] {
    const found: OutboxRow[] = [];
    for (let offset = 0; found.length < limit; offset += AT_ONCE) {
      const places = page(offset);
      for (const { place } of places) {
        const row = sql.get('SELECT * FROM outbox WHERE rowid = ?', columns.toNumber(place));
        const change = row && toOutbox(row, onUnreadable);
        if (change && !except(change.organizationId)) found.push(change);
        if (found.length === limit) break;
      }
      if (places.length < AT_ONCE) break;
    }
    return found;
  }

  return {
    due(now, horizon, limit, except) {
      const queued = readable((offset) => sql.all(QUEUED, AT_ONCE, offset), limit, except);
      const waited = readable(
        (offset) => sql.all(WAITED, now, horizon, AT_ONCE, offset),
        limit,
        except,
      );
      return [...queued, ...waited]
        .sort((one, two) => one.attempts - two.attempts || one.submittedAt - two.submittedAt)
        .slice(0, limit);
    },
    nextDue(now) {
      const NEXT = `SELECT min(next_attempt_at) AS at FROM outbox
        WHERE state = 'waiting' AND next_attempt_at > ?`;
      return columns.toTime(sql.get(NEXT, now)?.['at']);
    },
    entries() {
      return sql
        .all(
          `SELECT outbox.organization_id AS id, credential_id, state, failure FROM outbox
           JOIN organization ON organization.id = outbox.organization_id
           ORDER BY submitted_at, outbox.rowid`,
        )
        .flatMap((row) => {
          const organizationId = columns.toOrganizationId(row['id']);
          if (organizationId === null) return [];
          const credentialId = row['credential_id'];
          return {
            organizationId,
            credentialId: typeof credentialId === 'string' ? credentialId : null,
            state: columns.toOneOf(CHANGE_STATES, row['state'], 'queued'),
            failure: columns.toFailure(row['failure']),
          };
        });
    },
    move(organizationIds, state, failure) {
      const why = columns.toJsonOrNull(failure);
      for (const id of organizationIds) {
        sql.run(
          `UPDATE outbox SET state = ?, failure = ?, theirs = NULL, next_attempt_at = NULL
           WHERE organization_id = ?`,
          state,
          why,
          id,
        );
      }
    },
  };
}
