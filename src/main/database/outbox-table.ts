/** Pending changes: submitted, but not confirmed by Cloudflare. At most one per organization, a row for each of its fields. */
import type { Failure } from '../../shared/failure';
import { CHANGE_STATES } from '../../shared/organization';
import { touchedFields, type FieldEdit, type Patch } from '../../shared/patch';
import type { Edits, FieldName, Profile } from '../../shared/profile';
import * as columns from './columns';
import { markEntry, type Context } from './context';
import type { Row } from './sqlite-file';
import { checkChange, macOf, storedChanges, storeMac, type StoredChange } from './outbox-macs';
import { outboxQueue, DECISION_STATE_LIST } from './outbox-queue';
import { Part, readRow, type Table } from './table';
import type { Trust } from './row-macs';

/** A pending change: submitted, but not confirmed by Cloudflare. At most one per organization. */
export interface OutboxRow {
  entryId: string;
  /** Number of the submission, unique in the whole database. */
  version: number;
  patch: Patch;
  /** Texts that we sent and that may have reached Cloudflare, although unconfirmed. */
  attempted: Edits;
  /** In states `conflict` and `differs`: Cloudflare's copy that the person must decide about. */
  remote: Profile | null;
  submittedAt: number;
  attempts: number;
  nextTryAt: number | null;
  failure: Failure | null;
  state: (typeof CHANGE_STATES)[number];
  /** The save of many that the change is sent as part of; null: it is the person's own. */
  saveId: string | null;
}

/** One field of a pending change. */
export interface PendingField extends FieldEdit {
  entryId: string;
  field: FieldName;
}

/** A pending change without its fields, which are rows of `pending_field`. */
type OutboxHead = Omit<OutboxRow, 'patch'>;

/**
 * Parses as much of a row as can be read. An unknown state counts as queued. If a change needs a decision but the copy
 * to decide about is lost, it becomes `refused`, which waits until the person tries again.
 */
function toOutbox(row: Row): OutboxHead | Part<OutboxHead> | null {
  const entryId = columns.toEntryId(row['entry_id']);
  if (entryId === null) return null;
  const remote = columns.toProfile(row['remote']);
  const attempted = columns.toEdits(row['attempted']);
  const state = columns.toOneOf(CHANGE_STATES, row['state'], 'queued');
  const showsRemote = state === 'conflict' || state === 'differs';
  const isRemoteLost = remote === null && row['remote'] !== null;
  const change: OutboxHead = {
    entryId,
    version: columns.toVersion(row['version']) ?? 0,
    attempted: attempted ?? {},
    remote: showsRemote ? remote : null,
    submittedAt: columns.toNumber(row['submitted_at']),
    attempts: columns.toNumber(row['attempts']),
    nextTryAt: columns.toTime(row['next_try_at']),
    failure: columns.toFailure(row['failure']),
    state: showsRemote && remote === null ? 'refused' : state,
    saveId: typeof row['save_id'] === 'string' ? row['save_id'] : null,
  };
  if (state === row['state'] && attempted !== null && !isRemoteLost) return change;
  return new Part(change, {
    attempted: columns.toJson(change.attempted),
    remote: change.remote && columns.fromProfile(change.remote),
    state: change.state,
    // Without a MAC it becomes a draft.
    mac: null,
  });
}

/** The table of pending changes. They come back as drafts, through changes/adopt.ts. */
export const OUTBOX: Table<OutboxHead> = {
  name: 'outbox',
  isOffered: true,
  isAlone: 'NOT EXISTS (SELECT 1 FROM pending_field WHERE entry_id = outbox.entry_id)',
  parse: toOutbox,
};

/** The table of the fields of pending changes, which come back with them. */
export const PENDING_FIELD: Table<PendingField> = {
  name: 'pending_field',
  isOffered: true,
  parse: columns.toEdit,
};

/** The patch of each entry, from its fields. */
export function patchesOf(fields: readonly PendingField[]): Map<string, Patch> {
  const patches = new Map<string, Patch>();
  for (const { entryId, field, ...edit } of fields) {
    patches.set(entryId, { ...patches.get(entryId), [field]: edit });
  }
  return patches;
}

/** The rows of the fields of a patch, in the order of their names. */
const rowsOfPatch = (entryId: string, patch: Patch) =>
  touchedFields(patch)
    .sort()
    .map((field) => ({
      entry_id: entryId,
      field,
      base: columns.toJsonOrNull(patch[field]?.base ?? null),
      text: columns.toJson(patch[field]?.text),
      save_id: patch[field]?.save ?? null,
    }));

/** The pending change in a row, with the patch of its entry. */
export function changeOf(row: Row, patches: ReadonlyMap<string, Patch>): OutboxRow {
  const head = readRow(OUTBOX, row);
  const patch = patches.get(head.entryId);
  if (!patch) throw new columns.Unreadable(OUTBOX.name);
  return { ...head, patch };
}

function toChange(stored: StoredChange): OutboxRow {
  const fields = stored.fields.map((row) => readRow(PENDING_FIELD, row));
  return changeOf(stored, patchesOf(fields));
}

const INSERT = `INSERT INTO outbox (entry_id, version, attempted, remote, submitted_at,
    attempts, next_try_at, failure, state, save_id, mac, sign_in_id)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
    (SELECT sign_in_id FROM organization WHERE id = ?1))
  ON CONFLICT (entry_id) DO`;
const UPSERT = `${INSERT} UPDATE SET version = excluded.version,
    attempted = excluded.attempted, remote = excluded.remote, submitted_at = excluded.submitted_at,
    attempts = excluded.attempts, next_try_at = excluded.next_try_at,
    failure = excluded.failure, state = excluded.state, save_id = excluded.save_id,
    mac = excluded.mac`;

/** Counts the rows for which `condition` is true, per sign-in. */
function countBySignIn(sql: Context['sql'], condition: string): Map<string, number> {
  const rows = sql.all(
    `SELECT sign_in_id AS id, count(*) AS n FROM outbox
     WHERE ${condition} AND sign_in_id IS NOT NULL GROUP BY sign_in_id`,
  );
  return new Map(rows.map((row) => [String(row['id']), columns.toNumber(row['n'])]));
}

/**
 * The repository of pending changes. Only changes/repository.ts writes what the change machine decides; sync/
 * and saves/ set timing and queue order.
 */
export function outbox(context: Context) {
  const { sql, changes } = context;
  /** An open item of a save shows the state of the organization's pending change. */
  const HAS_OPEN_ITEM = 'SELECT 1 FROM save_item WHERE entry_id = ? AND state IS NULL';
  const markChange = (entryId: string): void => {
    markEntry(context, entryId);
    changes.topic('outbox');
    if (!changes.hasTopic('saves') && sql.get(HAS_OPEN_ITEM, entryId)) changes.topic('saves');
  };
  const find = (entryId: string): StoredChange | undefined =>
    storedChanges(context, 'WHERE o.id = ?', entryId)[0];
  const isOurs = (stored: StoredChange): boolean => checkChange(context, stored) === 'ours';
  return {
    ...outboxQueue(context),
    all(): OutboxRow[] {
      return storedChanges(context, 'ORDER BY submitted_at, place').map(toChange);
    },
    /** A pending change, or null. */
    get(entryId: string): OutboxRow | null {
      const stored = find(entryId);
      return stored ? toChange(stored) : null;
    },
    /** Whose the pending change of an entry is; ours if there is none. */
    trust(entryId: string): Trust {
      const stored = find(entryId);
      return stored ? checkChange(context, stored) : 'ours';
    },
    /** Stores a change. It is not signed if it replaces one that was not, because that may be what someone else wrote. */
    put(row: OutboxRow): void {
      const { entryId } = row;
      markChange(entryId);
      const replaced = find(entryId);
      const OF_ENTRY = 'SELECT sign_in_id AS sign_in FROM organization WHERE id = ?';
      const stored = {
        entry_id: entryId,
        version: row.version,
        attempted: columns.toJson(row.attempted),
        remote: row.remote && columns.fromProfile(row.remote),
        state: row.state,
        sign_in: (replaced ?? sql.get(OF_ENTRY, entryId))?.['sign_in'] ?? null,
        fields: rowsOfPatch(entryId, row.patch),
      };
      const mac = replaced && !isOurs(replaced) ? null : macOf(context, stored);
      const values = [
        entryId,
        stored.version,
        stored.attempted,
        stored.remote,
        row.submittedAt,
        row.attempts,
        row.nextTryAt,
        columns.toJsonOrNull(row.failure),
        row.state,
        row.saveId,
        mac,
      ];
      sql.run(replaced ? UPSERT : `${INSERT} NOTHING`, ...values);
      if (columns.toJson(stored.fields) === columns.toJson(replaced?.fields)) return;
      sql.run('DELETE FROM pending_field WHERE entry_id = ?', entryId);
      const ADD = 'INSERT INTO pending_field VALUES (?, ?, ?, ?, ?)';
      for (const field of stored.fields) sql.run(ADD, ...Object.values(field));
    },
    /** Stores when a change is sent, and why it was not. */
    setTiming(
      entryId: string,
      {
        state,
        failure,
        attempts,
        nextTryAt,
      }: Pick<OutboxRow, 'failure' | 'attempts' | 'nextTryAt'> & {
        state: 'queued' | 'waiting' | 'paused';
      },
    ): void {
      markChange(entryId);
      sql.run(
        'UPDATE outbox SET state = ?, failure = ?, attempts = ?, next_try_at = ? WHERE entry_id = ?',
        state,
        columns.toJsonOrNull(failure),
        attempts,
        nextTryAt,
        entryId,
      );
    },
    /**
     * Checks the next `limit` changes after position `after` (0: from the first one), and signs those that we stored before
     * the key was known. Returns the entries of those that are not ours, and the position to continue after; null: the end.
     */
    checkMacs(after: number, limit: number): { unsigned: string[]; next: number | null } {
      const NEXT = 'WHERE x.rowid > ? ORDER BY x.rowid LIMIT ?';
      const found = storedChanges(context, NEXT, after, limit);
      const unsigned: string[] = [];
      for (const stored of found) {
        if (isOurs(stored)) storeMac(context, stored);
        else unsigned.push(String(stored['entry_id']));
      }
      const next = found.length < limit ? null : columns.toNumber(found.at(-1)?.['place']);
      return { unsigned, next };
    },
    remove(entryId: string): void {
      markChange(entryId);
      sql.run('DELETE FROM outbox WHERE entry_id = ?', entryId);
    },
    /** The highest plausible version of the pending changes; 0 if there is none. Reads all of them. */
    highestVersion(): number {
      const versions = sql.arrays('SELECT version FROM outbox');
      return versions.reduce((max, [one]) => Math.max(max, columns.toVersion(one) ?? 0), 0);
    },
    /** Number of changes waiting for Cloudflare, not counting those that wait for the person. */
    count(): number {
      const WAITING = `SELECT count(*) AS n FROM outbox WHERE state NOT IN ${DECISION_STATE_LIST}`;
      return columns.toNumber(sql.get(WAITING)?.['n']);
    },
    /** Number of paused changes per sign-in. */
    pausedCounts: (): Map<string, number> => countBySignIn(sql, "state = 'paused'"),
    /** Number of changes waiting for Cloudflare per sign-in, including paused ones. */
    waitingCounts: (): Map<string, number> =>
      countBySignIn(sql, `state NOT IN ${DECISION_STATE_LIST}`),
  };
}
