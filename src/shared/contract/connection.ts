/**
 * Calls about the connection to Cloudflare, the background check and the initial fetch of profiles. Part
 * of the contract, see index.ts.
 */
import * as v from 'valibot';
import { connectionSchema } from '../connection';
import { initialFetchSchema } from '../initial-fetch';
import { checkStatusSchema } from '../settings';
import { nothing } from './schemas';

/** Calls about the connection to Cloudflare and what runs in the background. */
export const connectionCalls = {
  connection: {
    get: { request: nothing, answer: connectionSchema },
    /** Probes Cloudflare and sends all waiting changes now. */
    tryNow: { request: nothing, answer: nothing },
    /** Call when the system reports a network. That is only a hint, so main then probes Cloudflare. */
    networkBack: { request: nothing, answer: nothing },
  },
  checks: {
    get: { request: nothing, answer: checkStatusSchema },
    /** Checks all organizations now, as the schedule would. */
    run: { request: nothing, answer: nothing },
  },
  initialFetch: {
    /** The progress of the initial fetch; null while there is nothing to fetch. */
    get: { request: nothing, answer: v.nullable(initialFetchSchema) },
  },
} as const;
