/**
 * Bulk jobs and their items. An item is the part of a job that concerns one organization. It keeps its result
 * after its pending change is gone.
 */
import * as v from 'valibot';
import { SMALL_JOB, type AfterCancel, type BulkResult } from '../../shared/bulk';
import { isUnverified, type Failure } from '../../shared/failure';
import { fieldNameSchema, fieldTextSchema, isFieldName } from '../../shared/profile';
import type { FieldName } from '../../shared/profile';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './sqlite-file';
import { ALSO_OF_OTHER_JOB, jobInPatch } from './job-in-patch';
import type { Covered, RowMacs, Verdict } from './row-macs';
import { afterCancelOf, CANCELED_STAGES, JOB_ENDS, type BulkJobRow } from './rows';
import type { BulkItemRow, UnappliedItem } from './rows';

/** States of an item. */
const STATES = ['done', 'waiting', 'failed', 'canceled'] as const;
/** Stages of a job. */
const STAGES = [
  'planning',
  'applying',
  'sending',
  ...CANCELED_STAGES.keep,
  ...CANCELED_STAGES.discard,
] as const;

// The state of an item. Until it has ended, it waits to be applied, or has the state of its pending change. If
// there is no such change, which should not happen, nothing will be sent, so the item counts as canceled.
const ITEM_STATE = `CASE
    WHEN i.state IS NOT NULL THEN i.state
    WHEN i.plan IS NOT NULL THEN 'waiting'
    WHEN x.state IS NULL THEN 'canceled'
    WHEN x.state IN ('paused', 'conflict', 'differs', 'refused') THEN 'failed'
    ELSE 'waiting' END`;
const ITEMS = `bulk_item i LEFT JOIN outbox x
  ON i.state IS NULL AND x.entry_id = i.entry_id`;

/** SQL condition: canceled jobs, also while their changes are still being withdrawn. */
const IS_CANCELED = "stage IN ('canceling', 'canceled', 'discarding', 'discarded')";

/**
 * SQL condition: whether *Retry failed changes* of the job `?2` takes an item. What waits for its sign-in, and what was
 * refused if the job owns all its fields. `?1` is the result of `jobInPatch`. Without a field of the person, the change is
 * sent as part of a job.
 */
const IS_RETRIED = `(x.state = 'paused' OR
  (x.state = 'refused' AND x.bulk_job_id = ?2 AND NOT ${ALSO_OF_OTHER_JOB}))`;

/** SQL condition: jobs that the window shows. Not those in `planning`, because their submit has not returned. */
const LISTED = "dismissed = 0 AND stage <> 'planning'";

/** Deletes dismissed jobs without open items. */
const DELETE_DISMISSED = `DELETE FROM bulk_job WHERE dismissed = 1 AND NOT EXISTS
  (SELECT 1 FROM bulk_item WHERE job_id = bulk_job.id AND state IS NULL)`;

type JobEnd = (typeof JOB_ENDS)[number];

/** The reason why an item is not done, unless it was simply canceled. */
function failureOf(ends: readonly JobEnd[]): Failure | null {
  if (ends.includes('theirs')) return { code: 'change.remote-kept' };
  return ends.includes('replaced') ? { code: 'change.replaced' } : null;
}

function toJob(row: Row, macs: RowMacs): BulkJobRow {
  const fields = columns.fromJson(row['fields']);
  return {
    id: String(row['id']),
    kind: columns.toOneOf(['change', 'import'], row['kind'], 'change'),
    at: columns.toNumber(row['at']),
    fields: Array.isArray(fields)
      ? fields.filter((field) => typeof field === 'string' && isFieldName(field))
      : [],
    stage: columns.toOneOf(STAGES, row['stage'], 'sending'),
    paused: isPaused(row, macs),
  };
}

const END_SCHEMA = v.record(fieldNameSchema, v.nullable(v.picklist(JOB_ENDS)));
const PLAN_SCHEMA = v.record(
  fieldNameSchema,
  v.object({
    text: fieldTextSchema,
    seen: fieldTextSchema,
    draftSeen: v.optional(fieldTextSchema),
  }),
);

/** A column parsed as JSON, or an empty object if it is invalid. */
function parsed<T extends object>(schema: v.GenericSchema<unknown, T>, column: unknown): T {
  const result = v.safeParse(schema, columns.fromJson(column));
  return result.success ? result.output : ({} as T);
}

const coveredJob = (id: string, stage: unknown, paused: unknown): Covered => [
  'job',
  id,
  stage as string,
  paused as number,
];
const coveredPlan = (id: string, entryId: unknown, plan: unknown): Covered => [
  'plan',
  id,
  entryId as string,
  plan as string,
];

/** Why a plan with one of these verdicts must not be applied, or null. */
function rejectionOf(...verdicts: Verdict[]): Failure | null {
  if (verdicts.every((verdict) => verdict === 'intact')) return null;
  return { code: verdicts.includes('altered') ? 'change.altered' : 'change.unchecked' };
}

/** SQL condition: whether a row of `bulk_job` is a small job. Counts no more items than necessary. */
export const IS_SMALL_JOB = `((SELECT count(*) FROM
  (SELECT 1 FROM bulk_item WHERE job_id = bulk_job.id LIMIT ${SMALL_JOB + 1})) <= ${SMALL_JOB})`;

/** The result of checking a row of `bulk_job`. */
function verdictOf(row: Row, macs: RowMacs): Verdict {
  return macs.verdict(coveredJob(String(row['id']), row['stage'], row['paused']), row['mac']);
}

/** Whether a job is paused. One that does not pass its check is, until the person resumes it. */
function isPaused(row: Row, macs: RowMacs): boolean {
  const verdict = verdictOf(row, macs);
  return row['paused'] === 1 || verdict === 'altered' || verdict === 'unchecked';
}

/** Whether the changes of a job are not sent now: it is paused, or not in stage `sending`. */
export function isNotSending(row: Row, macs: RowMacs): boolean {
  return row['stage'] !== 'sending' || isPaused(row, macs);
}

/** The repository of bulk jobs. */
export function bulk({ sql, changes, macs }: Context) {
  const markJobs = (): void => changes.topic('jobs');
  /** For writes that affect whether changes are sent: the stage of a job, and whether it is paused. */
  const markJobsAndOutbox = (): void => {
    markJobs();
    changes.topic('outbox');
  };
  const stageVerdict = (id: string): Verdict => {
    const row = sql.get('SELECT * FROM bulk_job WHERE id = ?', id);
    return row ? verdictOf(row, macs) : 'intact';
  };
  const idsOf = (matches: (row: Row, macs: RowMacs) => boolean): string[] =>
    sql
      .all('SELECT id, stage, paused, mac FROM bulk_job')
      .filter((row) => matches(row, macs))
      .map((row) => String(row['id']));
  const set = (id: string, stage: unknown, paused: boolean): void => {
    const values = [stage as string, paused ? 1 : 0] as const;
    const SET = 'UPDATE bulk_job SET stage = ?, paused = ?, mac = ? WHERE id = ?';
    sql.run(SET, ...values, macs.of(coveredJob(id, ...values)), id);
  };
  /** Also for a job that did not pass its check: the person has decided about it. */
  const setPaused = (id: string, paused: boolean): void => {
    markJobsAndOutbox();
    const row = sql.get('SELECT stage FROM bulk_job WHERE id = ?', id);
    if (row) set(id, row['stage'], paused);
  };
  return {
    /** Adds a job; its items are added with `addItems`. */
    add({ id, kind, at, fields, stage, paused }: BulkJobRow): void {
      markJobsAndOutbox();
      sql.run(DELETE_DISMISSED);
      sql.run(
        `INSERT INTO bulk_job (id, kind, at, fields, stage, paused, dismissed, mac)
         VALUES (?, ?, ?, ?, ?, ?, 0, ?)`,
        id,
        kind,
        at,
        columns.toJson(fields),
        stage,
        paused ? 1 : 0,
        macs.of(coveredJob(id, stage, paused ? 1 : 0)),
      );
    },
    addItems(id: string, items: readonly BulkItemRow[]): void {
      markJobs();
      for (const { entryId, plan } of items) {
        const ends = Object.fromEntries(Object.keys(plan).map((field) => [field, null]));
        const stored = columns.toJson(plan);
        sql.run(
          'INSERT INTO bulk_item (job_id, entry_id, plan, ends, mac) VALUES (?, ?, ?, ?, ?)',
          id,
          entryId,
          stored,
          columns.toJson(ends),
          macs.of(coveredPlan(id, entryId, stored)),
        );
      }
    },
    setStage(id: string, stage: BulkJobRow['stage']): void {
      markJobsAndOutbox();
      const row = sql.get('SELECT * FROM bulk_job WHERE id = ?', id);
      // A job that did not pass its check stays paused, although it gets a valid MAC.
      if (row) set(id, stage, isPaused(row, macs));
    },
    /**
     * What becomes of the unsent texts of a canceled job; null if it was not canceled. It also holds for fields that could
     * not be withdrawn then, and are when possible.
     */
    afterCancel(id: string): AfterCancel | null {
      const row = sql.get('SELECT stage FROM bulk_job WHERE id = ?', id);
      return row && afterCancelOf(columns.toOneOf(STAGES, row['stage'], 'sending'));
    },
    /** Whether a job covers so few organizations that it is sent like single saves (`SMALL_JOB`). */
    isSmall: (id: string): boolean =>
      sql.get(`SELECT 1 FROM bulk_job WHERE id = ? AND ${IS_SMALL_JOB}`, id) !== null,
    /** Jobs in this stage, oldest first. */
    inStage: (stage: BulkJobRow['stage']): BulkJobRow[] =>
      sql
        .all('SELECT * FROM bulk_job WHERE stage = ? ORDER BY rowid', stage)
        .map((row) => toJob(row, macs)),
    /** Deletes a job with its items. */
    remove(id: string): void {
      markJobsAndOutbox();
      sql.run('DELETE FROM bulk_job WHERE id = ?', id);
    },
    /** Up to `limit` items that are not applied yet, in the order they were added. */
    unapplied(id: string, limit: number): UnappliedItem[] {
      const job = stageVerdict(id);
      return sql
        .all(
          `SELECT entry_id, plan, mac FROM bulk_item
           WHERE job_id = ? AND plan IS NOT NULL ORDER BY rowid LIMIT ?`,
          id,
          limit,
        )
        .map((row) => ({
          entryId: String(row['entry_id']),
          plan: parsed(PLAN_SCHEMA, row['plan']),
          failure: rejectionOf(
            job,
            macs.verdict(coveredPlan(id, row['entry_id'], row['plan']), row['mac']),
          ),
        }));
    },
    /** Whether a job has plans that have to wait until their MACs can be checked. */
    mustWait: (id: string): boolean =>
      stageVerdict(id) === 'unknown' &&
      sql.get('SELECT 1 FROM bulk_item WHERE job_id = ? AND plan IS NOT NULL LIMIT 1', id) !== null,
    /** Like `outbox.renewMacs`, for the plans of jobs; without refusing any. */
    renewMacs(after: number, limit: number): number | null {
      if (after === 0) {
        for (const row of sql.all('SELECT id, stage, paused, mac FROM bulk_job')) {
          if (verdictOf(row, macs) !== 'intact') continue;
          set(String(row['id']), row['stage'], row['paused'] === 1);
        }
      }
      const found = sql.all(
        `SELECT rowid AS place, job_id, entry_id, plan, mac FROM bulk_item
         WHERE plan IS NOT NULL AND rowid > ? ORDER BY rowid LIMIT ?`,
        after,
        limit,
      );
      for (const row of found) {
        const values = coveredPlan(String(row['job_id']), row['entry_id'], row['plan']);
        if (macs.verdict(values, row['mac']) !== 'intact') continue;
        const place = columns.toNumber(row['place']);
        sql.run('UPDATE bulk_item SET mac = ? WHERE rowid = ?', macs.of(values), place);
      }
      return found.length < limit ? null : columns.toNumber(found.at(-1)?.['place']);
    },
    /** Records that an item was applied, or skipped because of `skipped`. */
    applied(id: string, entryId: string, skipped: Failure | null): void {
      markJobs();
      sql.run(
        `UPDATE bulk_item SET plan = NULL, state = coalesce(?, state), failure = coalesce(?, failure)
         WHERE job_id = ? AND entry_id = ?`,
        skipped && 'canceled',
        columns.toJsonOrNull(skipped),
        id,
        entryId,
      );
    },
    /** Ids of paused jobs, and of those that do not pass their check. */
    paused: (): string[] => idsOf(isPaused),
    /** Ids of jobs whose fields are not sent now: those in `paused`, or not in stage `sending`. */
    notSending: (): string[] => idsOf(isNotSending),
    /** Jobs that were not dismissed, newest first. */
    all: (): BulkJobRow[] =>
      sql
        .all(`SELECT * FROM bulk_job WHERE ${LISTED} ORDER BY rowid DESC`)
        .map((row) => toJob(row, macs)),
    get(id: string): BulkJobRow | null {
      const row = sql.get(`SELECT * FROM bulk_job WHERE id = ? AND ${LISTED}`, id);
      return row && toJob(row, macs);
    },
    setPaused,
    /** Hides a job and unpauses it. It is deleted once it has no open items. */
    dismiss(id: string): void {
      setPaused(id, false);
      sql.run('UPDATE bulk_job SET dismissed = 1 WHERE id = ?', id);
      sql.run(DELETE_DISMISSED);
    },
    /** Number of items in each state. */
    counts(id: string): Record<BulkResult['state'], number> {
      const counts = { done: 0, waiting: 0, failed: 0, canceled: 0 };
      const query = `SELECT ${ITEM_STATE} AS item_state, count(*) AS n FROM ${ITEMS}
        WHERE job_id = ? GROUP BY item_state`;
      for (const row of sql.all(query, id)) {
        counts[columns.toOneOf(STATES, row['item_state'], 'canceled')] += columns.toNumber(
          row['n'],
        );
      }
      return counts;
    },
    /** The results of all items, in the order the items were submitted. */
    results(id: string): BulkResult[] {
      const query = `SELECT i.entry_id, o.name, ${ITEM_STATE} AS item_state,
          coalesce(i.failure, x.failure) AS item_failure,
          ${IS_RETRIED} AND NOT EXISTS
            (SELECT 1 FROM bulk_job WHERE id = ?2 AND ${IS_CANCELED}) AS is_retried
        FROM ${ITEMS} JOIN organization o ON o.id = i.entry_id
        WHERE job_id = ?2 ORDER BY i.rowid`;
      return sql.all(query, jobInPatch(id), id).flatMap((row): BulkResult | [] => {
        const entryId = columns.toEntryId(row['entry_id']);
        if (entryId === null) return [];
        const failure = columns.toFailure(row['item_failure']);
        return {
          entryId,
          name: columns.toText(row['name']),
          state: columns.toOneOf(STATES, row['item_state'], 'canceled'),
          failure,
          retryable: row['is_retried'] === 1 && !isUnverified(failure),
        };
      });
    },
    /**
     * Stores how one field of an item ended. Overwrites an earlier end: if Cloudflare confirms a field, that is
     * true no matter what was decided before.
     */
    end(id: string, entryId: string, field: FieldName, end: JobEnd): void {
      const where = 'WHERE job_id = ? AND entry_id = ?';
      const row = sql.get(`SELECT ends FROM bulk_item ${where}`, id, entryId);
      if (!row) return;
      markJobs();
      const ends = { ...parsed(END_SCHEMA, row['ends']), [field]: end };
      const known = Object.values(ends).filter((value) => value !== null);
      const isOpen = known.length < Object.keys(ends).length;
      const state = known.every((value) => value === 'done') ? 'done' : 'canceled';
      sql.run(
        `UPDATE bulk_item SET ends = ?, state = ?, failure = ? ${where}`,
        columns.toJson(ends),
        isOpen ? null : state,
        isOpen ? null : columns.toJsonOrNull(failureOf(known)),
        id,
        entryId,
      );
    },
  };
}
