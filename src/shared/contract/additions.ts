/** Calls about adding organizations from the list of a sign-in. Part of the contract, see index.ts. */
import * as v from 'valibot';
import {
  additionStatusSchema,
  AVAILABLE_LIMIT,
  availablePageSchema,
  availableSummarySchema,
  listedSchema,
} from '../additions';
import { organizationIdSchema } from '../organization';
import { signInIdSchema } from '../sign-in';
import { nothing, text } from './schemas';

/** Calls about adding organizations from the list of a sign-in. */
export const additionCalls = {
  additions: {
    /** What is under way; `additionsChanged` says what becomes of it. */
    get: { request: nothing, answer: additionStatusSchema },
    /**
     * Asks Cloudflare for all organizations a sign-in can see and answers when that has ended. After a
     * list of the same sign-in that is not complete, it continues there. Fails when nothing was found.
     */
    list: {
      request: v.object({
        signInId: signInIdSchema,
        /** Leaves out those that are saved here already. */
        onlyNew: v.boolean(),
      }),
      answer: listedSchema,
    },
    /** Stops asking; what was found can be used. */
    stopFetching: { request: nothing, answer: nothing },
    /** Stops asking and forgets the list. */
    leave: { request: nothing, answer: nothing },
    /** The rows from `offset` on that contain every word of the filter. */
    page: {
      request: v.object({
        filter: text,
        offset: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
        limit: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(AVAILABLE_LIMIT)),
      }),
      answer: availablePageSchema,
    },
    /** Ticks these organizations, or all that the filter shows, or takes the ticks away. */
    tick: {
      request: v.object({
        which: v.union([
          v.literal('shown'),
          v.pipe(v.array(organizationIdSchema), v.maxLength(AVAILABLE_LIMIT)),
        ]),
        ticked: v.boolean(),
        filter: text,
      }),
      answer: availableSummarySchema,
    },
    /**
     * Adds what is ticked. A few are saved when it answers; more are durably queued then and added in the
     * background. Those saved already stay as they are.
     */
    add: {
      request: nothing,
      answer: v.object({
        /** One of them that is saved now, the first in the order of names if possible; or null. */
        first: v.nullable(organizationIdSchema),
      }),
    },
    /** Drops what is not added yet; what was added stays. */
    stop: { request: nothing, answer: nothing },
    /** Continues after a failure. */
    resume: { request: nothing, answer: nothing },
    /** The person has seen how adding ended. */
    dismiss: { request: nothing, answer: nothing },
  },
} as const;
