/**
 * Queries about many pending changes at once, and the choice of the change to send next. They do not read the texts of
 * changes. The SQL column `outbox.save_id` is the save of many that a change is sent as part of.
 */
import type { ChangeCounts } from '../../shared/changes';
import type { Failure } from '../../shared/failure';
import { CHANGE_STATES, DECISION_STATES } from '../../shared/organization';
import { IS_SMALL_SAVE, isNotSending } from './saves-table';
import * as columns from './columns';
import type { Context } from './context';
import type { Row, Value } from './sqlite-file';

/** A pending change without its texts. */
export interface QueueEntry {
  entryId: string;
  /** The sign-in that the change is sent with, or null. */
  signInId: string | null;
  state: (typeof CHANGE_STATES)[number];
  failure: Failure | null;
  saveId: string | null;
}

/** Selects pending changes. All given properties must match. */
export interface QueueCondition {
  /** Null selects changes without a sign-in. */
  signInId?: string | null;
  states?: readonly (typeof CHANGE_STATES)[number][];
  /** Only the person's own changes: those that are not sent as part of a save. */
  own?: true;
}

/** The pending change to send next. */
export interface QueuedSend {
  entryId: string;
  /** The sign-in that the change is sent with, or null. */
  signInId: string | null;
  /** The save of many that the change is sent as part of; null: it is the person's own. */
  saveId: string | null;
}

/** Number of pending changes still to be sent, for one sign-in and one save of many (null: the person's own). */
export interface QueueLoad {
  signInId: string;
  saveId: string | null;
  changes: number;
}

// The queries for the next change in each state. They read the index `outbox_by_turn` in its order.
const NEXT = `SELECT entry_id AS id, attempts, submitted_at, rowid AS place FROM outbox
  WHERE sign_in_id IS ? AND save_id IS ?`;
const SEND_ORDER = 'ORDER BY attempts, submitted_at, place LIMIT ? OFFSET ?';
const QUEUED = `${NEXT} AND state = 'queued' ${SEND_ORDER}`;
const WAIT_ENDED = `${NEXT} AND state = 'waiting'
  AND (next_try_at IS NULL OR next_try_at <= ?) ${SEND_ORDER}`;

/** SQL: of the changes that wait until a time. */
const WAITS = "WHERE state = 'waiting' AND next_try_at IS NOT NULL";

/** SQL: the states in which a change needs a decision. */
export const DECISION_STATE_LIST = `('${DECISION_STATES.join("', '")}')`;

// A change may have fields of several saves, and its own `save_id` names only one.
const OF_SAVE = 'entry_id IN (SELECT entry_id FROM pending_field WHERE save_id = ?1)';

const ENTRIES = `SELECT entry_id AS id, sign_in_id, state, failure, save_id FROM outbox`;

/** A condition as a `WHERE` clause, or '', and its values. */
function whereClause({ signInId, states, own }: QueueCondition): [string, Value[]] {
  const conditions: string[] = [];
  const values: Value[] = [];
  const add = (condition: string, ...more: Value[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  if (signInId !== undefined) add('sign_in_id IS ?', signInId);
  if (own) add('save_id IS NULL');
  if (states) add('state IN (SELECT value FROM json_each(?))', columns.toJson(states));
  return [conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '', values];
}

/** The id of a save of many, or null. */
function toSaveId(column: unknown): string | null {
  return typeof column === 'string' ? column : null;
}

function toEntry(row: Row): QueueEntry | [] {
  const entryId = columns.toEntryId(row['id']);
  if (entryId === null) return [];
  const state = CHANGE_STATES.find((one) => one === row['state']);
  if (state === undefined) throw new columns.Unreadable('outbox');
  return {
    entryId,
    signInId: columns.toSignInId(row['sign_in_id']),
    state,
    failure: columns.toFailure(row['failure']),
    saveId: toSaveId(row['save_id']),
  };
}

/** Rows read at a time. More than one, because the first ones may be those being sent. */
const PAGE_SIZE = 8;

/** A change that may be sent next, with the values that decide its place in the order. */
interface Candidate {
  entryId: string;
  signInId: string | null;
  attempts: number;
  submittedAt: number;
  place: number;
}

/** Orders by number of attempts, then by age. */
function bySendOrder(one: Candidate, other: Candidate): number {
  return (
    one.attempts - other.attempts || one.submittedAt - other.submittedAt || one.place - other.place
  );
}

/** Creates this part of the repository. */
export function outboxQueue({ sql, changes, rows, macs }: Context) {
  /** The first row of a paged query that can be sent; an empty array, for `flat`, if there is none. */
  function firstSendable(
    readPage: (offset: number) => Row[],
    signInId: string | null,
    except: (entryId: string) => boolean,
  ): Candidate | [] {
    for (let offset = 0; ; offset += PAGE_SIZE) {
      const page = readPage(offset);
      for (const row of page) {
        const entryId = columns.toEntryId(row['id']);
        if (entryId === null || except(entryId)) continue;
        const attempts = columns.toNumber(row['attempts']);
        const submittedAt = columns.toNumber(row['submitted_at']);
        const place = columns.toNumber(row['place']);
        return { entryId, signInId, attempts, submittedAt, place };
      }
      if (page.length < PAGE_SIZE) return [];
    }
  }

  /** The first change with one of these sign-ins, of a save or (`saveId` null) of the person's own. */
  function firstOfSave(
    signIns: readonly (string | null)[],
    saveId: string | null,
    now: number,
    except: (entryId: string) => boolean,
  ): QueuedSend | null {
    const found = signIns.flatMap((id) => {
      const firstIn = (query: string, ...times: number[]): Candidate | [] =>
        firstSendable(
          (offset) => sql.all(query, id, saveId, ...times, PAGE_SIZE, offset),
          id,
          except,
        );
      return [firstIn(QUEUED), firstIn(WAIT_ENDED, now)].flat();
    });
    const [first] = found.sort(bySendOrder);
    if (!first) return null;
    const { entryId, signInId } = first;
    return { entryId, signInId, saveId };
  }

  /**
   * The distinct values of an indexed column, without reading every row.
   * @param query SQL that selects, as `id`, the smallest value greater than its parameter
   */
  function distinct(query: string): string[] {
    const found: string[] = [];
    for (let last = ''; ;) {
      const next = sql.get(query, last)?.['id'];
      if (typeof next !== 'string') return found;
      found.push((last = next));
    }
  }

  /** Changes rows of waiting changes, and marks them. */
  function changeWaits(query: string, ms: number): void {
    const found = sql.arrays(`UPDATE outbox ${query} RETURNING entry_id`, ms);
    const changed = columns.toEntryIds(found);
    for (const id of changed) changes.organization(id);
    if (changed.length > 0) changes.topic('outbox');
  }

  return {
    /** Sign-ins of the pending changes; null stands for changes without a sign-in. */
    signIns(): (string | null)[] {
      const none = sql.get('SELECT 1 FROM outbox WHERE sign_in_id IS NULL LIMIT 1');
      const ids = distinct('SELECT min(sign_in_id) AS id FROM outbox WHERE sign_in_id > ?');
      return none ? [null, ...ids] : ids;
    },
    /** Saves whose changes may be sent, in the order they are sent. */
    savesInOrder(): string[] {
      const found = distinct('SELECT min(save_id) AS id FROM outbox WHERE save_id > ?');
      if (found.length === 0) return found;
      const known = sql.all(
        `SELECT id, paused, stage, mac FROM save WHERE id IN (SELECT value FROM json_each(?))
         ORDER BY NOT ${IS_SMALL_SAVE}, rowid`,
        columns.toJson(found),
      );
      return known.filter((row) => !isNotSending(row, macs)).map(({ id }) => String(id));
    },
    /**
     * The change to send next with one of these sign-ins, or null. A change may be sent if it is queued, or if its
     * wait ended by `now`. The person's own changes come before those of saves. Among the changes of one save, or the
     * person's own, the one with the fewest attempts comes first, then the oldest.
     * @param from.own whether to consider the person's own changes
     * @param from.saves the saves to consider, the first one first (`savesInOrder`)
     * @param now ms since the epoch
     * @param except whether to skip the change of an organization
     */
    next(
      signIns: readonly (string | null)[],
      { own, saves }: { own: boolean; saves: readonly string[] },
      now: number,
      except: (entryId: string) => boolean,
    ): QueuedSend | null {
      for (const saveId of [...(own ? [null] : []), ...saves]) {
        const next = firstOfSave(signIns, saveId, now, except);
        if (next) return next;
      }
      return null;
    },
    /** When the next wait ends that has not ended at `now`, ms since the epoch; null if there is none. */
    nextDue(now: number): number | null {
      const next = sql.get(
        `SELECT min(next_try_at) AS at FROM outbox
         WHERE state = 'waiting' AND next_try_at > ?`,
        now,
      );
      return columns.toTime(next?.['at']);
    },
    /** Ends all waits that end after `latest`, ms since the epoch. */
    endWaitsAfter: (latest: number): void =>
      changeWaits(`SET next_try_at = NULL ${WAITS} AND next_try_at > ?`, latest),
    /** Moves the ends of all waits by this many ms. */
    moveWaits: (ms: number): void => changeWaits(`SET next_try_at = next_try_at + ? ${WAITS}`, ms),
    /** How many entries have a draft, a change that is sent automatically, or one that waits for the person. */
    changeCounts(): ChangeCounts {
      const row = sql.get(`SELECT
        (SELECT count(DISTINCT entry_id) FROM draft_field) AS to_save,
        (SELECT count(*) FROM outbox WHERE state NOT IN ${DECISION_STATE_LIST}) AS waiting,
        (SELECT count(*) FROM outbox) AS pending,
        (SELECT count(DISTINCT d.entry_id) FROM draft_field d JOIN outbox x ON x.entry_id = d.entry_id)
          AS of_both`);
      const [toSave, waiting, pending, ofBoth] = ['to_save', 'waiting', 'pending', 'of_both'].map(
        (name) => columns.toNumber(row?.[name]),
      ) as [number, number, number, number];
      return { all: toSave + pending - ofBoth, toSave, waiting, decide: pending - waiting };
    },
    /** Ids of at most `limit` entries whose change is sent automatically, oldest first, starting at `offset`. */
    sentAutomatically: (offset: number, limit: number): string[] =>
      columns.toEntryIds(
        sql.arrays(
          `SELECT entry_id FROM outbox WHERE state NOT IN ${DECISION_STATE_LIST}
           ORDER BY submitted_at, rowid LIMIT ? OFFSET ?`,
          limit,
          offset,
        ),
      ),
    /** A page of the ids of the entries whose change waits for the person, while the list is being built. */
    deciding: (offset: number, limit: number): string[] =>
      columns.toEntryIds(
        sql.arrays(
          `SELECT entry_id FROM outbox WHERE state IN ${DECISION_STATE_LIST}
           ORDER BY rowid LIMIT ? OFFSET ?`,
          limit,
          offset,
        ),
      ),
    /** Organizations whose pending change includes a field of this save. */
    ofSave: (save: string): string[] =>
      columns.toEntryIds(
        sql.arrays(`SELECT entry_id FROM outbox WHERE ${OF_SAVE} ORDER BY rowid`, save),
      ),
    /** Those of `ofSave` whose change also includes fields of another save. */
    ofSeveralSaves: (save: string): string[] =>
      columns.toEntryIds(
        sql.arrays(
          `SELECT entry_id FROM outbox x WHERE ${OF_SAVE} AND EXISTS
             (SELECT 1 FROM pending_field WHERE entry_id = x.entry_id AND save_id <> ?1)`,
          save,
        ),
      ),
    /** Sets the save that a change is sent as part of; null: it is sent as the person's own. */
    setSendingSave(entryId: string, saveId: string | null): void {
      sql.run('UPDATE outbox SET save_id = ? WHERE entry_id = ?', saveId, entryId);
      changes.organization(entryId);
      changes.topic('outbox');
    },
    /** Number of changes still to be sent, including those of paused saves. */
    loads(): QueueLoad[] {
      return sql
        .all(
          `SELECT sign_in_id, save_id, count(*) AS n FROM outbox
           WHERE state IN ('queued', 'waiting') AND sign_in_id IS NOT NULL
           GROUP BY sign_in_id, save_id`,
        )
        .map((row) => ({
          signInId: String(row['sign_in_id']),
          saveId: toSaveId(row['save_id']),
          changes: columns.toNumber(row['n']),
        }));
    },
    /** Pending changes that meet the condition, without their texts, so that reading thousands is cheap. */
    entries(condition: QueueCondition = {}): QueueEntry[] {
      const [where, values] = whereClause(condition);
      const query = `${ENTRIES} ${where} ORDER BY submitted_at, rowid`;
      return sql.all(query, ...values).flatMap(toEntry);
    },
    /**
     * Sets the state and failure of many changes, and clears the time they wait for. Only for changes that are
     * `queued`, `waiting` or `paused`.
     */
    move(
      entryIds: readonly string[],
      state: 'queued' | 'waiting' | 'paused',
      failure: Failure | null,
    ): void {
      sql.run(
        `UPDATE outbox SET state = ?, failure = ?, next_try_at = NULL
         WHERE entry_id IN (SELECT value FROM json_each(?))`,
        state,
        columns.toJsonOrNull(failure),
        columns.toJson(entryIds),
      );
      if (entryIds.length === 0) return;
      for (const id of entryIds) changes.organization(id);
      rows.moved(entryIds, state === 'paused');
      changes.topic('outbox');
      // Open items of saves show the state of their pending change.
      changes.topic('saves');
    },
  };
}
