/**
 * Bulk jobs and their items. An item is the part of a job that concerns one organization. It keeps its result
 * after its pending change is gone. In SQL, a job is a `bulk_run`.
 */
import * as v from 'valibot';
import { fieldNameSchema, isFieldName } from '../../shared/profile';
import { SMALL_JOB, type BulkResult } from '../../shared/bulk';
import type { Failure } from '../../shared/failure';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './database';
import { JOB_ENDS, type BulkJobRow, type Tables } from './tables';

/** States of an item. */
const STATES = ['done', 'waiting', 'failed', 'cancelled'] as const;
/** Stages of a job. */
const STAGES = ['planning', 'applying', 'sending', 'cancelling', 'cancelled'] as const;

// The state of an item. Until it has ended, it waits to be applied, or has the state of its pending change. If
// there is no such change, which should not happen, nothing will be sent, so the item counts as cancelled.
const ITEM_STATE = `CASE
    WHEN i.state IS NOT NULL THEN i.state
    WHEN i.plan IS NOT NULL THEN 'waiting'
    WHEN x.state IS NULL THEN 'cancelled'
    WHEN x.state IN ('paused', 'conflict', 'differs', 'refused') THEN 'failed'
    ELSE 'waiting' END`;
const ITEMS = `bulk_item i LEFT JOIN outbox x
  ON i.state IS NULL AND x.organization_id = i.organization_id`;

/** SQL condition: jobs that the window shows. Not those in `planning`, because their submit has not returned. */
const LISTED = "dismissed = 0 AND stage <> 'planning'";

/** Deletes dismissed jobs without open items. */
const DELETE_DISMISSED = `DELETE FROM bulk_run WHERE dismissed = 1 AND NOT EXISTS
  (SELECT 1 FROM bulk_item WHERE run_id = bulk_run.id AND state IS NULL)`;

type JobEnd = (typeof JOB_ENDS)[number];

/** The reason why an item is not done, unless it was simply cancelled. */
function failureOf(ends: readonly JobEnd[]): Failure | null {
  if (ends.includes('theirs')) return { code: 'change.remote-kept' };
  return ends.includes('replaced') ? { code: 'change.replaced' } : null;
}

function toJob(row: Row): BulkJobRow {
  const fields = columns.fromJson(row['fields']);
  return {
    id: String(row['id']),
    kind: columns.toOneOf(['change', 'import'], row['kind'], 'change'),
    at: columns.toNumber(row['at']),
    fields: Array.isArray(fields)
      ? fields.filter((field) => typeof field === 'string' && isFieldName(field))
      : [],
    stage: columns.toOneOf(STAGES, row['stage'], 'sending'),
    paused: row['paused'] === 1,
  };
}

const END_SCHEMA = v.record(fieldNameSchema, v.nullable(v.picklist(JOB_ENDS)));
const PLAN_SCHEMA = v.record(
  fieldNameSchema,
  v.object({ text: v.string(), seen: v.string(), draftSeen: v.optional(v.string()) }),
);

/** A column parsed as JSON, or an empty object if it is invalid. */
function parsed<T extends object>(schema: v.GenericSchema<unknown, T>, column: unknown): T {
  const result = v.safeParse(schema, columns.fromJson(column));
  return result.success ? result.output : ({} as T);
}

/** SQL condition: whether a row of `bulk_run` is a small job. Counts no more items than necessary. */
export const IS_SMALL = `((SELECT count(*) FROM
  (SELECT 1 FROM bulk_item WHERE run_id = bulk_run.id LIMIT ${SMALL_JOB + 1})) <= ${SMALL_JOB})`;

/** The repository of bulk jobs. */
export function bulk({ sql, changes }: Context): Tables['bulk'] {
  const markJobs = (): void => changes.topic('jobs');
  /** For writes that affect whether changes are sent: the stage of a job, and whether it is paused. */
  const markJobsAndOutbox = (): void => {
    markJobs();
    changes.topic('outbox');
  };
  return {
    add({ id, kind, at, fields, stage, paused }) {
      markJobsAndOutbox();
      sql.run(DELETE_DISMISSED);
      sql.run(
        `INSERT INTO bulk_run (id, kind, at, fields, stage, paused, dismissed)
         VALUES (?, ?, ?, ?, ?, ?, 0)`,
        id,
        kind,
        at,
        columns.toJson(fields),
        stage,
        paused ? 1 : 0,
      );
    },
    addItems(id, items) {
      markJobs();
      for (const { organizationId, plan } of items) {
        const ends = Object.fromEntries(Object.keys(plan).map((field) => [field, null]));
        sql.run(
          'INSERT INTO bulk_item (run_id, organization_id, plan, ends) VALUES (?, ?, ?, ?)',
          id,
          organizationId,
          columns.toJson(plan),
          columns.toJson(ends),
        );
      }
    },
    setStage(id, stage) {
      markJobsAndOutbox();
      sql.run('UPDATE bulk_run SET stage = ? WHERE id = ?', stage, id);
    },
    isCancelled: (id) =>
      sql.get("SELECT 1 FROM bulk_run WHERE id = ? AND stage = 'cancelled'", id) !== null,
    isSmall: (id) => sql.get(`SELECT 1 FROM bulk_run WHERE id = ? AND ${IS_SMALL}`, id) !== null,
    inStage: (stage) =>
      sql.all('SELECT * FROM bulk_run WHERE stage = ? ORDER BY rowid', stage).map(toJob),
    remove(id) {
      markJobsAndOutbox();
      sql.run('DELETE FROM bulk_run WHERE id = ?', id);
    },
    unapplied(id, limit) {
      return sql
        .all(
          `SELECT organization_id, plan FROM bulk_item
           WHERE run_id = ? AND plan IS NOT NULL ORDER BY rowid LIMIT ?`,
          id,
          limit,
        )
        .map((row) => ({
          organizationId: String(row['organization_id']),
          plan: parsed(PLAN_SCHEMA, row['plan']),
        }));
    },
    applied(id, organizationId, skipped) {
      markJobs();
      sql.run(
        `UPDATE bulk_item SET plan = NULL, state = coalesce(?, state), failure = coalesce(?, failure)
         WHERE run_id = ? AND organization_id = ?`,
        skipped && 'cancelled',
        columns.toJsonOrNull(skipped),
        id,
        organizationId,
      );
    },
    cancelUnapplied(id) {
      markJobs();
      sql.run(
        `UPDATE bulk_item SET plan = NULL, state = 'cancelled'
         WHERE run_id = ? AND plan IS NOT NULL`,
        id,
      );
    },
    paused: () => sql.arrays('SELECT id FROM bulk_run WHERE paused = 1').map(([id]) => String(id)),
    held: () =>
      sql
        .arrays("SELECT id FROM bulk_run WHERE paused = 1 OR stage <> 'sending'")
        .map(([id]) => String(id)),
    all: () => sql.all(`SELECT * FROM bulk_run WHERE ${LISTED} ORDER BY rowid DESC`).map(toJob),
    get(id) {
      const row = sql.get(`SELECT * FROM bulk_run WHERE id = ? AND ${LISTED}`, id);
      return row && toJob(row);
    },
    setPaused(id, paused) {
      markJobsAndOutbox();
      sql.run('UPDATE bulk_run SET paused = ? WHERE id = ?', paused ? 1 : 0, id);
    },
    dismiss(id) {
      markJobsAndOutbox();
      sql.run('UPDATE bulk_run SET dismissed = 1, paused = 0 WHERE id = ?', id);
      sql.run(DELETE_DISMISSED);
    },
    counts(id) {
      const counts = { done: 0, waiting: 0, failed: 0, cancelled: 0 };
      const query = `SELECT ${ITEM_STATE} AS item_state, count(*) AS n FROM ${ITEMS}
        WHERE run_id = ? GROUP BY item_state`;
      for (const row of sql.all(query, id)) {
        counts[columns.toOneOf(STATES, row['item_state'], 'cancelled')] += columns.toNumber(
          row['n'],
        );
      }
      return counts;
    },
    results(id) {
      const query = `SELECT i.organization_id, o.name, ${ITEM_STATE} AS item_state,
          coalesce(i.failure, x.failure) AS item_failure
        FROM ${ITEMS} JOIN organization o ON o.id = i.organization_id
        WHERE run_id = ? ORDER BY i.rowid`;
      return sql.all(query, id).flatMap((row): BulkResult | [] => {
        const organizationId = columns.toOrganizationId(row['organization_id']);
        if (organizationId === null) return [];
        return {
          organizationId,
          name: columns.toText(row['name']),
          state: columns.toOneOf(STATES, row['item_state'], 'cancelled'),
          failure: columns.toFailure(row['item_failure']),
        };
      });
    },
    end(id, organizationId, field, end) {
      const where = 'WHERE run_id = ? AND organization_id = ?';
      const row = sql.get(`SELECT ends FROM bulk_item ${where}`, id, organizationId);
      if (!row) return;
      markJobs();
      const ends = { ...parsed(END_SCHEMA, row['ends']), [field]: end };
      const known = Object.values(ends).filter((value) => value !== null);
      const isOpen = known.length < Object.keys(ends).length;
      const state = known.every((value) => value === 'done') ? 'done' : 'cancelled';
      sql.run(
        `UPDATE bulk_item SET ends = ?, state = ?, failure = ? ${where}`,
        columns.toJson(ends),
        isOpen ? null : state,
        isOpen ? null : columns.toJsonOrNull(failureOf(known)),
        id,
        organizationId,
      );
    },
  };
}
