/**
 * Saves of many organizations: what one press of *Save* submitted, its progress and results; and the plan of an import,
 * which is its preview.
 */
import * as v from 'valibot';
import { CHANGES_PER_PAGE, changesPageSchema } from './changes';
import { failureSchema } from './failure';
import { MAX_IMPORT_ROWS, MAX_SMALL_LIST, shortTextSchema } from './limits';
import { entryNameSchema, entryIdSchema } from './organization';
import { editsSchema, fieldNamesSchema } from './profile';

/**
 * What a plan says about one organization:
 * - `changes`: at least one text would change.
 * - `same`: it already has the requested texts.
 * - `draft`, `waiting`: a draft or a pending change has a different text in one of these fields. Skipped unless
 *   the person ticks it.
 * - `read-only`: its sign-in may not change anything. Skipped.
 * - `decide`: its pending change needs a decision by the person. Skipped.
 * - `unread`: its profile was never read, so no one knows what would be overwritten. Skipped.
 */
const PLAN_STATES = [
  'changes',
  'same',
  'draft',
  'waiting',
  'read-only',
  'decide',
  'unread',
] as const;

/** Schema of what would change for one organization. */
export const planRowSchema = v.object({
  entryId: entryIdSchema,
  ...entryNameSchema.entries,
  /** The current texts of the requested fields: pending, else saved. */
  before: editsSchema,
  after: editsSchema,
  state: v.picklist(PLAN_STATES),
});

/** What would change for one organization. */
export type PlanRow = v.InferOutput<typeof planRowSchema>;

/** Schema of a plan. Main keeps it until the next one is made. */
export const planSchema = v.object({
  planId: shortTextSchema,
  rows: v.pipe(v.array(planRowSchema), v.maxLength(MAX_IMPORT_ROWS)),
});

/** The preview of an import. */
export type Plan = v.InferOutput<typeof planSchema>;

/** What becomes of the texts that a canceled save did not send: drafts again, or only the history has them. */
export const AFTER_CANCEL = ['keep', 'discard'] as const;

/** What becomes of the texts that a canceled save did not send. */
export type AfterCancel = (typeof AFTER_CANCEL)[number];

/** Schema of a save and its progress. */
export const saveSchema = v.object({
  id: shortTextSchema,
  kind: v.picklist(['change', 'import']),
  /** When it was submitted, ms since the epoch. */
  at: v.number(),
  fields: fieldNamesSchema,
  /** How many organizations it was to have; more than `total` if submitting them was interrupted. */
  intended: v.number(),
  total: v.number(),
  done: v.number(),
  /** How many are still to be sent. */
  waiting: v.number(),
  /** How many are refused, in conflict or paused, and so need the person. */
  failed: v.number(),
  canceled: v.number(),
  state: v.picklist(['running', 'paused', 'ended']),
  /** What became of its unsent texts if the person canceled it; else null. Failed changes are then not retried. */
  afterCancel: v.nullable(v.picklist(AFTER_CANCEL)),
  /** Whether the person closed it, after it ended. */
  closed: v.boolean(),
  /** Whether *Undo this save* is offered: it has ended, and some of its texts are still there. */
  undoable: v.boolean(),
  /** Estimated time left, in ms; null if unknown (paused, offline). */
  timeLeft: v.nullable(v.number()),
  /** Until when Cloudflare's rate limit blocks sending, ms since the epoch, or null. */
  waitsUntil: v.nullable(v.number()),
});

/** Schema of the saves that are kept. */
export const savesSchema = v.pipe(v.array(saveSchema), v.maxLength(MAX_SMALL_LIST));

/** A save and its progress. */
export type Save = v.InferOutput<typeof saveSchema>;

/** Schema of the result for one organization of a save. */
export const saveResultSchema = v.object({
  entryId: entryIdSchema,
  ...entryNameSchema.entries,
  state: v.picklist(['done', 'waiting', 'failed', 'canceled']),
  failure: v.nullable(failureSchema),
  /** Whether *Retry failed changes* includes it. Any other failed change is decided on its page. */
  retryable: v.boolean(),
});

/** The result for one organization of a save. */
export type SaveResult = v.InferOutput<typeof saveResultSchema>;

/** Schema of a part of the results of a save. */
export const resultsPageSchema = v.object({
  saveId: shortTextSchema,
  ...changesPageSchema.entries,
});

/** Schema of what undoing a save did. */
export const undoneSaveSchema = v.object({
  batchId: shortTextSchema,
  /** In how many organizations the old texts are drafts now. */
  drafts: v.number(),
  /** Organizations that stay as they are, because their texts have changed since. The first of them, by name. */
  changedSince: v.object({
    total: v.number(),
    first: v.pipe(
      v.array(v.object({ entryId: entryIdSchema, ...entryNameSchema.entries })),
      v.maxLength(CHANGES_PER_PAGE),
    ),
  }),
});

/** What undoing a save did. */
export type UndoneSave = v.InferOutput<typeof undoneSaveSchema>;

/** A save of at most this many organizations is sent with the priority of single saves. */
export const SMALL_SAVE = 50;
