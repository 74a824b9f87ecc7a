/** Questions about many pending changes at once, answered without reading their texts. */
import { CHANGE_STATES } from '../../shared/organization';
import { IS_SMALL } from './bulk-table';
import * as columns from './columns';
import type { Context } from './context';
import type { Row, Value } from './database';
import type { QueueCondition, QueuedSend, QueueEntry, Tables } from './tables';

/** The part of the repository of pending changes that is about all of them. */
type OutboxQueue = Pick<
  Tables['outbox'],
  | 'signIns'
  | 'next'
  | 'nextDue'
  | 'entries'
  | 'ofJob'
  | 'ofSeveralJobs'
  | 'setTurn'
  | 'loads'
  | 'move'
>;

const COLUMNS = `SELECT organization_id AS id, attempts, submitted_at, rowid AS place FROM outbox
  WHERE credential_id IS ?1 AND bulk_run_id IS ?2`;
const IN_TURN = 'ORDER BY attempts, submitted_at, place LIMIT ? OFFSET ?';
// Found in the index `outbox_by_turn`, in its order.
const QUEUED = `${COLUMNS} AND state = 'queued' ${IN_TURN}`;
const WAITED = `${COLUMNS} AND state = 'waiting'
  AND (next_attempt_at IS NULL OR next_attempt_at <= ? OR next_attempt_at > ?) ${IN_TURN}`;
/** The states between, before and after the known ones: found in the index without passing those. */
const ODD_STATES = [null, ...CHANGE_STATES.toSorted(), null]
  .map((state, index, all) => [state, all[index + 1]])
  .slice(0, -1)
  .map(([after, before]) =>
    [after && `state > '${after}'`, before && `state < '${before}'`].filter(Boolean).join(' AND '),
  );
/** A state that cannot be understood counts as queued (outbox-table.ts). */
const ODD = `SELECT * FROM (${ODD_STATES.map((odd) => `${COLUMNS} AND ${odd}`).join(' UNION ALL ')})
  ${IN_TURN}`;

const ENTRIES = `SELECT organization_id AS id, credential_id, state, failure, bulk_run_id FROM outbox`;

/** The condition in SQL, with its values. */
function where({ credentialId, states, own }: QueueCondition): [string, Value[]] {
  const parts: string[] = [];
  const values: Value[] = [];
  const add = (condition: string, ...more: Value[]): void => {
    parts.push(condition);
    values.push(...more);
  };
  if (credentialId !== undefined) add('credential_id IS ?', credentialId);
  if (own) add('bulk_run_id IS NULL');
  const isOneOf = (is: 'IN' | 'NOT IN', some: readonly string[]): void =>
    add(`state ${is} (SELECT value FROM json_each(?))`, columns.toJson(some));
  // A state that cannot be understood counts as queued.
  if (states?.includes('queued')) {
    isOneOf(
      'NOT IN',
      CHANGE_STATES.filter((state) => !states.includes(state)),
    );
  } else if (states) isOneOf('IN', states);
  return [parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '', values];
}

/** The id of a bulk job, or null. */
function toJobId(column: unknown): string | null {
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
    bulkJobId: toJobId(row['bulk_run_id']),
  };
}

/** Rows read at a time. Those being sent come first and are skipped. */
const AT_ONCE = 32;

interface Candidate {
  organizationId: string;
  credentialId: string | null;
  attempts: number;
  submittedAt: number;
  place: number;
}

/** The one tried less often goes first, then the older one. */
function byTurn(one: Candidate, other: Candidate): number {
  return (
    one.attempts - other.attempts || one.submittedAt - other.submittedAt || one.place - other.place
  );
}

/** Whether a patch has a field of a job. Texts cannot match: their quotation marks are escaped. */
const OF_JOB = 'instr(patch, ?1) > 0';

/** The owner of a field as it is written in a stored patch. */
function ownerOf(job: string): string {
  return columns.toJson({ job }).slice(1, -1);
}

/** Makes that part. */
export function outboxQueue({ sql, changes, rows }: Context): OutboxQueue {
  /** Whether anything of a change can be sent; one that cannot would be chosen over and over. */
  function isReadable(organizationId: string): boolean {
    const row = sql.get('SELECT patch FROM outbox WHERE organization_id = ?', organizationId);
    return columns.toPatch(row?.['patch']) !== null;
  }

  function firstOf(
    page: (offset: number) => Row[],
    credentialId: string | null,
    except: (organizationId: string) => boolean,
  ): Candidate | [] {
    for (let offset = 0; ; offset += AT_ONCE) {
      const rows = page(offset);
      for (const row of rows) {
        const organizationId = columns.toOrganizationId(row['id']);
        if (organizationId === null || except(organizationId)) continue;
        if (!isReadable(organizationId)) continue;
        const attempts = columns.toNumber(row['attempts']);
        const submittedAt = columns.toNumber(row['submitted_at']);
        const place = columns.toNumber(row['place']);
        return { organizationId, credentialId, attempts, submittedAt, place };
      }
      if (rows.length < AT_ONCE) return [];
    }
  }

  /** The first of one job, or of the person, with these sign-ins. */
  function firstWith(
    signIns: readonly (string | null)[],
    run: string | null,
    { now, horizon }: { now: number; horizon: number },
    except: (organizationId: string) => boolean,
  ): QueuedSend | null {
    const found = signIns.flatMap((id) => {
      const take = (query: string, ...times: number[]): Candidate | [] =>
        firstOf((offset) => sql.all(query, id, run, ...times, AT_ONCE, offset), id, except);
      return [take(QUEUED), take(ODD), take(WAITED, now, horizon)].flat();
    });
    const [first] = found.sort(byTurn);
    if (!first) return null;
    const { organizationId, credentialId } = first;
    return { organizationId, credentialId, bulkJobId: run };
  }

  /** The distinct values of an indexed column, without reading every row. */
  function distinct(query: string): string[] {
    const found: string[] = [];
    for (let last = ''; ;) {
      const next = sql.get(query, last)?.['id'];
      if (typeof next !== 'string') return found;
      found.push((last = next));
    }
  }

  /** Jobs whose changes may be sent, the oldest first. */
  function runs(): string[] {
    const found = distinct('SELECT min(bulk_run_id) AS id FROM outbox WHERE bulk_run_id > ?');
    if (found.length === 0) return found;
    const known = sql.all(`SELECT id, paused, stage FROM bulk_run ORDER BY NOT ${IS_SMALL}, rowid`);
    const order = known.map(({ id }) => String(id));
    const held = known.filter((row) => row['paused'] === 1 || row['stage'] !== 'sending');
    const isHeld = new Set(held.map(({ id }) => String(id)));
    return found
      .filter((id) => !isHeld.has(id))
      .sort((one, other) => order.indexOf(one) - order.indexOf(other));
  }

  return {
    signIns() {
      const none = sql.get('SELECT 1 FROM outbox WHERE credential_id IS NULL LIMIT 1');
      const ids = distinct('SELECT min(credential_id) AS id FROM outbox WHERE credential_id > ?');
      return none ? [null, ...ids] : ids;
    },
    next(signIns, { own, jobs }, times, except) {
      const wanted = [...(own ? [null] : []), ...(jobs ? runs() : [])];
      for (const run of wanted) {
        const turn = firstWith(signIns, run, times, except);
        if (turn) return turn;
      }
      return null;
    },
    nextDue(now) {
      const NEXT = `SELECT min(next_attempt_at) AS at FROM outbox
        WHERE state = 'waiting' AND next_attempt_at > ?`;
      return columns.toTime(sql.get(NEXT, now)?.['at']);
    },
    // A change may have fields of several jobs; `bulk_run_id` names only the one in whose turn it is sent.
    ofJob: (job) =>
      sql
        .arrays(`SELECT organization_id FROM outbox WHERE ${OF_JOB} ORDER BY rowid`, ownerOf(job))
        .flatMap(([id]) => columns.toOrganizationId(id) ?? []),
    ofSeveralJobs: (job) =>
      sql
        .arrays(
          `SELECT organization_id FROM outbox
           WHERE ${OF_JOB} AND instr(replace(patch, ?1, ''), '"job":"') > 0`,
          ownerOf(job),
        )
        .flatMap(([id]) => columns.toOrganizationId(id) ?? []),
    setTurn(organizationId, bulkJobId) {
      const SET = 'UPDATE outbox SET bulk_run_id = ? WHERE organization_id = ?';
      sql.run(SET, bulkJobId, organizationId);
      changes.organization(organizationId);
      changes.topic('outbox');
    },
    loads() {
      return sql
        .all(
          `SELECT credential_id, bulk_run_id, count(*) AS n FROM outbox
           WHERE state IN ('queued', 'waiting') AND credential_id IS NOT NULL
           GROUP BY credential_id, bulk_run_id`,
        )
        .map((row) => ({
          credentialId: String(row['credential_id']),
          bulkJobId: toJobId(row['bulk_run_id']),
          changes: columns.toNumber(row['n']),
        }));
    },
    entries(only = {}) {
      const [condition, values] = where(only);
      const query = `${ENTRIES} ${condition} ORDER BY submitted_at, rowid`;
      return sql.all(query, ...values).flatMap(toEntry);
    },
    move(organizationIds, state, failure) {
      sql.run(
        `UPDATE outbox SET state = ?, failure = ?, next_attempt_at = NULL
         WHERE organization_id IN (SELECT value FROM json_each(?))`,
        state,
        columns.toJsonOrNull(failure),
        columns.toJson(organizationIds),
      );
      if (organizationIds.length === 0) return;
      for (const id of organizationIds) changes.organization(id);
      rows.moved(organizationIds, state === 'paused');
      changes.topic('outbox');
      // Items that have not ended stand as their pending changes do.
      changes.topic('jobs');
    },
  };
}
