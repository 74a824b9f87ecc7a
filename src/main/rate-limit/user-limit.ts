/** The rate limit of one Cloudflare user: what was requested, what Cloudflare said, what is refused. */
import type { RateLimit } from './headers';
import { ASK_AGAIN_MS, FRESH_MS, LEFT_TO_OTHERS, PER_USER, SHARES } from './limits';
import type { UserState } from './persisted-state';
import type { Priority } from './priority';
import { SlidingWindow } from './sliding-window';

/**
 * Requests written down ahead of being made, so that not each of them waits for the disk. After a kill
 * at most so many are counted that were never made.
 */
const AHEAD = 10;
/** What ended within so many ms is written down as one moment. */
const GROUP_MS = 5_000;
/** A reset is given in whole seconds, and it is not documented how they are rounded. */
const ROUNDED_MS = 1_000;
/** Two answers whose resets differ by less (ms) speak of the same window: seconds are rounded. */
const SAME_WINDOW_MS = 1_500;

/** What Cloudflare last said of the quota. */
interface Reported {
  /** Kept up to date with what was requested since. */
  remaining: number;
  quota: number;
  /** When that was asked, or -Infinity for something remembered. */
  at: number;
  /** When the quota is full again. */
  until: number;
}

/** What a user's limit needs. */
export interface UserLimitOptions {
  /** Ms of a clock that never goes back. */
  elapsed: () => number;
  /** Writes down what must not be forgotten. */
  save: (state: UserState) => void;
}

/** The limit of one user. Nothing waits here; see rate-limiter.ts. */
export class UserLimit {
  /** Set aside, not made. */
  reserved = 0;
  readonly #elapsed: () => number;
  readonly #save: (state: UserState) => void;
  readonly #count = new SlidingWindow(PER_USER.window);
  /** Whether the storage holds something of this user. */
  #written = false;
  #writtenAhead = 0;
  #blockEnds = 0;
  #reported: Reported | null = null;

  constructor({ elapsed, save }: UserLimitOptions, known?: UserState) {
    this.#elapsed = elapsed;
    this.#save = save;
    if (!known) return;
    const { ended, open, blockedMs, reported } = known;
    const now = elapsed();
    this.#written = true;
    this.#count.remember([...ended, { at: now, count: open }]);
    this.#blockEnds = now + blockedMs;
    if (!reported) return;
    const { remaining, quota, resetMs } = reported;
    const until = now + resetMs;
    this.#reported = { remaining: remaining - open, quota, until, at: -Infinity };
  }

  /** How many more requests work of this priority may set aside. */
  room(priority: Priority): number {
    const now = this.#elapsed();
    const { quota, unconfirmed } = SHARES[priority];
    const reported = this.#reportedAt(now);
    const own = PER_USER.requests * quota - this.#count.count(now);
    const theirs = reported ? this.#left(reported, priority, now) : Infinity;
    const room = Math.min(own, theirs) - this.reserved;
    if (reported && now - reported.at <= FRESH_MS) return room;
    return Math.min(room, unconfirmed - this.#count.underWay - this.reserved);
  }

  /**
   * How long (ms) until `n` more requests of this priority can have been made, if nothing else is asked
   * and other tools of the user continue as before.
   */
  timeFor(n: number, priority: Priority): number {
    const now = this.#elapsed();
    const share = PER_USER.requests * SHARES[priority].quota;
    const reported = this.#reportedAt(now);
    const own = share - this.#count.count(now) - this.reserved;
    const theirs = reported ? this.#left(reported, priority, now) : Infinity;
    const room = Math.max(0, Math.min(own, theirs));
    // A share of requests later each has a place again that stopped counting.
    const windows = Math.max(0, Math.ceil(n / share) - 1);
    const last = n - windows * share;
    const wait = last <= room ? 0 : this.#count.leaves(Math.ceil(last - room), now) - now;
    return Math.max(wait, this.#blockEnds - now) + windows * PER_USER.window;
  }

  /**
   * When `n` more requests of this priority fit as far as the limit is known; not later than now: only
   * answers are waited for.
   */
  opensFor(n: number, priority: Priority): number {
    const now = this.#elapsed();
    const share = PER_USER.requests * SHARES[priority].quota;
    const over = Math.ceil(n + this.reserved + this.#count.count(now) - share);
    const own = over > 0 ? this.#count.leaves(over, now) : now;
    const reported = this.#reportedAt(now);
    if (!reported || this.#left(reported, priority, now) - this.reserved >= n) return own;
    const again = reported.at + ASK_AGAIN_MS;
    const asksAgain = this.#left(reported, priority, again) - this.reserved >= n;
    return Math.max(own, asksAgain ? again : reported.until);
  }

  /** What Cloudflare's word leaves for this priority; it tells nothing of shares when it is old. */
  #left({ remaining, quota, at }: Reported, priority: Priority, now: number): number {
    const others = now - at < ASK_AGAIN_MS ? 1 - SHARES[priority].quota : 0;
    return remaining - quota * Math.max(others, LEFT_TO_OTHERS);
  }

  /** A request is about to be made: it is written down first. */
  begin(): void {
    if (this.#writtenAhead === 0) {
      this.#writtenAhead = AHEAD;
      this.save();
    }
    this.#writtenAhead -= 1;
    this.#count.begin();
    if (this.#reported) this.#reported.remaining -= 1;
  }

  /** A request has ended that took `tookMs`, with what its answer said about the quota. */
  end(limit: RateLimit | null, tookMs: number): void {
    const now = this.#elapsed();
    this.#count.end(now);
    if (!limit) return;
    const before = this.#reportedAt(now);
    const until = now + limit.resetMs + ROUNDED_MS;
    // Requests under way may not be in Cloudflare's count yet.
    let remaining = limit.remaining - this.#count.underWay;
    // An answer may lie in a computer that sleeps: at worst it is as old as the question.
    let at = now - tookMs;
    // They overtake each other: within one window, or by an old one, there is never more than before.
    const same = tookMs > FRESH_MS || (before && until < before.until + SAME_WINDOW_MS);
    if (before?.quota === limit.quota && same) {
      remaining = Math.min(remaining, before.remaining);
      at = Math.max(at, before.at);
    }
    this.#reported = { remaining, quota: limit.quota, until, at };
  }

  /** Cloudflare refuses this user for `ms` from now; a longer refusal stays. */
  block(ms: number): void {
    this.#blockEnds = Math.max(this.#blockEnds, this.#elapsed() + ms);
    this.save();
  }

  /** When the refusal ends; not later than now: there is none. */
  get blockEnds(): number {
    return this.#blockEnds;
  }

  /** The moments at which there may be more room although no answer came. */
  nextChances(): number[] {
    const leaves = this.#count.nextLeaves();
    const reported = this.#reported;
    const theirs = reported ? [reported.until, reported.at + ASK_AGAIN_MS] : [];
    return leaves === null ? theirs : [leaves, ...theirs];
  }

  /** What is known now; `open` counts what is under way or written down ahead. */
  state(): UserState {
    const now = this.#elapsed();
    const reported = this.#reportedAt(now);
    return {
      ended: this.#count.groups(now, GROUP_MS),
      open: this.#count.underWay + this.#writtenAhead,
      blockedMs: Math.max(0, this.#blockEnds - now),
      reported: reported && {
        remaining: reported.remaining,
        quota: reported.quota,
        resetMs: reported.until - now,
      },
    };
  }

  /** Writes everything down. */
  save(): void {
    this.#written = true;
    this.#save(this.state());
  }

  /** Writes down exactly what was made: nothing will be any more. */
  close(): void {
    this.#writtenAhead = 0;
    if (this.#written) this.save();
  }

  #reportedAt(now: number): Reported | null {
    if (this.#reported && this.#reported.until <= now) this.#reported = null;
    return this.#reported;
  }
}
