/**
 * Calls about Cloudflare as a whole: whether it answers, the background check and the first reading of
 * profiles. Part of the contract, see index.ts.
 */
import * as v from 'valibot';
import { connectionSchema } from '../connection';
import { initialFetchSchema } from '../initial-fetch';
import { checkStatusSchema } from '../settings';
import { nothing } from './schemas';

/** Calls about Cloudflare as a whole. */
export const connectionCalls = {
  connection: {
    get: { request: nothing, answer: connectionSchema },
    /** Tries Cloudflare and everything that waits at once. */
    tryNow: { request: nothing, answer: nothing },
    /** The system says the network is back: only a hint, so Cloudflare is asked at once. */
    networkBack: { request: nothing, answer: nothing },
  },
  checks: {
    get: { request: nothing, answer: checkStatusSchema },
    /** Checks all organizations now, as the interval would. */
    run: { request: nothing, answer: nothing },
  },
  initialFetch: {
    /** How far the first reading of profiles is; null while there is nothing to read. */
    get: { request: nothing, answer: v.nullable(initialFetchSchema) },
  },
} as const;
