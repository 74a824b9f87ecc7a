/**
 * Activity: what happened in all entries, newest first, read from the revisions of their history. Nothing is stored for it.
 */
import * as v from 'valibot';
import { authorSchema, REVISION_KINDS, revisionSchema } from './history';
import { entryIdSchema, entryNameSchema } from './organization';
import { fieldNamesSchema } from './profile';

/** Rows per page. */
export const ACTIVITY_PER_PAGE = 50;

/** Schema of what is shown of the activity. */
export const activityQuerySchema = v.object({
  /** Only revisions of this kind; null: all. */
  kind: v.nullable(v.picklist(REVISION_KINDS)),
  /** Only those since then, ms since the epoch; null: all. */
  since: v.nullable(v.number()),
  /** Only those of this entry; null: all. */
  entryId: v.nullable(entryIdSchema),
});

/** What is shown of the activity. */
export type ActivityQuery = v.InferOutput<typeof activityQuerySchema>;

/** Schema of the place of a row: what is older comes after it. */
export const activityPlaceSchema = v.object({ at: v.number(), id: v.number() });

/** The place of a row. */
export type ActivityPlace = v.InferOutput<typeof activityPlaceSchema>;

/** Schema of a row: one revision. */
export const activityRowSchema = v.object({
  /** The id of the revision. */
  id: v.number(),
  /** Ms since the epoch. */
  at: v.number(),
  entryId: entryIdSchema,
  ...entryNameSchema.entries,
  kind: v.picklist(REVISION_KINDS),
  /** The fields that differ from the copy of Cloudflare's profile before it. */
  fields: fieldNamesSchema,
  /** Whether it is the first copy that was read, which changed nothing. */
  isFirst: v.boolean(),
  /** Who changed it at Cloudflare; null where that is not known, or it was not changed there. */
  author: v.nullable(authorSchema),
  saveStartedAt: revisionSchema.entries.saveStartedAt,
});

/** A row of the activity. */
export type ActivityRow = v.InferOutput<typeof activityRowSchema>;
