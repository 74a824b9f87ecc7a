/** Handlers of the calls that make, review, submit and discard drafts in many entries. */
import type { SomeHandlers } from '../../shared/contract/bridge';
import { success } from '../../shared/result';
import { createBatches, type BatchesOptions } from './batches';
import { createReviews } from './review';
import { createSubmitMany } from './submit-many';

/** Creates the handlers, and what runs after they have answered. */
export function createManyChanges(options: BatchesOptions) {
  const reviews = createReviews(options);
  const many = createSubmitMany({ ...options, reviews });
  const batches = createBatches(options);

  const drafts = {
    fill: (request) => batches.fill(request),
    cells: (request) => batches.cells(request),
    fillDown: (request) => batches.fillDown(request),
    replace: (request) => batches.replace(request),
    setEntry: (request) => batches.setEntry(request),
    batches: () => batches.list(),
    undoBatch: ({ batchId }) => batches.undo(batchId),
    redoBatch: ({ batchId }) => batches.redo(batchId),
    closeBatch: ({ batchId }) => batches.close(batchId),
    leftOut: ({ batchId, reason, ...page }) => batches.leftOut(batchId, reason, page),
    readLeftOut: ({ batchId }) => batches.readLeftOut(batchId),
    stopReading({ batchId }) {
      batches.stopReading(batchId);
      return success(null);
    },
    fillLeftOut: ({ batchId }) => batches.fillLeftOut(batchId),
    discardMany: (ticks) => many.discard(ticks),
  } satisfies SomeHandlers['drafts'];
  const changes = {
    review: () => reviews.review(),
    reviewRows: ({ reviewId, offset, limit }) => reviews.rows(reviewId, offset, limit),
    ticked: (ticks) => reviews.ticked(ticks),
    submitMany: (ticks) => many.submit(ticks),
  } satisfies SomeHandlers['changes'];
  return {
    drafts,
    changes,
    /** The batches whose lines are not closed, newest first. */
    batches: batches.list,
    importTable: batches.importTable,
    notImported: batches.notImported,
    /** Call once at launch. */
    start: batches.start,
    /** Call once, when what earlier runs left has been checked. */
    continue: many.start,
    stop(): void {
      batches.stop();
      many.stop();
    },
  };
}
