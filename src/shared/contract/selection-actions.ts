/** Calls about the selected entries, besides those that change fields. Part of the contract, see index.ts. */
import * as v from 'valibot';
import {
  removalResultSchema,
  selectedRemovalSchema,
  selectedSignInsSchema,
  selectionActionsStatusSchema,
  signInChangeSchema,
} from '../selection-actions';
import { signInIdSchema } from '../sign-in';
import { nothing, text } from './schemas';

/** Calls about the selected entries. Main holds the selection. */
export const selectionActionsCalls = {
  selectionActions: {
    get: { request: nothing, answer: selectionActionsStatusSchema },
    /** Reads all selected entries from Cloudflare; answers at once. */
    refresh: { request: nothing, answer: nothing },
    stopRefresh: { request: nothing, answer: nothing },
    /** Reads those that the last refresh did not read. */
    retryRefresh: { request: nothing, answer: nothing },
    dismissRefresh: { request: nothing, answer: nothing },
    /** What removing the selected entries would delete. Main keeps it until the next call. */
    removal: { request: nothing, answer: selectedRemovalSchema },
    /**
     * Removes the entries of a removal. Those with edits are kept unless `editedToo` is true and the edits are still
     * those that were counted. Fails with `removal.outdated` if main no longer has the removal.
     */
    remove: {
      request: v.object({
        removalId: text,
        editedToo: v.boolean(),
        /** Whether to also remove the sign-ins that no entry uses any more. */
        signInsToo: v.boolean(),
      }),
      answer: removalResultSchema,
    },
    /** Counts the selected entries by sign-in and kind. */
    countSignIns: { request: nothing, answer: selectedSignInsSchema },
    /**
     * Gives a sign-in to all selected entries of its kind. It first reads one that does not have it yet; if that fails,
     * nothing changes and the answer says so.
     */
    changeSignIn: {
      request: v.object({ signInId: signInIdSchema }),
      answer: signInChangeSchema,
    },
  },
} as const;
