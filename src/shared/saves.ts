/**
 * Saves of many organizations: what one press of *Save* submitted, its progress and results.
 */
import * as v from 'valibot';
import { CHANGES_PER_PAGE, changesPageSchema } from './changes';
import { failureSchema } from './failure';
import { MAX_SMALL_LIST, shortTextSchema } from './limits';
import { entryNameSchema, entryIdSchema } from './organization';
import { fieldNamesSchema } from './profile';

/** What becomes of the texts that a canceled save did not send: drafts again, or only the history has them. */
export const AFTER_CANCEL = ['keep', 'discard'] as const;

/** What becomes of the texts that a canceled save did not send. */
export type AfterCancel = (typeof AFTER_CANCEL)[number];

/** Schema of a save and its progress. */
export const saveSchema = v.object({
  id: shortTextSchema,
  /** When it was submitted, ms since the epoch. */
  at: v.number(),
  fields: fieldNamesSchema,
  /** How many more organizations it was to have, if it was interrupted while being submitted; their drafts were kept. */
  notSubmitted: v.number(),
  total: v.number(),
  done: v.number(),
  /** How many are still to be sent. */
  waiting: v.number(),
  /** How many are refused, in conflict or paused, and so need the person. */
  failed: v.number(),
  /** How many of these are listed under *Decide*. */
  toDecide: v.number(),
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
  /** Whether *Retry those not saved* includes it. Any other failed change is decided on its page. */
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
  /** Organizations of which a text stays as it is, because it has changed since. The first of them, by name. */
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
