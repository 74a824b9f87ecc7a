/** Calls about drafts in many organizations and about all that is not at Cloudflare yet. Part of the contract. */
import * as v from 'valibot';
import {
  batchesSchema,
  changeCountsSchema,
  CHANGES_PER_PAGE,
  changesPageSchema,
  decidedManySchema,
  decidedSchema,
  decideRowSchema,
  leftOutPageSchema,
  leftOutRowSchema,
  pageOf,
  reviewPageSchema,
  reviewRowSchema,
  reviewSchema,
  tickedTotalsSchema,
  ticksSchema,
  waitingRowSchema,
} from '../changes';
import { setJsonEntrySchema } from '../json-entries';
import { choiceSchema } from '../organization';
import { editsSchema, fieldNamesSchema } from '../profile';
import { cellRangeSchema, cellTextsSchema, replaceSchema } from '../table';
import { nothing, organization, text } from './schemas';

const batch = v.object({ batchId: text });

/** Calls that make, undo and discard drafts in many organizations. Part of the namespace `drafts`. */
export const manyDrafts = {
  /**
   * Makes drafts with these texts in the selected organizations, in slices after it has answered. With
   * `alsoOverDrafts` also where a field has a draft, whose text then goes to the history. Fails with
   * `batch.too-many`, `batch.too-large` (all texts together) or `profile.too-long`, and then makes nothing.
   */
  fill: {
    request: v.object({ edits: editsSchema, alsoOverDrafts: v.boolean() }),
    answer: batch,
  },
  /**
   * Makes drafts of texts in cells of the table, like `fill` with `alsoOverDrafts`. Fails with `table.outdated`,
   * `table.too-many-cells`, `cells.do-not-fit`, `batch.too-many` (rows) or `batch.too-large`, and then makes nothing.
   */
  cells: { request: cellTextsSchema, answer: batch },
  /**
   * Makes drafts with the texts of the first row of a range in its other rows. Fails like `cells`, and with `cells.unread` if
   * the first row was never read or is gone.
   */
  fillDown: { request: cellRangeSchema, answer: batch },
  /**
   * Makes drafts in which a text that the cells of the table show is replaced at every place. Fails with `table.outdated`,
   * `batch.too-many` (rows) or `batch.too-large`, and then makes nothing.
   */
  replace: { request: replaceSchema, answer: batch },
  /**
   * Makes drafts in which one entry of a JSON text is set, in the selected organizations. All other characters stay. Fails
   * like `fill`.
   */
  setEntry: { request: setJsonEntrySchema, answer: batch },
  /** The batches whose lines are not closed, newest first. */
  batches: { request: nothing, answer: batchesSchema },
  /**
   * Sets texts back where the draft is still as the batch made it; its text goes to the history. Fails with
   * `batch.not-found`.
   */
  undoBatch: { request: batch, answer: nothing },
  /** Makes the drafts of a batch of this run again, as a batch of its own. Fails with `batch.not-found`. */
  redoBatch: { request: batch, answer: batch },
  /** Closes the line of a batch. Its drafts stay. */
  closeBatch: { request: batch, answer: nothing },
  /** The organizations that a batch of this run left out for a reason. Fails with `batch.not-found`. */
  leftOut: { request: leftOutPageSchema, answer: pageOf(leftOutRowSchema) },
  /** Reads the organizations that a batch left out as unread; progress is in the batch. */
  readLeftOut: { request: batch, answer: nothing },
  /** Stops `readLeftOut`. */
  stopReading: { request: batch, answer: nothing },
  /** Makes the drafts of a batch in the organizations that it left out as unread and that were read since. */
  fillLeftOut: { request: batch, answer: batch },
  /** Discards the ticked drafts. Their texts go to the history. Fails with `review.outdated`. */
  discardMany: { request: ticksSchema, answer: v.object({ discarded: v.number() }) },
} as const;

/** Calls about all that is not at Cloudflare yet. Part of the namespace `changes`. */
export const manyChanges = {
  counts: { request: nothing, answer: changeCountsSchema },
  /** Lists all drafts. Its rows stay those of this moment until the next review. */
  review: { request: nothing, answer: reviewSchema },
  /** Rows of a review. Fails with `review.outdated` if there was a later one. */
  reviewRows: {
    request: reviewPageSchema,
    answer: v.object({
      rows: v.pipe(v.array(reviewRowSchema), v.maxLength(CHANGES_PER_PAGE)),
    }),
  },
  /** What saving these rows would do. Fails with `review.outdated`. */
  ticked: { request: ticksSchema, answer: tickedTotalsSchema },
  /**
   * Submits the ticked drafts as one save. Drafts that changed since the review (in `stayed` organizations), or are over
   * a waiting change that cannot be checked without the keychain (`uncheckable`), stay drafts. It answers once all of them
   * are submitted. Fails with `review.outdated`.
   */
  submitMany: {
    request: ticksSchema,
    answer: v.object({
      saveId: text,
      submitted: v.number(),
      stayed: v.number(),
      uncheckable: v.number(),
    }),
  },
  /** The changes that are sent automatically, oldest first. */
  waiting: { request: changesPageSchema, answer: pageOf(waitingRowSchema) },
  /** The changes that wait for a decision, by name. */
  toDecide: { request: changesPageSchema, answer: pageOf(decideRowSchema) },
  /** Makes a waiting change a draft again. Fails with `change.outdated` if it is another change, or being written. */
  withdraw: {
    request: v.object({ ...organization.entries, version: v.number(), fields: fieldNamesSchema }),
    answer: nothing,
  },
  /**
   * Decides about one change. `mine` sends the person's texts again, `theirs` keeps Cloudflare's. Fails with
   * `change.outdated` if the change or Cloudflare's copy is another than the row shows.
   */
  decide: {
    request: v.object({ ...decidedSchema.entries, choice: choiceSchema }),
    answer: nothing,
  },
  /** Keeps Cloudflare's texts in these changes. `left`: those that are another change or copy by now. */
  useTheirs: {
    request: v.object({ decisions: decidedManySchema }),
    answer: v.object({ decided: v.number(), left: v.number() }),
  },
} as const;
