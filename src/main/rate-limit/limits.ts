/**
 * How many requests Cloudflare allows, and how they are shared. 1,200 per 5 minutes and user, whoever
 * makes them, and 200 per second and address; then everything is refused for 5 minutes (Cloudflare API
 * reference, "Rate limits").
 */
import type { Priority } from './priority';

/** Requests per user and window (ms). The second over 5 minutes is for clocks that differ. */
export const PER_USER = { requests: 1_200, window: 301_000 };
/**
 * Requests per address and window (ms), a little under 200 per second for the same reason. A request
 * counts from its being sent until a window after its answer, so that no more margin is needed: two
 * clocks that are both being set right differ by a thousandth of a second in a second.
 */
export const PER_ADDRESS = { requests: 198, window: 1_003 };

/** What work of one priority may take. */
interface Share {
  /**
   * The part of a user's quota. The rest is for more urgent work and for the user's other tools: a job and
   * a check that a person asked for leave 120 requests, which open and save thirty profiles. Background
   * work leaves half at every moment, so that a job that comes next can begin at once.
   */
  quota: number;
  /**
   * Requests that may be out at once while nothing fresh is known of the quota: other tools may have used
   * nearly everything meanwhile. Four sends of three requests fit, and a person beside them.
   */
  unconfirmed: number;
}

/** The share of each priority. */
export const SHARES: Readonly<Record<Priority, Share>> = {
  person: { quota: 1, unconfirmed: 16 },
  send: { quota: 1, unconfirmed: 12 },
  asked: { quota: 9 / 10, unconfirmed: 8 },
  bulk: { quota: 9 / 10, unconfirmed: 6 },
  background: { quota: 1 / 2, unconfirmed: 4 },
};

/** Requests of an address that are left to the person and their sends: four open and save one profile. */
export const LEFT_AT_ADDRESS = 4;
/** The part of what Cloudflare says is left that no work here uses: other tools may be asking right now. */
export const LEFT_TO_OTHERS = 1 / 100;
/** How long an answer's word about the quota is taken for the present state, in ms. */
export const FRESH_MS = 2_000;
/**
 * How long work believes, by Cloudflare's word alone, that its share is used up, in ms. Then a few requests
 * ask again: how Cloudflare gives requests back, all at once or one by one, is not documented.
 */
export const ASK_AGAIN_MS = 10_000;
/** Longest block believed, in ms: three of Cloudflare's. A wrong header must not stop the app for a day. */
export const MAX_BLOCK_MS = 900_000;
