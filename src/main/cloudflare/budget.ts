/**
 * The rate budget: gives out requests so that Cloudflare never has to refuse one. Our own requests are
 * counted, `Ratelimit` tells what other tools of a user take, and what does not fit waits. The page a
 * person looks at goes first, then sends, checks they asked for, bulk jobs, background work. Numbers: quotas.ts.
 */
import { failed, type Outcome } from '../../shared/failure';
import type { BudgetMemory } from './budget-state';
import { MAX_BLOCK_MS } from './failures';
import { KnownUsers } from './known-users';
import { LEFT_AT_ADDRESS, PER_ADDRESS } from './quotas';
import { readRateLimit, type ReadHeader } from './rate-headers';
import type { Timers } from './timers';
import type { Priority, Reservation } from './types';
import { comparePriorities, Urgency } from './urgency';
import type { UserBudget } from './user-budget';
import { WaitingLine, type Wish } from './waiting-line';
import { WindowCount } from './window-count';

/** Longest time between two looks at the clock while somebody waits, in ms: the computer may sleep. */
const LOOK_EVERY_MS = 5_000;
/** The end of a block is told anew when it moved by more than this, in ms: somebody set the clock. */
const MOVED_MS = 2_000;
/** A wait of what a person sees waiting is told when it is longer than this, in ms. */
const TOLD_WAIT_MS = 10_000;

/** What a budget needs. */
export interface BudgetOptions {
  /** Ms since the epoch: only for the times that are told. */
  now: () => number;
  /** Ms of a clock that nobody sets (steady-clock.ts). */
  elapsed: () => number;
  timers: Timers;
  /** Without it a restart forgets everything. */
  memory?: BudgetMemory;
  /** Hears that `blockedUntil` is another one now. */
  onChange?: () => void;
}

/** Gives out requests so that Cloudflare never has to refuse one. */
export interface Budget {
  /**
   * Sets `n` requests aside, waiting for them if need be. Fails with `cloudflare.rate-limited` while
   * Cloudflare refuses this user, and with `app.stopping` when `signal` aborts. An `Urgency` may be
   * raised while it waits.
   */
  reserve(
    userId: string,
    n: number,
    priority: Priority | Urgency,
    signal?: AbortSignal,
  ): Promise<Outcome<Reservation>>;
  /**
   * Must be told once for every request that was taken, with the answer's headers if there were any, and
   * how long after the request they are heard (ms, sleep counts).
   */
  answered(userId: string, header: ReadHeader | null, tookMs?: number): void;
  /** Cloudflare refuses this user until then (ms since the epoch): nobody is let through. */
  block(userId: string, until: number): void;
  /**
   * Until when Cloudflare refuses a user, or the limit holds up what a person sees waiting, the latest of
   * all, ms since the epoch; null: nobody is held up.
   */
  blockedUntil(): number | null;
  /** How long (ms) until `n` more requests can have been made, if nothing else is asked. */
  timeFor(userId: string, n: number, priority: Priority): number;
  /** Writes down exactly what was requested; nothing is given out after it. */
  stop(): void;
}

/** Makes a budget that knows what its memory does. */
export function createBudget(options: BudgetOptions): Budget {
  const { now, elapsed, timers, onChange } = options;
  const address = new WindowCount(PER_ADDRESS.window);
  const users = new KnownUsers(options, ({ ended, open }) =>
    address.remember([...ended, { at: elapsed(), count: open }]),
  );
  const line = new WaitingLine(look);
  let addressReserved = 0;
  let timer: unknown = null;
  let toldBlock: number | null = null;
  let stopped = false;

  const isBlocked = (user: UserBudget): boolean => user.blockEnds > elapsed();

  const refusal = (user: UserBudget) =>
    failed('cloudflare.rate-limited', { retryAt: Math.ceil(now() + user.blockEnds - elapsed()) });

  function fits({ user, n, urgency: { priority } }: Wish): boolean {
    const share = PER_ADDRESS.requests - LEFT_AT_ADDRESS[priority];
    const free = share - address.count(elapsed()) - addressReserved;
    return free >= n && user.room(priority) >= n;
  }

  function reservation({ user, n }: Wish): Reservation {
    user.reserved += n;
    addressReserved += n;
    let left = n;
    const give = (count: number): void => {
      left -= count;
      user.reserved -= count;
      addressReserved -= count;
    };
    const release = (): void => {
      give(left);
      look();
    };
    return {
      get left() {
        return left;
      },
      take() {
        if (stopped || isBlocked(user)) release();
        if (left === 0) return false;
        give(1);
        user.begin();
        address.begin();
        return true;
      },
      release,
    };
  }

  /** Gives out what fits, and comes back when more may or a block ends. */
  function pump(): void {
    timers.clear(timer);
    timer = null;
    if (stopped) return;
    // Read before the counting: what leaves while we count would be a moment gone by afterwards, and
    // nothing would come back for it until somebody looks at the clock.
    const time = elapsed();
    const held = line.give(fits, reservation);
    const moments = users.all().map(({ blockEnds }) => blockEnds);
    for (const user of held) moments.push(...user.nextChances());
    const leaves = address.nextLeaves();
    if (held.size > 0 && leaves !== null) moments.push(leaves);
    const next = Math.min(...moments.filter((at) => at > time));
    const wait = Math.max(0, next - elapsed());
    if (next < Infinity) timer = timers.set(look, Math.min(wait, LOOK_EVERY_MS));
  }

  /** When the limit lets the first of each user through, as far as is known, who is seen to wait. */
  function waitEnds(): number {
    const firsts = new Map<UserBudget, number>();
    for (const { user, n, urgency } of line.all()) {
      if (comparePriorities(urgency.priority, 'send') > 0) break;
      if (!firsts.has(user)) firsts.set(user, user.opensFor(n, urgency.priority));
    }
    return Math.max(...firsts.values());
  }

  function currentBlock(): number | null {
    const time = elapsed();
    const blocked = Math.max(...users.all().map(({ blockEnds }) => blockEnds - time));
    const wait = waitEnds() - time;
    const ms = Math.max(blocked, toldBlock === null && wait <= TOLD_WAIT_MS ? 0 : wait);
    if (!(ms > 0)) return null;
    const until = Math.ceil(now() + ms);
    // Two clocks never run alike; the time on screen must not flicker for that.
    return toldBlock !== null && Math.abs(until - toldBlock) < MOVED_MS ? toldBlock : until;
  }

  /** The same, and says so when `blockedUntil` became another one. */
  function look(): void {
    if (stopped) return;
    pump();
    const current = currentBlock();
    if (current === toldBlock) return;
    toldBlock = current;
    onChange?.();
  }

  toldBlock = currentBlock();
  pump();

  return {
    reserve(userId, n, priority, signal) {
      if (signal?.aborted || stopped) return Promise.resolve(failed('app.stopping'));
      const user = users.get(userId);
      if (isBlocked(user)) return Promise.resolve(refusal(user));
      const urgency = typeof priority === 'string' ? new Urgency(priority) : priority;
      const joined = line.join({ user, n, urgency, signal });
      look();
      return joined;
    },
    answered(userId, header, tookMs = 0) {
      users.get(userId).end(header && readRateLimit(header), tookMs);
      address.end(elapsed());
      look();
    },
    block(userId, until) {
      const user = users.get(userId);
      user.block(Math.min(Math.max(until - now(), 0), MAX_BLOCK_MS));
      line.refuse(refusal(user), user);
      look();
    },
    blockedUntil: currentBlock,
    timeFor: (userId, n, priority) => users.get(userId).timeFor(n, priority),
    stop() {
      if (stopped) return;
      stopped = true;
      timers.clear(timer);
      for (const user of users.all()) user.close();
      line.refuse(failed('app.stopping'));
    },
  };
}
