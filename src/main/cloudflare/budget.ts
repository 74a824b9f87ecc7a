/**
 * The rate budget. Cloudflare allows 1,200 requests per 5 minutes and user, whoever makes them, and
 * 200 per second and address, then refuses everything for 5 minutes (Cloudflare API reference, "Rate
 * limits"). So we count our own, listen to `Ratelimit` for what other tools of that user take, and wait.
 */
import { failed, success, type Outcome } from '../../shared/failure';
import { readRateLimit, type RateLimit } from './rate-headers';
import type { Timers } from './timers';
import type { Priority, Reservation } from './types';

/** Requests per user and window (ms). The second over 5 minutes is for answers that travel unevenly. */
const PER_USER = { requests: 1_200, window: 301_000 };
/** Requests per address and window (ms), a little under 200 per second for the same reason. */
const PER_ADDRESS = { requests: 180, window: 1_100 };
/** Background work leaves this part of a user's quota to the person and their other tools. */
const LEFT_BY_BACKGROUND = 1 / 4;
/** Longest block or reset that is ever believed (failures.ts, rate-headers.ts), in ms. */
const LONGEST_WAIT_MS = 900_000;

const RANK: Record<Priority, number> = { person: 0, send: 1, background: 2 };

/** What a budget needs. */
export interface BudgetOptions {
  /** Ms since the epoch. */
  now: () => number;
  timers: Timers;
}

/** Gives out requests so that Cloudflare never has to refuse one. */
export interface Budget {
  /**
   * Sets `n` requests aside, waiting for them if need be. Fails with `cloudflare.rate-limited` while
   * Cloudflare refuses this user, and with `app.stopping` when `signal` aborts.
   */
  reserve(
    userId: string,
    n: number,
    priority: Priority,
    signal?: AbortSignal,
  ): Promise<Outcome<Reservation>>;
  /** Must be told once for every request that was taken, with the answer's headers if there were any. */
  answered(userId: string, header: ((name: string) => string | null) | null): void;
  /** Cloudflare refuses this user until then (ms since the epoch): nobody is let through. */
  block(userId: string, until: number): void;
}

interface User {
  /** When requests were made, oldest first. */
  sent: number[];
  reserved: number;
  underWay: number;
  blockedUntil: number;
  /** What Cloudflare last said, and how many requests were made since. */
  learned: (RateLimit & { until: number; sentSince: number }) | null;
}

interface Waiter {
  userId: string;
  n: number;
  priority: Priority;
  settle(outcome: Outcome<Reservation>): void;
}

/** Makes an empty budget. */
export function createBudget({ now, timers }: BudgetOptions): Budget {
  const users = new Map<string, User>();
  const address: number[] = [];
  let addressReserved = 0;
  let waiting: Waiter[] = [];
  let timer: unknown = null;

  const userOf = (id: string): User => {
    let user = users.get(id);
    if (!user) {
      user = { sent: [], reserved: 0, underWay: 0, blockedUntil: 0, learned: null };
      users.set(id, user);
    }
    return user;
  };

  /** Forgets what left the window, and what a clock that was set back left in the future. */
  const forget = (times: number[], window: number): void => {
    const time = now();
    while (times[0] !== undefined && (times[0] <= time - window || times[0] > time)) times.shift();
  };

  /** Whether a moment is still to come; one that far away was named before the clock was set back. */
  const ahead = (moment: number): boolean => moment > now() && moment <= now() + LONGEST_WAIT_MS;

  const room = (user: User, priority: Priority): number => {
    forget(user.sent, PER_USER.window);
    const part = priority === 'background' ? LEFT_BY_BACKGROUND : 0;
    const own = PER_USER.requests * (1 - part) - user.sent.length - user.reserved;
    if (!user.learned || !ahead(user.learned.until)) return own;
    const { remaining, quota, sentSince } = user.learned;
    return Math.min(own, remaining - quota * part - sentSince - user.reserved);
  };

  const addressRoom = (): number => {
    forget(address, PER_ADDRESS.window);
    return PER_ADDRESS.requests - address.length - addressReserved;
  };

  const reservation = (user: User, n: number): Reservation => {
    user.reserved += n;
    addressReserved += n;
    let left = n;
    const give = (count: number): void => {
      left -= count;
      user.reserved -= count;
      addressReserved -= count;
    };
    return {
      take: () => {
        if (left === 0) return false;
        give(1);
        user.sent.push(now());
        address.push(now());
        user.underWay += 1;
        if (user.learned) user.learned.sentSince += 1;
        return true;
      },
      release: () => {
        give(left);
        pump();
      },
    };
  };

  /** The soonest moment at which a waiter may fit; what is given back meanwhile pumps by itself. */
  const nextChance = (): number => {
    const moments = address[0] === undefined ? [] : [address[0] + PER_ADDRESS.window];
    for (const userId of new Set(waiting.map((waiter) => waiter.userId))) {
      const { sent, learned } = userOf(userId);
      if (sent[0] !== undefined) moments.push(sent[0] + PER_USER.window);
      if (learned) moments.push(learned.until);
    }
    return Math.min(...moments.filter((moment) => moment > now()));
  };

  const pump = (): void => {
    timers.clear(timer);
    timer = null;
    const held = new Set<string>();
    const stay: Waiter[] = [];
    for (const waiter of waiting) {
      const user = userOf(waiter.userId);
      // Who waits longer or matters more is not overtaken by a smaller wish of the same user.
      const fits =
        !held.has(waiter.userId) &&
        room(user, waiter.priority) >= waiter.n &&
        addressRoom() >= waiter.n;
      if (fits) {
        waiter.settle(success(reservation(user, waiter.n)));
      } else {
        held.add(waiter.userId);
        stay.push(waiter);
      }
    }
    waiting = stay;
    const moment = nextChance();
    // At most a minute at once: the clock may be set, or the computer may sleep.
    if (waiting.length > 0 && Number.isFinite(moment)) {
      timer = timers.set(pump, Math.min(moment - now(), 60_000));
    }
  };

  return {
    reserve(userId, n, priority, signal) {
      if (signal?.aborted) return Promise.resolve(failed('app.stopping'));
      const { blockedUntil } = userOf(userId);
      if (ahead(blockedUntil)) {
        return Promise.resolve(failed('cloudflare.rate-limited', { retryAt: blockedUntil }));
      }
      return new Promise((resolve) => {
        const leave = (): void => {
          waiting = waiting.filter((other) => other !== waiter);
          waiter.settle(failed('app.stopping'));
          pump();
        };
        const waiter: Waiter = {
          userId,
          n,
          priority,
          settle: (outcome) => {
            signal?.removeEventListener('abort', leave);
            resolve(outcome);
          },
        };
        signal?.addEventListener('abort', leave);
        const after = waiting.findIndex((other) => RANK[other.priority] > RANK[priority]);
        waiting.splice(after < 0 ? waiting.length : after, 0, waiter);
        pump();
      });
    },
    answered(userId, header) {
      const user = userOf(userId);
      user.underWay = Math.max(0, user.underWay - 1);
      const limit = header && readRateLimit(header);
      if (limit) {
        // Requests under way may not be in Cloudflare's count yet.
        const remaining = limit.remaining - user.underWay;
        user.learned = { ...limit, remaining, until: now() + limit.resetMs, sentSince: 0 };
      }
      pump();
    },
    block(userId, until) {
      const user = userOf(userId);
      user.blockedUntil = Math.max(ahead(user.blockedUntil) ? user.blockedUntil : 0, until);
      const refused = waiting.filter((waiter) => waiter.userId === userId);
      waiting = waiting.filter((waiter) => waiter.userId !== userId);
      for (const waiter of refused) {
        waiter.settle(failed('cloudflare.rate-limited', { retryAt: user.blockedUntil }));
      }
    },
  };
}
