/**
 * How many requests Cloudflare allows, and how the app divides them among priorities. Cloudflare allows each
 * user 1,200 requests per 5 minutes across all their tools, and each IP address 200 requests per second. Above
 * either limit, Cloudflare refuses everything for 5 minutes (Cloudflare API reference, "Rate limits").
 */
import type { Priority } from './priority';

/** Requests per user and window (ms). The window is one second longer than 5 minutes, because clocks differ. */
export const PER_USER = { requests: 1_200, window: 301_000 };
/**
 * Requests per IP address and window (ms): a little less than 200 per second, because clocks differ. No larger
 * margin is needed. A request counts from when it is sent until one window after its answer, and clocks that
 * are being corrected drift apart by only a millisecond per second.
 */
export const PER_ADDRESS = { requests: 198, window: 1_003 };

/** How much of a user's limit the requests of one priority may use. */
interface Share {
  /**
   * The fraction of the user's limit that this priority may use. The rest is left to higher priorities and to
   * the user's other tools. Saves, and checks that a person asked for, leave 120 requests: enough to open and
   * save thirty profiles. Background work leaves half, so that a save can start immediately. Idle work stops
   * before background work does.
   */
  quota: number;
  /**
   * Maximum concurrent requests while Cloudflare has not reported the limit recently, because the user's other
   * tools may have used nearly all of it. 12 is four sends of three requests each; 16 leaves room for an open
   * page beside them.
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
  idle: { quota: 4 / 10, unconfirmed: 1 },
};

/** Requests of the address that only `person` and `send` may use: it takes four to open and save a profile. */
export const RESERVED_AT_ADDRESS = 4;
/** The fraction of the limit that the app never uses, because other tools may be sending requests right now. */
export const UNUSED_SHARE = 1 / 100;
/** How long the limit reported by an answer counts as current, in ms. */
export const REPORT_VALID_MS = 2_000;
/**
 * How long requests wait, in ms, if their share is used up according to Cloudflare's last report but not
 * according to our own count. Then a few are sent to get a new report, because Cloudflare does not document
 * whether requests become available all together or one by one.
 */
export const RECHECK_MS = 10_000;
/** Longest plausible block, in ms: three times Cloudflare's. A wrong header must not stop the app for a day. */
export const MAX_BLOCK_MS = 900_000;
