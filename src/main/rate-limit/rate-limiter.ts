/**
 * Gives out requests so that Cloudflare never has to refuse one. Our own requests are counted, `Ratelimit`
 * says what other tools of a user take, and what does not fit waits. The page a person looks at goes
 * first, then sends, checks they asked for, bulk jobs, background work. The numbers are in limits.ts.
 */
import { failed, type Outcome } from '../../shared/failure';
import type { Timers } from '../lib/timers';
import { readRateLimit, type ReadHeader } from './headers';
import { LEFT_AT_ADDRESS, MAX_BLOCK_MS, PER_ADDRESS } from './limits';
import {
  isOver,
  parseState,
  serializeState,
  type LimitStorage,
  type UserState,
} from './persisted-state';
import { comparePriorities, RaisablePriority, type Priority, type Reservation } from './priority';
import { RequestQueue, type QueuedRequest } from './request-queue';
import { SlidingWindow } from './sliding-window';
import { UserLimit } from './user-limit';

/** Longest time between two looks at the clock while somebody waits, in ms: the computer may sleep. */
const LOOK_EVERY_MS = 5_000;
/** Waits whose ends differ by less than this (ms) are the same: two clocks never run alike. */
const MOVED_MS = 2_000;
/** A wait for the limit is worth a word when it is longer than this, in ms. */
const LONG_WAIT_MS = 10_000;
/** Whose waits are reported. */
const REPORTED = ['send', 'bulk', 'background'] as const satisfies readonly Priority[];

/** What the rate limiter needs. */
export interface RateLimiterOptions {
  /** Ms since the epoch: only for the times that are shown. */
  now: () => number;
  /** Ms of a clock that cannot be set (monotonic-clock.ts). */
  elapsed: () => number;
  timers: Timers;
  /** Without it a restart forgets everything. */
  storage?: LimitStorage;
  /** Called when an answer of `waitsUntil` or `isHeld` changed. */
  onChange?: () => void;
}

/** A priority whose waits are reported. */
export type ReportedPriority = (typeof REPORTED)[number];

/** Gives out requests so that Cloudflare never has to refuse one. */
export interface RateLimiter {
  /**
   * Sets `n` requests aside, waiting for them if need be. Fails with `cloudflare.rate-limited` while
   * Cloudflare refuses this user, and with `app.stopping` when `signal` aborts. An `RaisablePriority` may be
   * raised while it waits.
   */
  reserve(
    userId: string,
    n: number,
    priority: Priority | RaisablePriority,
    signal?: AbortSignal,
  ): Promise<Outcome<Reservation>>;
  /**
   * Must be called once for every request that was taken, with the answer's headers if there were any, and
   * how long after the request they are heard (ms, sleep counts).
   */
  answered(userId: string, header: ReadHeader | null, tookMs?: number): void;
  /** Cloudflare refuses this user until then (ms since the epoch): no request is let through. */
  block(userId: string, until: number): void;
  /**
   * Background work of these users, and only of these, waits from now on: something of a person goes
   * first. Requests under way end.
   */
  holdBackground(userIds: ReadonlySet<string>): void;
  /** Whether background work of this user is held. */
  isHeld(userId: string): boolean;
  /**
   * Until when Cloudflare refuses a user, or the limit holds up what waits with this priority or a more
   * urgent one, ms since the epoch. Null: it does not, or only for some seconds.
   */
  waitsUntil(userId: string, priority: ReportedPriority): number | null;
  /** The latest `waitsUntil` of what a person waits for, over all users. */
  blockedUntil(): number | null;
  /** How long (ms) until `n` more requests can have been made, if nothing else is asked. */
  timeFor(userId: string, n: number, priority: Priority): number;
  /** Writes down exactly what was requested; nothing is given out after it. */
  stop(): void;
}

/** The limits of all Cloudflare users this app asks about, read from the storage and written to it. */
class KnownUsers {
  readonly #options: Pick<RateLimiterOptions, 'now' | 'elapsed' | 'storage'>;
  readonly #users = new Map<string, UserLimit>();
  /** Rows that say nothing any more; they go with the next write, a start writes nothing. */
  #over: string[] = [];

  /** Reads the storage; `onRead` gets what it holds of each user. */
  constructor(
    options: Pick<RateLimiterOptions, 'now' | 'elapsed' | 'storage'>,
    onRead: (known: UserState) => void,
  ) {
    this.#options = options;
    for (const { userId, state } of options.storage?.load() ?? []) {
      const known = parseState(state, this.#moment());
      if (isOver(known)) {
        this.#over.push(userId);
      } else {
        this.#users.set(userId, this.#create(userId, known));
        onRead(known);
      }
    }
  }

  /** The limit of this user, an unused one if need be. */
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

  #create(id: string, known?: UserState): UserLimit {
    const save = (state: UserState): void => this.#save(id, state);
    return new UserLimit({ elapsed: this.#options.elapsed, save }, known);
  }

  #save(id: string, known: UserState): void {
    const { storage } = this.#options;
    storage?.save(id, serializeState(known, this.#moment()));
    const over = this.#over.filter((other) => other !== id);
    this.#over = [];
    if (over.length > 0) storage?.forget(over);
  }

  #moment() {
    return { monotonic: this.#options.elapsed(), wall: this.#options.now() };
  }
}

/** Makes a rate limiter that knows what its storage holds. */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { now, elapsed, timers, onChange } = options;
  const address = new SlidingWindow(PER_ADDRESS.window);
  const users = new KnownUsers(options, ({ ended, open }) =>
    address.remember([...ended, { at: elapsed(), count: open }]),
  );
  const queue = new RequestQueue(look);
  let addressReserved = 0;
  let held: ReadonlySet<UserLimit> = new Set();
  let timer: unknown = null;
  /** The waits reported last, by user and priority: when each ends, ms since the epoch. */
  let reported: ReadonlyMap<string, number> = new Map();
  let stopped = false;

  const isBlocked = (user: UserLimit): boolean => user.blockEnds > elapsed();

  const refusal = (user: UserLimit) =>
    failed('cloudflare.rate-limited', { retryAt: Math.ceil(now() + user.blockEnds - elapsed()) });

  function fits({ user, n, priority: { current: priority } }: QueuedRequest): boolean {
    if (priority === 'background' && held.has(user)) return false;
    const free = PER_ADDRESS.requests - address.count(elapsed()) - addressReserved;
    const left = comparePriorities(priority, 'send') > 0 ? LEFT_AT_ADDRESS : 0;
    return free - left >= n && user.room(priority) >= n;
  }

  function reservation({ user, n }: QueuedRequest): Reservation {
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
    const waiting = queue.give(fits, reservation);
    const moments = users.all().map(({ blockEnds }) => blockEnds);
    for (const user of waiting) moments.push(...user.nextChances());
    const leaves = address.nextLeaves();
    if (waiting.size > 0 && leaves !== null) moments.push(leaves);
    const next = Math.min(...moments.filter((at) => at > time));
    const wait = Math.max(0, next - elapsed());
    if (next < Infinity) timer = timers.set(look, Math.min(wait, LOOK_EVERY_MS));
  }

  function waitsUntil(userId: string, priority: ReportedPriority): number | null {
    const user = users.get(userId);
    const first = queue.firstOf(user, priority);
    const wait = first ? user.opensFor(first.n, priority) - elapsed() : 0;
    const known = reported.get(`${priority} ${userId}`);
    const isLong = wait > (known === undefined ? LONG_WAIT_MS : 0);
    const ms = Math.max(user.blockEnds - elapsed(), isLong ? wait : 0);
    if (!(ms > 0)) return null;
    const until = Math.ceil(now() + ms);
    return known !== undefined && Math.abs(until - known) < MOVED_MS ? known : until;
  }

  /** Every wait of now. */
  function currentWaits(): Map<string, number> {
    const waits = new Map<string, number>();
    for (const id of users.ids()) {
      for (const priority of REPORTED) {
        const until = waitsUntil(id, priority);
        if (until !== null) waits.set(`${priority} ${id}`, until);
      }
    }
    return waits;
  }

  /** Gives out what fits, and reports waits that are different ones now. */
  function look(): void {
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
    reserve(userId, n, priority, signal) {
      if (signal?.aborted || stopped) return Promise.resolve(failed('app.stopping'));
      const user = users.get(userId);
      if (isBlocked(user)) return Promise.resolve(refusal(user));
      const raisable = typeof priority === 'string' ? new RaisablePriority(priority) : priority;
      const joined = queue.join({ user, n, priority: raisable, signal });
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
      queue.refuse(refusal(user), user);
      look();
    },
    holdBackground(userIds) {
      const before = held;
      held = new Set([...userIds].map((id) => users.get(id)));
      if (held.size === before.size && [...held].every((user) => before.has(user))) return;
      look();
      onChange?.();
    },
    isHeld: (userId) => held.has(users.get(userId)),
    waitsUntil,
    blockedUntil() {
      const waits = users.ids().flatMap((id) => waitsUntil(id, 'send') ?? []);
      return waits.length > 0 ? Math.max(...waits) : null;
    },
    timeFor: (userId, n, priority) => users.get(userId).timeFor(n, priority),
    stop() {
      if (stopped) return;
      stopped = true;
      timers.clear(timer);
      for (const user of users.all()) user.close();
      queue.refuse(failed('app.stopping'));
    },
  };
}
