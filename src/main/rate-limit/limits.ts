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
/**
 * The part of a user's quota that work of this priority leaves to more urgent work and to the user's other
 * tools. A job and a check that a person asked for may have nearly all; 120 requests open and save thirty
 * profiles. Background work leaves half at every moment, so that a job that comes next can begin at once.
 */
export const LEFT_BY: Record<Priority, number> = {
  person: 0,
  send: 0,
  asked: 1 / 10,
  bulk: 1 / 10,
  background: 1 / 2,
};
/** The requests of an address that work of this priority leaves to the others: four open and save one profile. */
export const LEFT_AT_ADDRESS: Record<Priority, number> = {
  person: 0,
  send: 0,
  asked: 4,
  bulk: 50,
  background: 50,
};
/** The part of what Cloudflare says is left that nobody here uses: other tools may be asking right now. */
export const LEFT_TO_OTHERS = 1 / 100;
/** How long an answer's word about the quota is taken for the present state, in ms. */
export const FRESH_MS = 2_000;
/**
 * How long background work believes that its share is used up, in ms. Then a few requests ask anew: how
 * Cloudflare gives requests back, all at once or one by one, is not documented.
 */
export const ASK_ANEW_MS = 10_000;
/** Longest block believed, in ms: three of Cloudflare's. A wrong header must not stop the app for a day. */
export const MAX_BLOCK_MS = 900_000;
/** How many ask anew at most: a send of a job, with its three, does so as well as one read. */
export const ASK_ANEW_WITH = 3;
/**
 * Requests that may be out at once while nothing fresh is known: other tools may have used nearly
 * everything meanwhile. Four sends of three requests fit, and a person beside them; of a bulk job two.
 */
export const UNTOLD: Record<Priority, number> = {
  person: 16,
  send: 12,
  asked: 8,
  bulk: 6,
  background: 4,
};
