/** Questions about many pending changes at once, answered without reading the texts of all of them. */
import { CHANGE_STATES } from '../../shared/organization';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './database';
import type { OutboxRow, QueueEntry, Tables } from './tables';

/** The part of the repository of pending changes that is about all of them. */
type OutboxQueue = Pick<
  Tables['outbox'],
  'due' | 'nextOfRuns' | 'nextDue' | 'entries' | 'ofRun' | 'release' | 'loads' | 'move'
>;

// Found in the index `outbox_by_turn`, in its order; only the rows taken are read. `more` may leave
// some out.
const COLUMNS = 'SELECT rowid AS place, organization_id AS id FROM outbox WHERE bulk_run_id IS ?';
const IN_TURN = 'ORDER BY attempts, submitted_at, rowid LIMIT ? OFFSET ?';
const queued = (more: string): string => `${COLUMNS} AND state = 'queued' ${more} ${IN_TURN}`;
const waited = (more: string): string => `${COLUMNS} AND state = 'waiting'
  AND (next_attempt_at IS NULL OR next_attempt_at <= ? OR next_attempt_at > ?) ${more} ${IN_TURN}`;
/** A state that cannot be understood counts as queued (outbox-table.ts); word for word that of `outbox_odd`. */
const ODD = "state NOT IN ('queued', 'waiting', 'paused', 'conflict', 'refused')";
const odd = (more: string): string => `${COLUMNS} AND ${ODD} ${more} ${IN_TURN}`;
const OF_OTHER_SIGN_INS = `AND coalesce(
    (SELECT credential_id FROM organization WHERE id = organization_id), ''
  ) NOT IN (SELECT value FROM json_each(?))`;

const ENTRIES = `SELECT outbox.organization_id AS id, credential_id, state, failure, bulk_run_id
  FROM outbox JOIN organization ON organization.id = outbox.organization_id`;

/** The id of a bulk job, or null. */
function toRunId(column: unknown): string | null {
  return typeof column === 'string' ? column : null;
}

function toEntry(row: Row): QueueEntry | [] {
  const organizationId = columns.toOrganizationId(row['id']);
  if (organizationId === null) return [];
  return {
    organizationId,
    credentialId: columns.toSignInId(row['credential_id']),
    state: columns.toOneOf(CHANGE_STATES, row['state'], 'queued'),
    failure: columns.toFailure(row['failure']),
    bulkRunId: toRunId(row['bulk_run_id']),
  };
}

/** Rows looked at in one go. */
const AT_ONCE = 32;

/** The one tried less often goes first, then the older one. */
function byTurn(one: OutboxRow, other: OutboxRow): number {
  return one.attempts - other.attempts || one.submittedAt - other.submittedAt;
}

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
      for (const { place, id } of places) {
        // Those under way stand first in the order: none of their texts is read for nothing.
        if (typeof id === 'string' && except(id)) continue;
        const row = sql.get('SELECT * FROM outbox WHERE rowid = ?', columns.toNumber(place));
        const change = row && toOutbox(row, onUnreadable);
        if (change) found.push(change);
        if (found.length === limit) break;
      }
      if (places.length < AT_ONCE) break;
    }
    return found;
  }

  /** Those of one job, or of none, that are due. */
  function dueOf(
    run: string | null,
    [now, horizon]: readonly [number, number],
    limit: number,
    except: (organizationId: string) => boolean,
    exceptSignIns: readonly string[] = [],
  ): OutboxRow[] {
    const others = exceptSignIns.length > 0;
    const [more, values] = others ? [OF_OTHER_SIGN_INS, [columns.toJson(exceptSignIns)]] : ['', []];
    const take = (query: string, ...times: number[]): OutboxRow[] => {
      const page = (offset: number): Row[] =>
        sql.all(query, run, ...times, ...values, AT_ONCE, offset);
      return readable(page, limit, except);
    };
    return [...take(queued(more)), ...take(odd(more)), ...take(waited(more), now, horizon)]
      .sort(byTurn)
      .slice(0, limit);
  }

  /** The jobs that pending changes are of and that are not paused, the oldest first. */
  function runs(): string[] {
    const found: string[] = [];
    // From one to the next in the index: not every change is looked at.
    for (let last = ''; ;) {
      const next = sql.get('SELECT min(bulk_run_id) AS id FROM outbox WHERE bulk_run_id > ?', last);
      if (typeof next?.['id'] !== 'string') break;
      found.push((last = next['id']));
    }
    if (found.length === 0) return found;
    const known = sql.all('SELECT id, paused FROM bulk_run ORDER BY rowid');
    const order = known.map(({ id }) => String(id));
    const paused = new Set(known.filter((row) => row['paused'] === 1).map(({ id }) => String(id)));
    return found
      .filter((id) => !paused.has(id))
      .sort((one, other) => order.indexOf(one) - order.indexOf(other));
  }

  return {
    due: (now, horizon, limit, except) => dueOf(null, [now, horizon], limit, except),
    nextOfRuns(now, horizon, except, exceptSignIns) {
      for (const bulkRunId of runs()) {
        const [row] = dueOf(bulkRunId, [now, horizon], 1, except, exceptSignIns);
        if (!row) continue;
        const { organizationId } = row;
        const of = 'SELECT credential_id AS id FROM organization WHERE id = ?';
        const credentialId = columns.toSignInId(sql.get(of, organizationId)?.['id']);
        return { organizationId, credentialId, bulkRunId };
      }
      return null;
    },
    nextDue(now) {
      const NEXT = `SELECT min(next_attempt_at) AS at FROM outbox
        WHERE bulk_run_id IS ? AND state = 'waiting' AND next_attempt_at > ?`;
      const times = [null, ...runs()].flatMap(
        (run) => columns.toTime(sql.get(NEXT, run, now)?.['at']) ?? [],
      );
      return times.length > 0 ? Math.min(...times) : null;
    },
    release(organizationId) {
      sql.run('UPDATE outbox SET bulk_run_id = NULL WHERE organization_id = ?', organizationId);
    },
    loads() {
      return sql
        .all(
          `SELECT credential_id, bulk_run_id, count(*) AS n FROM outbox
           JOIN organization ON organization.id = outbox.organization_id
           WHERE state NOT IN ('paused', 'conflict', 'refused') AND credential_id IS NOT NULL
           GROUP BY credential_id, bulk_run_id`,
        )
        .map((row) => ({
          credentialId: String(row['credential_id']),
          bulkRunId: toRunId(row['bulk_run_id']),
          changes: columns.toNumber(row['n']),
        }));
    },
    entries: () => sql.all(`${ENTRIES} ORDER BY submitted_at, outbox.rowid`).flatMap(toEntry),
    ofRun: (id) =>
      sql.all(`${ENTRIES} WHERE bulk_run_id = ? ORDER BY outbox.rowid`, id).flatMap(toEntry),
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
