/**
 * Changing many organizations at once: what would change (a plan), and how the job stands (a run). An
 * import is the same with other texts per organization.
 */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { organizationIdSchema } from './organization';
import { editsSchema, fieldNameSchema } from './profile';

/**
 * What a plan says of one organization: it `changes`, it is the `same` already, or something is in
 * the way: a `draft` or a `waiting` change in one of these fields (skipped unless ticked), a change that
 * waits for the person (`decide`), or no copy was ever read (`unread`), so that no one knows what would
 * be overwritten.
 */
const PLAN_STATES = ['changes', 'same', 'draft', 'waiting', 'decide', 'unread'] as const;

/** Schema of what would change for one organization. */
export const planRowSchema = v.object({
  organizationId: organizationIdSchema,
  name: v.string(),
  /** The texts of the fields concerned, as the app shows them now. */
  before: editsSchema,
  after: editsSchema,
  state: v.picklist(PLAN_STATES),
});

/** What would change for one organization. */
export type PlanRow = v.InferOutput<typeof planRowSchema>;

/** Schema of a plan; main keeps it until another is made. */
export const planSchema = v.object({ planId: v.string(), rows: v.array(planRowSchema) });

/** A plan. */
export type Plan = v.InferOutput<typeof planSchema>;

/** Schema of how a job stands. */
export const bulkJobSchema = v.object({
  id: v.string(),
  kind: v.picklist(['change', 'import']),
  /** When it was submitted, ms since the epoch. */
  at: v.number(),
  fields: v.array(fieldNameSchema),
  total: v.number(),
  done: v.number(),
  /** Still to be sent. */
  waiting: v.number(),
  /** Refused, in conflict or paused: these need somebody. */
  failed: v.number(),
  cancelled: v.number(),
  state: v.picklist(['running', 'paused', 'ended']),
  /** Time left as far as can be said, in ms; null while nothing can be (paused, offline). */
  timeLeft: v.nullable(v.number()),
  /** Until when Cloudflare's limit keeps it from sending, ms since the epoch; null: it does not. */
  waitsUntil: v.nullable(v.number()),
});

/** How a job stands. */
export type BulkJob = v.InferOutput<typeof bulkJobSchema>;

/** Schema of the result for one organization of a job. */
export const bulkResultSchema = v.object({
  organizationId: organizationIdSchema,
  name: v.string(),
  state: v.picklist(['done', 'waiting', 'failed', 'cancelled']),
  failure: v.nullable(failureSchema),
});

/** The result for one organization of a job. */
export type BulkResult = v.InferOutput<typeof bulkResultSchema>;

/** A job over at most so many organizations is sent like single saves of the person. */
export const SMALL_JOB = 50;
/** Most organizations in one job. */
export const BULK_LIMIT = 20_000;
