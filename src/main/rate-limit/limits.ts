/**
 * How many requests Cloudflare allows, and how the app divides them. Cloudflare allows each user 1,200
 * requests per 5 minutes across all their tools, and each IP address 200 per second. Beyond that it refuses
 * everything for 5 minutes (Cloudflare API reference, "Rate limits").
 */
import type { Priority } from './priority';

/** Requests per user and window (ms). One second more than 5 minutes, because clocks differ. */
export const PER_USER = { requests: 1_200, window: 301_000 };
/**
 * Requests per IP address and window (ms), a little under 200 per second for the same reason. A request
 * counts from when it is sent until one window after its answer, so no larger margin is needed: two clocks
 * that are being corrected drift apart by a millisecond per second.
 */
export const PER_ADDRESS = { requests: 198, window: 1_003 };

/** The share of one priority. */
interface Share {
  /**
   * The part of a user's limit it may use. The rest is for higher priorities and the user's other tools. A
   * job and a check that a person asked for leave 120 requests, enough to open and save thirty profiles.
   * Background work always leaves half, so that a job can start at once.
   */
  quota: number;
  /**
   * Maximum concurrent requests while there is no recent report of the limit, because other tools may have
   * used nearly all of it. Allows four sends of three requests each, and the person beside them.
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

/** Requests of an address reserved for the person and their sends: four open and save one profile. */
export const LEFT_AT_ADDRESS = 4;
/** The part of the limit that the app never uses, because other tools may be sending requests right now. */
export const LEFT_TO_OTHERS = 1 / 100;
/** How long the limit reported by an answer counts as current, in ms. */
export const FRESH_MS = 2_000;
/**
 * How long work waits, in ms, if only Cloudflare's report says that its share is used up. Then a few requests
 * ask again, because it is not documented whether Cloudflare frees requests all at once or one by one.
 */
export const ASK_AGAIN_MS = 10_000;
/** Longest plausible block, in ms: three of Cloudflare's. A wrong header must not stop the app for a day. */
export const MAX_BLOCK_MS = 900_000;
