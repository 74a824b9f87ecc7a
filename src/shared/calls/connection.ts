/** Calls about Cloudflare as a whole: whether it answers, and the background check. Part of the contract, see contract.ts. */
import { connectionSchema } from '../connection';
import { checkStatusSchema } from '../settings';
import { nothing } from './parts';

/** Calls about Cloudflare as a whole: whether it answers, and the background check. */
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
} as const;
