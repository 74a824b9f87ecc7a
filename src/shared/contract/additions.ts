/** Calls about adding organizations that a sign-in can see. Part of the contract, see index.ts. */
import * as v from 'valibot';
import {
  additionStatusSchema,
  AVAILABLE_LIMIT,
  availableRowsSchema,
  availableSummarySchema,
  availableFetchResultSchema,
} from '../additions';
import { entryIdSchema } from '../organization';
import { signInIdSchema } from '../sign-in';
import { nothing, text } from './schemas';

/** Calls about adding organizations that a sign-in can see. */
export const additionCalls = {
  additions: {
    /** The progress of fetching the list and of adding. The event `additionsChanged` reports every change. */
    get: { request: nothing, answer: additionStatusSchema },
    /**
     * Fetches all organizations that a sign-in can see, and answers when done. Continues the last list if it
     * is of the same sign-in and incomplete. Fails if nothing was found.
     */
    list: {
      request: v.object({
        signInId: signInIdSchema,
        /** Whether to skip organizations that are already saved here. */
        onlyNew: v.boolean(),
      }),
      answer: availableFetchResultSchema,
    },
    /** Stops fetching and keeps what was found. */
    stopFetching: { request: nothing, answer: nothing },
    /** Stops fetching and forgets the list. */
    leave: { request: nothing, answer: nothing },
    /** The rows that contain every word of `filter`, starting at `offset`. */
    rows: {
      request: v.object({
        filter: text,
        offset: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
        limit: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(AVAILABLE_LIMIT)),
      }),
      answer: availableRowsSchema,
    },
    /** Shows or hides the accounts of a row. */
    open: { request: v.object({ id: entryIdSchema, isOpen: v.boolean() }), answer: nothing },
    /** Ticks or unticks these entries, the row of an entry, or (`'shown'`) all rows that the filter shows. */
    tick: {
      request: v.object({
        which: v.union([
          v.literal('shown'),
          v.object({ row: entryIdSchema }),
          v.pipe(v.array(entryIdSchema), v.maxLength(AVAILABLE_LIMIT)),
        ]),
        ticked: v.boolean(),
        filter: text,
      }),
      answer: availableSummarySchema,
    },
    /**
     * Adds the ticked organizations. A few are saved before it answers; if there are more, they are queued
     * durably and added in the background. Organizations that are already saved stay as they are.
     */
    add: {
      request: nothing,
      answer: v.object({
        /** One of the added organizations, the first by name if possible; null if none is saved yet. */
        first: v.nullable(entryIdSchema),
      }),
    },
    /** Stops adding. Organizations that are still queued are dropped; those already added stay. */
    stop: { request: nothing, answer: nothing },
    /** Continues adding after a failure. */
    resume: { request: nothing, answer: nothing },
    /** Forgets the result of adding, once the person has seen it. */
    dismiss: { request: nothing, answer: nothing },
  },
} as const;
