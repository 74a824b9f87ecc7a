/**
 * Grants requests in such a way that Cloudflare never has to refuse one. Counts our own requests, learns from
 * the `Ratelimit` header how much the user's other tools use, and lets requests beyond the limit wait in order
 * of priority. The numbers are in limits.ts.
 *
 * Terms in this folder:
 * - *user*: a Cloudflare user, for whom Cloudflare counts requests. Several sign-ins may belong to one user.
 * - *person*: whoever uses this app; also the name of the highest priority (priority.ts).
 * - *address*: the IP address of this computer, which has a limit of its own.
 * - *window*: the period over which Cloudflare counts requests, not a window on the screen.
 * - *share*: the part of a user's limit that requests of one priority may use.
 * - *reservation*: a number of requests granted in advance, so that a sequence of them never waits halfway.
 */
import { failed, type Result } from '../../shared/result';
import type { Timers } from '../lib/timers';
import { readRateLimit, type ReadHeader } from './headers';
import { RESERVED_AT_ADDRESS, MAX_BLOCK_MS, PER_ADDRESS } from './limits';
import {
  hasNoEffect,
  parseState,
  serializeState,
  type LimitStorage,
  type UserState,
} from './persisted-state';
import { comparePriorities, RaisablePriority, type Priority, type Reservation } from './priority';
import { RequestQueue, type QueuedRequest } from './request-queue';
import { SlidingWindow } from './sliding-window';
import { UserLimit } from './user-limit';

/** Longest timer while requests wait, in ms: timers do not count the time while the computer sleeps. */
const MAX_TIMER_MS = 5_000;
/** Waits whose ends differ by less than this (ms) count as the same, because the two clocks drift apart. */
const SAME_WAIT_MS = 2_000;
/** Only waits longer than this, in ms, are reported. */
const MIN_REPORTED_WAIT_MS = 10_000;
/** The priorities whose waits are reported. */
const REPORTED_PRIORITIES = ['send', 'bulk', 'background'] as const satisfies readonly Priority[];

/** Dependencies of the rate limiter. */
export interface RateLimiterOptions {
  /** Ms since the epoch. Counting uses `elapsed` instead. */
  now: () => number;
  /** Ms of the monotonic clock (monotonic-clock.ts). */
  elapsed: () => number;
  timers: Timers;
  /** Keeps the counts across restarts of the app. Without it, each launch starts at zero. */
  storage?: LimitStorage;
  /** Called when `waitsUntil` or `isReserved` may return something different than before. */
  onChange?: () => void;
}

/** A priority whose waits are reported. */
export type ReportedPriority = (typeof REPORTED_PRIORITIES)[number];

/** The limits of all Cloudflare users, loaded from the storage and saved to it. */
class UserLimits {
  readonly #options: Pick<RateLimiterOptions, 'now' | 'elapsed' | 'storage'>;
  readonly #users = new Map<string, UserLimit>();
  /** Users whose stored state has expired. Deleted with the next save, so that launching never writes. */
  #obsolete: string[] = [];

  /** Loads the stored states. Calls `onLoad` with each one that is still in effect. */
  constructor(
    options: Pick<RateLimiterOptions, 'now' | 'elapsed' | 'storage'>,
    onLoad: (state: UserState) => void,
  ) {
    this.#options = options;
    for (const { userId, state } of options.storage?.load() ?? []) {
      const parsed = parseState(state, this.#moment());
      if (hasNoEffect(parsed)) {
        this.#obsolete.push(userId);
      } else {
        this.#users.set(userId, this.#create(userId, parsed));
        onLoad(parsed);
      }
    }
  }

  /** The limit of this user; creates it if necessary. */
  get(id: string): UserLimit {
    const user = this.#users.get(id) ?? this.#create(id);
    this.#users.set(id, user);
    return user;
  }

  all(): UserLimit[] {
    return [...this.#users.values()];
  }

  ids(): string[] {
    return [...this.#users.keys()];
  }

  #create(id: string, stored?: UserState): UserLimit {
    const save = (state: UserState): void => this.#save(id, state);
    return new UserLimit({ elapsed: this.#options.elapsed, save }, stored);
  }

  #save(id: string, state: UserState): void {
    const { storage } = this.#options;
    storage?.save(id, serializeState(state, this.#moment()));
    const obsolete = this.#obsolete.filter((other) => other !== id);
    this.#obsolete = [];
    if (obsolete.length > 0) storage?.forget(obsolete);
  }

  #moment() {
    return { monotonic: this.#options.elapsed(), wall: this.#options.now() };
  }
}

/** Creates a rate limiter with the counts from its storage. */
export function createRateLimiter(options: RateLimiterOptions) {
  const { now, elapsed, timers, onChange } = options;
  const address = new SlidingWindow(PER_ADDRESS.window);
  const users = new UserLimits(options, ({ ended, open }) =>
    address.restore([...ended, { at: elapsed(), count: open }]),
  );
  const queue = new RequestQueue(update);
  let addressReserved = 0;
  let reservedFor: ReadonlySet<UserLimit> = new Set();
  let timer: unknown = null;
  /** The waits reported last: the end of each (ms since the epoch) by priority and user. */
  let reported: ReadonlyMap<string, number> = new Map();
  let stopped = false;

  const isBlocked = (user: UserLimit): boolean => user.blockedUntil > elapsed();

  const refusal = (user: UserLimit) =>
    failed('cloudflare.rate-limited', {
      retryAt: Math.ceil(now() + user.blockedUntil - elapsed()),
    });

  function fits({ user, n, priority: { current: priority } }: QueuedRequest): boolean {
    if (comparePriorities(priority, 'background') >= 0 && reservedFor.has(user)) return false;
    const free = PER_ADDRESS.requests - address.count(elapsed()) - addressReserved;
    const reservedForPerson = comparePriorities(priority, 'send') > 0 ? RESERVED_AT_ADDRESS : 0;
    return free - reservedForPerson >= n && user.available(priority) >= n;
  }

  function createReservation({ user, n }: QueuedRequest): Reservation {
    user.reserved += n;
    addressReserved += n;
    let left = n;
    const giveBack = (count: number): void => {
      left -= count;
      user.reserved -= count;
      addressReserved -= count;
    };
    const release = (): void => {
      giveBack(left);
      update();
    };
    return {
      get left() {
        return left;
      },
      take() {
        if (stopped || isBlocked(user)) release();
        if (left === 0) return false;
        giveBack(1);
        user.begin();
        address.begin();
        return true;
      },
      release,
    };
  }

  /** Grants the requests that fit. Sets a timer for when more may fit, or when a block ends. */
  function pump(): void {
    timers.clear(timer);
    timer = null;
    if (stopped) return;
    // Read the clock before counting. Otherwise the expiry of a request that expires during the count would be
    // in the past afterwards, and no timer would be set for it.
    const time = elapsed();
    const waitingUsers = queue.grant(fits, createReservation);
    const checks = users.all().map(({ blockedUntil }) => blockedUntil);
    for (const user of waitingUsers) checks.push(...user.nextChecks());
    const nextExpiry = address.nextExpiry();
    if (waitingUsers.size > 0 && nextExpiry !== null) checks.push(nextExpiry);
    const next = Math.min(...checks.filter((at) => at > time));
    const wait = Math.max(0, next - elapsed());
    if (next < Infinity) timer = timers.set(update, Math.min(wait, MAX_TIMER_MS));
  }

  /**
   * Until when (ms since the epoch) Cloudflare blocks a user, or requests of this or a higher priority wait
   * for the limit. Null if neither is the case, or if the wait takes only a few seconds.
   */
  function waitsUntil(userId: string, priority: ReportedPriority): number | null {
    const user = users.get(userId);
    const first = queue.firstOf(user, priority);
    const wait = first ? user.availableAt(first.n, priority) - elapsed() : 0;
    const last = reported.get(`${priority} ${userId}`);
    const isLong = wait > (last === undefined ? MIN_REPORTED_WAIT_MS : 0);
    const ms = Math.max(user.blockedUntil - elapsed(), isLong ? wait : 0);
    if (!(ms > 0)) return null;
    const until = Math.ceil(now() + ms);
    return last !== undefined && Math.abs(until - last) < SAME_WAIT_MS ? last : until;
  }

  /** All current waits. */
  function currentWaits(): Map<string, number> {
    const waits = new Map<string, number>();
    for (const id of users.ids()) {
      for (const priority of REPORTED_PRIORITIES) {
        const until = waitsUntil(id, priority);
        if (until !== null) waits.set(`${priority} ${id}`, until);
      }
    }
    return waits;
  }

  /** Grants the requests that fit. Calls `onChange` if a reported wait changed. */
  function update(): void {
    if (stopped) return;
    pump();
    const waits = currentWaits();
    const isSame =
      waits.size === reported.size && [...waits].every(([key, at]) => reported.get(key) === at);
    reported = waits;
    if (!isSame) onChange?.();
  }

  reported = currentWaits();
  pump();

  return {
    /**
     * Reserves `n` requests, waiting for them if necessary. Fails with `cloudflare.rate-limited` while
     * Cloudflare blocks this user, and with `app.stopping` when `signal` aborts. A `RaisablePriority` may be
     * raised during the wait.
     */
    reserve(
      userId: string,
      n: number,
      priority: Priority | RaisablePriority,
      signal?: AbortSignal,
    ): Promise<Result<Reservation>> {
      if (signal?.aborted || stopped) return Promise.resolve(failed('app.stopping'));
      const user = users.get(userId);
      if (isBlocked(user)) return Promise.resolve(refusal(user));
      const raisable = typeof priority === 'string' ? new RaisablePriority(priority) : priority;
      const joined = queue.join({ user, n, priority: raisable, signal });
      update();
      return joined;
    },
    /**
     * Must be called once for every request taken from a reservation, with the answer's headers (null without
     * an answer) and the time since the request was sent (ms, including sleep).
     */
    answered(userId: string, header: ReadHeader | null, tookMs = 0): void {
      users.get(userId).end(header && readRateLimit(header), tookMs);
      address.end(elapsed());
      update();
    },
    /** Blocks all requests of this user until a time (ms since the epoch), because Cloudflare refuses them. */
    block(userId: string, until: number): void {
      const user = users.get(userId);
      user.block(Math.min(Math.max(until - now(), 0), MAX_BLOCK_MS));
      queue.refuse(refusal(user), user);
      update();
    },
    /**
     * Reserves the requests of exactly these users for their changes from now on: their background and idle work waits.
     * Requests in flight are not aborted.
     */
    reserveForChanges(userIds: ReadonlySet<string>): void {
      const before = reservedFor;
      reservedFor = new Set([...userIds].map((id) => users.get(id)));
      if (reservedFor.size === before.size && [...reservedFor].every((user) => before.has(user)))
        return;
      update();
      onChange?.();
    },
    /** Whether the requests of this user are reserved for changes. */
    isReserved: (userId: string): boolean => reservedFor.has(users.get(userId)),
    waitsUntil,
    /** The latest `waitsUntil` of priority `send` among all users, or null. */
    blockedUntil(): number | null {
      const waits = users.ids().flatMap((id) => waitsUntil(id, 'send') ?? []);
      return waits.length > 0 ? Math.max(...waits) : null;
    },
    /** How long (ms) it takes until `n` more requests were made, if nothing else is requested. */
    timeFor: (userId: string, n: number, priority: Priority): number =>
      users.get(userId).timeFor(n, priority),
    /** Stores the exact counts and stops. No request is granted afterwards. */
    stop(): void {
      if (stopped) return;
      stopped = true;
      timers.clear(timer);
      for (const user of users.all()) user.close();
      queue.refuse(failed('app.stopping'));
    },
  };
}

/** Grants requests so that Cloudflare never has to refuse one. */
export type RateLimiter = ReturnType<typeof createRateLimiter>;
