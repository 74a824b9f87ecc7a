/**
 * Saves of many and their items. An item is the part of a save that concerns one organization. It keeps its result
 * after its pending change is gone.
 */
import * as v from 'valibot';
import { AFTER_CANCEL, SMALL_SAVE, type AfterCancel, type SaveResult } from '../../shared/saves';
import type { Failure } from '../../shared/failure';
import { touchedFields } from '../../shared/patch';
import { fieldNameSchema, isFieldName, type FieldName } from '../../shared/profile';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './sqlite-file';
import type { Covered, RowMacs, Trust } from './row-macs';

/** A save of many: changes many organizations at once. */
export interface SaveRow {
  id: string;
  at: number;
  fields: FieldName[];
  /**
   * `submitting` while drafts are submitted, then `sending`.
   * `canceling` while its changes become drafts again, then `canceled`; `discarding` while they are discarded, then
   * `discarded`. Its changes are sent only in `sending`.
   */
  stage: 'submitting' | 'sending' | CanceledStage;
  paused: boolean;
  /** How many entries are still to be submitted, or never were because that was interrupted. */
  leftToSubmit: number;
  /** Whether the person closed it after it ended. */
  closed: boolean;
}

/** What a save wrote in an entry. */
export interface WrittenItem {
  /** Identifies the item, to continue after it. */
  place: number;
  entryId: string;
  /** The fields whose text Cloudflare confirmed. */
  fields: FieldName[];
  /** The first copy of Cloudflare's profile that had one of these texts. */
  revisionId: number;
}

/** The stages of a canceled save: while its changes are withdrawn, and afterwards. */
export const CANCELED_STAGES = {
  keep: ['canceling', 'canceled'],
  discard: ['discarding', 'discarded'],
} as const;

type CanceledStage = (typeof CANCELED_STAGES)[AfterCancel][number];

/** What becomes of the unsent texts of a save in this stage; null if it is not canceled. */
export function afterCancelOf(stage: SaveRow['stage']): AfterCancel | null {
  const isIn = (way: AfterCancel) => CANCELED_STAGES[way].some((one) => one === stage);
  return AFTER_CANCEL.find(isIn) ?? null;
}

/** How one field of a save can end. */
const SAVE_ENDS = ['done', 'replaced', 'canceled', 'theirs'] as const;

/** States of an item. */
const STATES = ['done', 'waiting', 'failed', 'canceled'] as const;
/** Stages of a save. */
const STAGES = [
  'submitting',
  'sending',
  ...CANCELED_STAGES.keep,
  ...CANCELED_STAGES.discard,
] as const;

// The state of an item. Until it has ended, it has the state of its pending change. If
// there is no such change, which should not happen, nothing will be sent, so the item counts as canceled.
const ITEM_STATE = `CASE
    WHEN i.state IS NOT NULL THEN i.state
    WHEN x.state IS NULL THEN 'canceled'
    WHEN x.state IN ('paused', 'conflict', 'differs', 'refused') THEN 'failed'
    ELSE 'waiting' END`;
const ITEMS = `save_item i LEFT JOIN outbox x
  ON i.state IS NULL AND x.entry_id = i.entry_id`;

/** SQL condition: canceled saves, also while their changes are still being withdrawn. */
const IS_CANCELED = "stage IN ('canceling', 'canceled', 'discarding', 'discarded')";

/**
 * SQL condition: whether *Retry those not saved* of the save `?1` takes an item. What waits for its sign-in, and what was
 * refused if the save owns all its fields.
 */
const IS_RETRIED = `(x.state = 'paused' OR (x.state = 'refused' AND NOT EXISTS
  (SELECT 1 FROM pending_field WHERE entry_id = x.entry_id AND save_id IS NOT ?1)))`;

/** How long saves are kept, in ms. */
const KEPT_MS = 90 * 86_400_000;
/** How many saves are kept longer, if they are the newest. */
const KEPT_COUNT = 50;

/** Deletes old saves without open items. */
const DELETE_OLD = `DELETE FROM save WHERE at < ?
  AND rowid NOT IN (SELECT rowid FROM save ORDER BY rowid DESC LIMIT ${KEPT_COUNT})
  AND NOT EXISTS (SELECT 1 FROM save_item WHERE save_id = save.id AND state IS NULL)`;

/** SQL: the place of a result among others. */
const RESULT_ORDER = `CASE item_state
  WHEN 'failed' THEN 0 WHEN 'waiting' THEN 1 WHEN 'canceled' THEN 2 ELSE 3 END, i.rowid`;

type SaveEnd = (typeof SAVE_ENDS)[number];

/** A save to add. Without `leftToSubmit`, all its entries are added with it. */
type NewSave = Omit<SaveRow, 'closed' | 'leftToSubmit'> & Partial<Pick<SaveRow, 'leftToSubmit'>>;

/** The reason why an item is not done, unless it was simply canceled. */
function failureOf(ends: readonly SaveEnd[]): Failure | null {
  if (ends.includes('theirs')) return { code: 'change.remote-kept' };
  return ends.includes('replaced') ? { code: 'change.replaced' } : null;
}

/** The stage of a save. One that is unknown is not ours, so the save is paused until the person resumes it. */
const stageOf = (row: Row): SaveRow['stage'] => columns.toOneOf(STAGES, row['stage'], 'sending');

function toSave(row: Row, macs: RowMacs): SaveRow {
  const fields = columns.fromJson(row['fields']);
  return {
    id: String(row['id']),
    at: columns.toNumber(row['at']),
    fields: Array.isArray(fields)
      ? fields.filter((field) => typeof field === 'string' && isFieldName(field))
      : [],
    stage: stageOf(row),
    paused: isPaused(row, macs),
    leftToSubmit: columns.toNumber(row['not_submitted']),
    closed: row['closed'] === 1,
  };
}

const END_SCHEMA = v.record(fieldNameSchema, v.nullable(v.picklist(SAVE_ENDS)));

/** How the fields of an item ended, or an empty object if the column cannot be read. */
function endsIn(row: Row): v.InferOutput<typeof END_SCHEMA> {
  const ends = v.safeParse(END_SCHEMA, columns.fromJson(row['ends']));
  return ends.success ? ends.output : {};
}

const coveredSave = (id: string, stage: unknown, paused: unknown): Covered => [
  'save',
  id,
  stage as string,
  paused as number,
];
/** SQL condition: whether a row of `save` is a small save. Counts no more items than necessary. */
export const IS_SMALL_SAVE = `((SELECT count(*) FROM
  (SELECT 1 FROM save_item WHERE save_id = save.id LIMIT ${SMALL_SAVE + 1})) <= ${SMALL_SAVE})`;

/** Whose the stage and the pause of a save are. */
function trust(row: Row, macs: RowMacs): Trust {
  return macs.check(coveredSave(String(row['id']), row['stage'], row['paused']), row['mac']);
}

/** Whether a save is paused. One that is not ours is, until the person resumes it. */
function isPaused(row: Row, macs: RowMacs): boolean {
  return row['paused'] === 1 || trust(row, macs) === 'foreign';
}

/** Whether the changes of a save are not sent now: it is paused, or not in stage `sending`. */
export function isNotSending(row: Row, macs: RowMacs): boolean {
  return row['stage'] !== 'sending' || isPaused(row, macs);
}

/** The repository of saves of many. */
export function saves({ sql, changes, macs }: Context) {
  const markSaves = (): void => changes.topic('saves');
  /** For writes that affect whether changes are sent: the stage of a save, and whether it is paused. */
  const markSavesAndOutbox = (): void => {
    markSaves();
    changes.topic('outbox');
  };
  const idsOf = (
    matches: (row: Row, macs: RowMacs) => boolean,
    among?: readonly string[],
  ): string[] => {
    if (among?.length === 0) return [];
    const ALL = 'SELECT id, stage, paused, mac FROM save';
    const rows = among
      ? sql.all(`${ALL} WHERE id IN (SELECT value FROM json_each(?))`, columns.toJson(among))
      : sql.all(ALL);
    return rows.filter((row) => matches(row, macs)).map((row) => String(row['id']));
  };
  /** Stores stage and pause of a save. It is not signed over some that cannot be checked yet. */
  const set = (row: Row, stage: SaveRow['stage'], paused: boolean): void => {
    const id = String(row['id']);
    const values = [stage, paused ? 1 : 0] as const;
    const mac = trust(row, macs) === 'unknown' ? null : macs.of(coveredSave(id, ...values));
    sql.run('UPDATE save SET stage = ?, paused = ?, mac = ? WHERE id = ?', ...values, mac, id);
  };
  const setPaused = (id: string, paused: boolean): void => {
    markSavesAndOutbox();
    const row = sql.get('SELECT * FROM save WHERE id = ?', id);
    if (row) set(row, stageOf(row), paused);
  };
  return {
    /** Adds a save; its items are added with `addSubmitted`. Deletes saves that are too old. */
    add({ id, at, fields, stage, paused, leftToSubmit = 0 }: NewSave): void {
      markSavesAndOutbox();
      sql.run(DELETE_OLD, at - KEPT_MS);
      sql.run(
        `INSERT INTO save (id, at, fields, stage, paused, not_submitted, closed, mac)
         VALUES (?, ?, ?, ?, ?, ?, 0, ?)`,
        id,
        at,
        columns.toJson(fields),
        stage,
        paused ? 1 : 0,
        leftToSubmit,
        macs.of(coveredSave(id, stage, paused ? 1 : 0)),
      );
    },
    /** Records that nothing more will be submitted. */
    endSubmitting(id: string): void {
      markSaves();
      sql.run('UPDATE save SET not_submitted = 0 WHERE id = ?', id);
    },
    /** Adds an entry of which these drafts are submitted. */
    addSubmitted(id: string, entryId: string, fields: readonly FieldName[]): void {
      markSaves();
      sql.run(
        'INSERT INTO save_item (save_id, entry_id, ends) VALUES (?, ?, ?)',
        id,
        entryId,
        columns.toJson(Object.fromEntries(fields.map((field) => [field, null]))),
      );
      // A save added without a count starts at 0.
      sql.run('UPDATE save SET not_submitted = max(0, not_submitted - 1) WHERE id = ?', id);
    },
    setStage(id: string, stage: SaveRow['stage']): void {
      markSavesAndOutbox();
      const row = sql.get('SELECT * FROM save WHERE id = ?', id);
      // A save that is not ours stays paused, although it is signed now.
      if (row) set(row, stage, isPaused(row, macs));
    },
    /**
     * What becomes of the unsent texts of a canceled save; null if it was not canceled. It also holds for fields that could
     * not be withdrawn then, and are when possible.
     */
    afterCancel(id: string): AfterCancel | null {
      const row = sql.get('SELECT stage FROM save WHERE id = ?', id);
      return row && afterCancelOf(stageOf(row));
    },
    /** Whether a save covers so few organizations that it is sent like single saves (`SMALL_SAVE`). */
    isSmall: (id: string): boolean =>
      sql.get(`SELECT 1 FROM save WHERE id = ? AND ${IS_SMALL_SAVE}`, id) !== null,
    /** Saves in this stage, oldest first. */
    inStage: (stage: SaveRow['stage']): SaveRow[] =>
      sql
        .all('SELECT * FROM save WHERE stage = ? ORDER BY rowid', stage)
        .map((row) => toSave(row, macs)),
    /** Deletes a save with its items. */
    remove(id: string): void {
      markSavesAndOutbox();
      sql.run('DELETE FROM save WHERE id = ?', id);
    },
    /** Whose the stage and the pause of a save are; foreign if there is no such save. */
    trust(id: string): Trust {
      const row = sql.get('SELECT * FROM save WHERE id = ?', id);
      return row ? trust(row, macs) : 'foreign';
    },
    /**
     * Signs the saves that we stored before the key was known. One that is not ours is paused, until the person resumes it.
     */
    checkMacs(): void {
      markSavesAndOutbox();
      for (const row of sql.all('SELECT id, stage, paused, mac FROM save')) {
        const paused = row['paused'] === 1 || trust(row, macs) !== 'ours' ? 1 : 0;
        const id = String(row['id']);
        const mac = macs.of(coveredSave(id, row['stage'], paused));
        sql.run('UPDATE save SET paused = ?, mac = ? WHERE id = ?', paused, mac, id);
      }
    },
    /** Ids of paused saves, and of those that do not pass their check, among these (default: all). */
    paused: (among?: readonly string[]): string[] => idsOf(isPaused, among),
    /** Ids of saves whose fields are not sent now, among these: those in `paused`, or not in `sending`. */
    notSending: (among: readonly string[]): string[] => idsOf(isNotSending, among),
    /** All saves, newest first. */
    all: (): SaveRow[] =>
      sql.all('SELECT * FROM save ORDER BY rowid DESC').map((row) => toSave(row, macs)),
    get(id: string): SaveRow | null {
      const row = sql.get('SELECT * FROM save WHERE id = ?', id);
      return row && toSave(row, macs);
    },
    setPaused,
    /** Closes a save and unpauses it. */
    close(id: string): void {
      setPaused(id, false);
      sql.run('UPDATE save SET closed = 1 WHERE id = ?', id);
    },
    /** Number of items in each state, and of those that need a decision. */
    counts(id: string): Record<SaveResult['state'] | 'toDecide', number> {
      const counts = { done: 0, waiting: 0, failed: 0, canceled: 0, toDecide: 0 };
      // Most items have ended. Of those, the index tells enough.
      const queries = [
        `SELECT state AS item_state, count(*) AS n FROM save_item
         WHERE save_id = ? AND state IS NOT NULL GROUP BY state`,
        `SELECT ${ITEM_STATE} AS item_state, count(*) AS n, sum(x.state <> 'paused') AS not_paused FROM ${ITEMS}
         WHERE i.save_id = ? AND i.state IS NULL GROUP BY item_state`,
      ];
      for (const row of queries.flatMap((query) => sql.all(query, id))) {
        const state = columns.toOneOf(STATES, row['item_state'], 'canceled');
        counts[state] += columns.toNumber(row['n']);
        if (state === 'failed') counts.toDecide += columns.toNumber(row['not_paused']);
      }
      return counts;
    },
    /**
     * The results of all items, in the order they were submitted.
     * @param page only this part of them, in another order: failed, waiting, canceled, then done
     */
    results(id: string, page?: { offset: number; limit: number }): SaveResult[] {
      const query = `SELECT i.entry_id, o.kind, o.name, o.parent_name, ${ITEM_STATE} AS item_state,
          coalesce(i.failure, x.failure) AS item_failure,
          ${IS_RETRIED} AND NOT EXISTS
            (SELECT 1 FROM save WHERE id = ?1 AND ${IS_CANCELED}) AS is_retried
        FROM ${ITEMS} JOIN organization o ON o.id = i.entry_id
        WHERE i.save_id = ?1 ORDER BY ${page ? RESULT_ORDER : 'i.rowid'} LIMIT ?2 OFFSET ?3`;
      const { offset, limit } = page ?? { offset: 0, limit: -1 };
      return sql.all(query, id, limit, offset).flatMap((row): SaveResult | [] => {
        const entryId = columns.toEntryId(row['entry_id']);
        if (entryId === null) return [];
        const failure = columns.toFailure(row['item_failure']);
        return {
          entryId,
          ...columns.toEntryName(row),
          state: columns.toOneOf(STATES, row['item_state'], 'canceled'),
          failure,
          retryable: row['is_retried'] === 1,
        };
      });
    },
    /** When the save began that wrote each of these revisions of an entry; without those whose save is no longer kept. */
    startsByRevision(entryId: string, revisionIds: readonly number[]): Map<number, number> {
      const query = `SELECT revision_id, max(at) AS at FROM save_item JOIN save ON save.id = save_id
        WHERE entry_id = ? AND revision_id IN (SELECT value FROM json_each(?)) GROUP BY revision_id`;
      const rows = sql.all(query, entryId, columns.toJson(revisionIds));
      return new Map(
        rows.map((row) => [columns.toNumber(row['revision_id']), columns.toNumber(row['at'])]),
      );
    },
    /** What a save wrote, in up to `limit` entries after one (0: from the first). */
    written(id: string, after: number, limit: number): WrittenItem[] {
      const query = `SELECT rowid AS place, entry_id, ends, revision_id FROM save_item
        WHERE save_id = ? AND revision_id IS NOT NULL AND rowid > ? ORDER BY rowid LIMIT ?`;
      return sql.all(query, id, after, limit).map((row) => {
        const ends = endsIn(row);
        return {
          place: columns.toNumber(row['place']),
          entryId: String(row['entry_id']),
          fields: touchedFields(ends).filter((field) => ends[field] === 'done'),
          revisionId: columns.toNumber(row['revision_id']),
        };
      });
    },
    /**
     * Whether a save wrote a text that has no newer draft, change or save, as all have after it was undone. Compares no texts,
     * for saves of thousands.
     */
    isAnyUntouched: (id: string): boolean =>
      sql.get(
        `SELECT 1 FROM save_item i, json_each(iif(json_valid(ends), ends, '{}')) e
         WHERE save_id = ? AND revision_id IS NOT NULL AND e.value = 'done'
         AND NOT EXISTS (SELECT 1 FROM save_item n WHERE n.entry_id = i.entry_id AND n.rowid > i.rowid
           AND instr(n.ends, '"' || e.key || '":"done"'))
         AND NOT EXISTS (SELECT 1 FROM draft_field WHERE entry_id = i.entry_id AND field = e.key)
         AND NOT EXISTS (SELECT 1 FROM pending_field WHERE entry_id = i.entry_id AND field = e.key)`,
        id,
      ) !== null,
    /**
     * Stores how one field of an item ended. Overwrites an earlier end: if Cloudflare confirms a field, that is
     * true no matter what was decided before.
     * @param revisionId of a field that is done: the revision with the copy that has its text; null: there is none
     */
    end(
      id: string,
      entryId: string,
      field: FieldName,
      end: SaveEnd,
      revisionId: number | null = null,
    ): void {
      const where = 'WHERE save_id = ? AND entry_id = ?';
      const row = sql.get(`SELECT ends FROM save_item ${where}`, id, entryId);
      if (!row) return;
      markSaves();
      const ends = { ...endsIn(row), [field]: end };
      const known = Object.values(ends).filter((value) => value !== null);
      const isOpen = known.length < Object.keys(ends).length;
      const state = known.every((value) => value === 'done') ? 'done' : 'canceled';
      sql.run(
        `UPDATE save_item SET ends = ?, state = ?, failure = ?,
           revision_id = coalesce(revision_id, ?) ${where}`,
        columns.toJson(ends),
        isOpen ? null : state,
        isOpen ? null : columns.toJsonOrNull(failureOf(known)),
        revisionId,
        id,
        entryId,
      );
    },
  };
}
