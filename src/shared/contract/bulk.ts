/** Calls about many organizations at once: jobs and files. Part of the contract, see index.ts. */
import * as v from 'valibot';
import { bulkResultSchema, bulkJobSchema, planSchema } from '../bulk';
import { importSchema } from '../csv';
import { listQuerySchema } from '../list-query';
import { editsSchema } from '../profile';
import { nothing, text, run, organizationIds } from './schemas';

/** Calls about many organizations at once: jobs and files. */
export const bulkCalls = {
  bulk: {
    /** What would change if these fields of the selected organizations got these texts. */
    plan: {
      request: v.object({ edits: editsSchema }),
      answer: planSchema,
    },
    /** Submits a plan for these organizations, in one transaction. */
    submit: { request: v.object({ planId: text, organizationIds }), answer: run },
    /** The jobs not dismissed, newest first. */
    list: { request: nothing, answer: v.array(bulkJobSchema) },
    results: { request: run, answer: v.array(bulkResultSchema) },
    pause: { request: run, answer: nothing },
    resume: { request: run, answer: nothing },
    /** Ends what was not sent yet; its texts stay in the history of each organization. */
    cancel: { request: run, answer: nothing },
    /** Tries again what failed for a reason that may be over. */
    retryFailed: { request: run, answer: nothing },
    dismiss: { request: run, answer: nothing },
    /** Writes the results to a file the person chooses; `saved` is false when they chose none. */
    exportResults: { request: run, answer: v.object({ saved: v.boolean() }) },
  },
  csv: {
    /**
     * Writes organizations to a CSV file the person chooses: all, those selected, or those a query finds.
     * `wanted` counts those whose profile was never read, too; they are not in the file.
     */
    export: {
      request: v.union([v.picklist(['all', 'selected']), v.object({ found: listQuerySchema })]),
      answer: v.object({ saved: v.boolean(), organizations: v.number(), wanted: v.number() }),
    },
    /** Lets the person choose a CSV file and reads it; null when they chose none. */
    import: { request: nothing, answer: v.nullable(importSchema) },
  },
} as const;
