/** The rate limit of one Cloudflare user: what was requested, what Cloudflare said, what is refused. */
import type { ToldState, UserState } from './persisted-state';
import {
  ASK_ANEW_MS,
  ASK_ANEW_WITH,
  FRESH_MS,
  LEFT_BY,
  LEFT_TO_OTHERS,
  PER_USER,
  UNTOLD,
} from './limits';
import type { RateLimit } from './headers';
import type { Priority } from './priority';
import { SlidingWindow } from './sliding-window';

/**
 * Requests written down ahead of being made, so that not each of them waits for the disk. After a kill
 * at most so many are counted that were never made.
 */
const AHEAD = 10;
/** What ended within so many ms is written down as one moment. */
const GROUP_MS = 5_000;
/** A reset is told in whole seconds, and nobody says how they are rounded. */
const ROUNDED_MS = 1_000;
/** Two answers whose resets differ by less (ms) speak of the same window: seconds are rounded. */
const SAME_WINDOW_MS = 1_500;

/** What Cloudflare last said; `remaining` is kept up to date with what was requested since. */
interface Told extends Omit<ToldState, 'resetMs'> {
  /** When that was asked, or -Infinity for something remembered. */
  at: number;
  until: number;
}

/** What a user's limit needs. */
export interface UserLimitOptions {
  /** Ms of a clock that never goes back. */
  elapsed: () => number;
  /** Writes down what must not be forgotten. */
  save: (memory: UserState) => void;
}

/** The limit of one user. Nothing waits here; see rate-limiter.ts. */
export class UserLimit {
  /** Set aside, not made. */
  reserved = 0;
  readonly #elapsed: () => number;
  readonly #save: (memory: UserState) => void;
  readonly #count = new SlidingWindow(PER_USER.window);
  /** Whether the memory holds something of this user. */
  #written = false;
  #writtenAhead = 0;
  #blockEnds = 0;
  #told: Told | null = null;

  constructor({ elapsed, save }: UserLimitOptions, memory?: UserState) {
    this.#elapsed = elapsed;
    this.#save = save;
    if (!memory) return;
    this.#written = true;
    const now = elapsed();
    this.#count.remember([...memory.ended, { at: now, count: memory.open }]);
    this.#blockEnds = now + memory.blockedMs;
    if (!memory.told) return;
    const { remaining, quota, resetMs } = memory.told;
    const until = now + resetMs;
    const left = remaining - memory.open;
    this.#told = { remaining: left, quota, until, at: -Infinity };
  }

  /** How many more requests work of this priority may set aside. */
  room(priority: Priority): number {
    const now = this.#elapsed();
    const told = this.#toldAt(now);
    const out = this.#count.underWay + this.reserved;
    const own = PER_USER.requests * (1 - LEFT_BY[priority]) - this.#count.count(now);
    const room = Math.min(own, told ? this.#roomTold(told, priority, now) : own) - this.reserved;
    if (told && now - told.at <= FRESH_MS) return room;
    // One wish at a time is always fine, however large.
    return out === 0 ? room : Math.min(room, UNTOLD[priority] - out);
  }

  /**
   * How long (ms) until `n` more requests of this priority can have been made, if nothing else is asked
   * and other tools of the user go on as they do.
   */
  timeFor(n: number, priority: Priority): number {
    const now = this.#elapsed();
    const share = PER_USER.requests * (1 - LEFT_BY[priority]);
    const told = this.#toldAt(now);
    const own = share - this.#count.count(now) - this.reserved;
    const room = Math.max(0, Math.min(own, told ? this.#roomTold(told, priority, now) : own));
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
    const share = PER_USER.requests * (1 - LEFT_BY[priority]);
    const over = Math.ceil(n + this.reserved + this.#count.count(now) - share);
    const own = over > 0 ? this.#count.leaves(over, now) : now;
    const told = this.#toldAt(now);
    if (!told || this.#roomTold(told, priority, now) - this.reserved >= n) return own;
    const asksAnew = n <= ASK_ANEW_WITH && told.remaining - told.quota * LEFT_TO_OTHERS >= n;
    return Math.max(own, asksAnew ? told.at + ASK_ANEW_MS : told.until);
  }

  #roomTold({ remaining, quota, at }: Told, priority: Priority, now: number): number {
    const room = remaining - quota * Math.max(LEFT_BY[priority], LEFT_TO_OTHERS);
    const quiet = this.#count.underWay + this.reserved === 0 && now - at >= ASK_ANEW_MS;
    const any = remaining - quota * LEFT_TO_OTHERS;
    return quiet && any >= 1 ? Math.max(room, Math.min(any, ASK_ANEW_WITH)) : room;
  }

  /** A request is about to be made: it is written down first. */
  begin(): void {
    if (this.#writtenAhead === 0) {
      this.#writtenAhead = AHEAD;
      this.save();
    }
    this.#writtenAhead -= 1;
    this.#count.begin();
    if (this.#told) this.#told.remaining -= 1;
  }

  /** A request has ended that took `tookMs`, with what its answer said about the quota. */
  end(limit: RateLimit | null, tookMs: number): void {
    const now = this.#elapsed();
    this.#count.end(now);
    if (!limit) return;
    const before = this.#toldAt(now);
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
    this.#told = { remaining, quota: limit.quota, until, at };
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
    const told = this.#told ? [this.#told.until, this.#told.at + ASK_ANEW_MS] : [];
    return leaves === null ? told : [leaves, ...told];
  }

  /** What is known now; `open` counts what is under way or written down ahead. */
  memory(): UserState {
    const now = this.#elapsed();
    const told = this.#toldAt(now);
    return {
      ended: this.#count.groups(now, GROUP_MS),
      open: this.#count.underWay + this.#writtenAhead,
      blockedMs: Math.max(0, this.#blockEnds - now),
      told: told && {
        remaining: told.remaining,
        quota: told.quota,
        resetMs: told.until - now,
      },
    };
  }

  /** Writes everything down. */
  save(): void {
    this.#written = true;
    this.#save(this.memory());
  }

  /** Writes down exactly what was made: nothing will be any more. */
  close(): void {
    this.#writtenAhead = 0;
    if (this.#written) this.save();
  }

  #toldAt(now: number): Told | null {
    if (this.#told && this.#told.until <= now) this.#told = null;
    return this.#told;
  }
}
