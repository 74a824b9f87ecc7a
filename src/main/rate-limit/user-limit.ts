/** The rate limit of one Cloudflare user: our own requests, Cloudflare's reports, and blocks. */
import type { RateLimit } from './headers';
import { RECHECK_MS, REPORT_VALID_MS, UNUSED_SHARE, PER_USER, SHARES } from './limits';
import type { UserState } from './persisted-state';
import type { Priority } from './priority';
import { SlidingWindow } from './sliding-window';

/**
 * How many requests the stored state counts in advance, so that not every request waits for the disk. If the
 * app is killed, at most this many requests count although they were never made.
 */
const STORED_AHEAD = 10;
/** Requests that ended within this time, in ms, are stored as one group. */
const GROUP_MS = 5_000;
/** Added to a reported reset, in ms: resets are in whole seconds, and the rounding is not documented. */
const ROUNDING_MS = 1_000;
/** Answers whose resets differ by less than this (ms) report the same window, because of the rounding. */
const SAME_WINDOW_MS = 1_500;

/** Cloudflare's last report of the limit. Times are ms of the monotonic clock. */
interface Reported {
  /** Requests left according to the report, minus those made since. */
  remaining: number;
  quota: number;
  /** When the reporting request was sent; -Infinity if it comes from the storage. */
  at: number;
  /** When all requests are available again. */
  until: number;
}

/** Dependencies of a user's limit. */
export interface UserLimitOptions {
  /** Ms of a monotonic clock. */
  elapsed: () => number;
  /** Stores the state. */
  save: (state: UserState) => void;
}

/** Computes the limit of one user. The waiting is done by rate-limiter.ts. */
export class UserLimit {
  /** Requests reserved but not made. */
  reserved = 0;
  readonly #elapsed: () => number;
  readonly #save: (state: UserState) => void;
  readonly #requests = new SlidingWindow(PER_USER.window);
  /** Whether the storage has a state of this user. */
  #isStored = false;
  /** Requests that the stored state counts in advance. */
  #storedAhead = 0;
  #blockedUntil = 0;
  #reported: Reported | null = null;

  constructor({ elapsed, save }: UserLimitOptions, stored?: UserState) {
    this.#elapsed = elapsed;
    this.#save = save;
    if (!stored) return;
    const { ended, open, blockedMs, reported } = stored;
    const now = elapsed();
    this.#isStored = true;
    this.#requests.restore([...ended, { at: now, count: open }]);
    this.#blockedUntil = now + blockedMs;
    if (!reported) return;
    const { remaining, quota, resetMs } = reported;
    const until = now + resetMs;
    this.#reported = { remaining: remaining - open, quota, until, at: -Infinity };
  }

  /** How many more requests of this priority may be reserved now. */
  available(priority: Priority): number {
    const now = this.#elapsed();
    const { quota, unconfirmed } = SHARES[priority];
    const reported = this.#reportedAt(now);
    const leftByCount = PER_USER.requests * quota - this.#requests.count(now);
    const leftByReport = reported ? this.#leftByReport(reported, priority, now) : Infinity;
    const available = Math.min(leftByCount, leftByReport) - this.reserved;
    if (reported && now - reported.at <= REPORT_VALID_MS) return available;
    return Math.min(available, unconfirmed - this.#requests.inFlight - this.reserved);
  }

  /**
   * How long (ms) it takes until `n` more requests of this priority were made, provided that nothing else is
   * requested here and that the user's other tools continue as before.
   */
  timeFor(n: number, priority: Priority): number {
    const now = this.#elapsed();
    const share = PER_USER.requests * SHARES[priority].quota;
    const reported = this.#reportedAt(now);
    const leftByCount = share - this.#requests.count(now) - this.reserved;
    const leftByReport = reported ? this.#leftByReport(reported, priority, now) : Infinity;
    const available = Math.max(0, Math.min(leftByCount, leftByReport));
    // Each window allows one full share; the rest goes into the current window.
    const fullWindows = Math.max(0, Math.ceil(n / share) - 1);
    const rest = n - fullWindows * share;
    const wait =
      rest <= available ? 0 : this.#requests.expiryOf(Math.ceil(rest - available), now) - now;
    return Math.max(wait, this.#blockedUntil - now) + fullWindows * PER_USER.window;
  }

  /**
   * The time at which `n` more requests of this priority fit, as far as the limit is known. If it is not in the
   * future, they wait only for the answers of running requests.
   */
  availableAt(n: number, priority: Priority): number {
    const now = this.#elapsed();
    const share = PER_USER.requests * SHARES[priority].quota;
    const excess = Math.ceil(n + this.reserved + this.#requests.count(now) - share);
    const byCount = excess > 0 ? this.#requests.expiryOf(excess, now) : now;
    const reported = this.#reportedAt(now);
    if (!reported || this.#leftByReport(reported, priority, now) - this.reserved >= n) {
      return byCount;
    }
    const askAgainAt = reported.at + RECHECK_MS;
    const mayAskAgain = this.#leftByReport(reported, priority, askAgainAt) - this.reserved >= n;
    return Math.max(byCount, mayAskAgain ? askAgainAt : reported.until);
  }

  /** How many requests a report leaves for this priority. Shares apply only while the report is recent. */
  #leftByReport({ remaining, quota, at }: Reported, priority: Priority, now: number): number {
    const keptFree = now - at < RECHECK_MS ? 1 - SHARES[priority].quota : 0;
    return remaining - quota * Math.max(keptFree, UNUSED_SHARE);
  }

  /** Call right before a request is made. Stores that it counts, unless it was counted in advance. */
  begin(): void {
    if (this.#storedAhead === 0) {
      this.#storedAhead = STORED_AHEAD;
      this.save();
    }
    this.#storedAhead -= 1;
    this.#requests.begin();
    if (this.#reported) this.#reported.remaining -= 1;
  }

  /** Call when a request has ended after `tookMs`, with the limit that its answer reported, if any. */
  end(limit: RateLimit | null, tookMs: number): void {
    const now = this.#elapsed();
    this.#requests.end(now);
    if (!limit) return;
    const before = this.#reportedAt(now);
    const until = now + limit.resetMs + ROUNDING_MS;
    // Cloudflare may not have counted the requests in flight yet.
    let remaining = limit.remaining - this.#requests.inFlight;
    // If the computer slept, the answer may be old. At worst it is as old as its request.
    let at = now - tookMs;
    // Answers overtake each other, so a higher number of remaining requests may be an older one. It is ignored
    // within one window, and in an old answer.
    const mayNotGrow =
      tookMs > REPORT_VALID_MS || (before && until < before.until + SAME_WINDOW_MS);
    if (before?.quota === limit.quota && mayNotGrow) {
      remaining = Math.min(remaining, before.remaining);
      at = Math.max(at, before.at);
    }
    this.#reported = { remaining, quota: limit.quota, until, at };
  }

  /** Blocks this user for `ms` from now, or longer if a longer block is already in effect. */
  block(ms: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, this.#elapsed() + ms);
    this.save();
  }

  /** When the block ends, ms of the monotonic clock. Not in the future if there is no block. */
  get blockedUntil(): number {
    return this.#blockedUntil;
  }

  /** The times at which more requests may become available even if no answer arrives. */
  nextChecks(): number[] {
    const nextExpiry = this.#requests.nextExpiry();
    const reported = this.#reported;
    const byReport = reported ? [reported.until, reported.at + RECHECK_MS] : [];
    return nextExpiry === null ? byReport : [nextExpiry, ...byReport];
  }

  /** The current state, to be stored. */
  state(): UserState {
    const now = this.#elapsed();
    const reported = this.#reportedAt(now);
    return {
      ended: this.#requests.groups(now, GROUP_MS),
      open: this.#requests.inFlight + this.#storedAhead,
      blockedMs: Math.max(0, this.#blockedUntil - now),
      reported: reported && {
        remaining: reported.remaining,
        quota: reported.quota,
        resetMs: reported.until - now,
      },
    };
  }

  /** Stores the current state. */
  save(): void {
    this.#isStored = true;
    this.#save(this.state());
  }

  /** Stores the exact number of requests that were made. Call after the last request. */
  close(): void {
    this.#storedAhead = 0;
    if (this.#isStored) this.save();
  }

  /** Cloudflare's last report, or null if its window is over. */
  #reportedAt(now: number): Reported | null {
    if (this.#reported && this.#reported.until <= now) this.#reported = null;
    return this.#reported;
  }
}
