/**
 * Reads the profiles that were never read, a few at a time behind everything a person waits for, so that a
 * list of new entries fills without anybody asking. Says how far it is, and counts only what can be read.
 */
import { recoveryOf, type Failure, type Outcome } from '../../shared/failure';
import type { Reading } from '../../shared/initial-fetch';
import { backoff } from '../lib/backoff';
import type { Timers } from '../lib/timers';
import type { RateLimiter } from '../rate-limit/rate-limiter';
import type { Change } from '../database/change-feed';
import type { Store } from '../database/tables';
import { UnreadEntries, type UnreadQueue } from './unread-entries';

/** Reads at once with one sign-in. */
const AT_ONCE = 4;
/** Entries looked at in one go: half a millisecond where all are read, three where none is. */
const SLICE = 500;
/** About how long a read takes, in ms, with nothing to wait for. */
const READ_MS = 250;

/** What the initial fetch needs. */
export interface InitialFetchOptions {
  store: Store;
  /** Reads one profile in the background and stores it. Never rejects. */
  refresh: (organizationId: string) => Promise<Outcome<null>>;
  limiter: Pick<RateLimiter, 'isHeld' | 'timeFor' | 'waitsUntil'>;
  /** Whether a change of this entry is being sent. Its end announces the entry. */
  isSending: (organizationId: string) => boolean;
  /** Whether Cloudflare is known not to answer. */
  isOffline: () => boolean;
  now: () => number;
  random: () => number;
  timers: Timers;
  /** Resolves after other work had its turn. */
  yieldToEventLoop: () => Promise<void>;
}

/** Reads what was never read. */
export interface InitialFetch {
  /** Looks for entries without a copy, now and whenever some are added, and reads them. */
  start(): void;
  /** Tries again what failed: the network is back, a check begins, or the person asks. */
  retry(): void;
  /** How far it is; null while there is nothing to read. */
  status(): Reading | null;
  stop(): void;
}

/** Builds it; nothing is read before `start`. */
export function createInitialFetch(options: InitialFetchOptions): InitialFetch {
  const { store, refresh, limiter, isSending, isOffline, now, random, timers, yieldToEventLoop } =
    options;
  const unread = new UnreadEntries();
  let running = false;
  /** Whether entries are being looked for, and whether they have to be once more. */
  let looking = false;
  let again = false;
  /** Whether it is known how many there are. */
  let hasLooked = false;
  /** Whether there was something to read when this was last announced. */
  let wasReading = false;
  /** Read since there was nothing to read. */
  let read = 0;
  /** Cloudflare or this computer is in trouble: nothing is read before the timer. */
  let timer: unknown = null;
  let failures = 0;
  let unsubscribe = (): void => undefined;

  const left = (): number => unread.working().reduce((sum, { ids }) => sum + ids.size, 0);

  /** Reads more, and announces how far it is. */
  function proceed(): void {
    if (!running) return;
    if (timer === null) for (const queue of unread.working()) fill(queue);
    const isReading = left() > 0;
    if (isReading || wasReading) store.changes.memory((marks) => marks.topic('initialFetch'));
    wasReading = isReading;
    if (!isReading && !looking) read = 0;
  }

  function fill(queue: UnreadQueue): void {
    for (const id of queue.ids) {
      if (queue.active.size >= AT_ONCE) return;
      if (!queue.active.has(id)) void readOne(queue, id);
    }
  }

  async function readOne(queue: UnreadQueue, id: string): Promise<void> {
    queue.active.add(id);
    const outcome = await refresh(id);
    queue.active.delete(id);
    if (!running) return;
    if (outcome.ok) {
      failures = 0;
      // A read that met a send stores nothing: the entry is still here, or comes back with the send's end.
      if (isSending(id)) unread.drop(id);
      else compare([id]);
    } else {
      fail(queue, id, outcome.failure);
    }
    proceed();
  }

  function fail(queue: UnreadQueue, id: string, failure: Failure): void {
    if (failure.code === 'organization.not-saved-here') unread.drop(id);
    else if (recoveryOf(failure.code) === 'sign-in') queue.works = false;
    else if (recoveryOf(failure.code) === 'itself') wait(failure);
    else unread.refuse(id);
  }

  /** The others would fail alike, so all wait, longer from one time to the next. */
  function wait({ retryAt = 0 }: Failure): void {
    if (timer !== null) return;
    failures += 1;
    timer = timers.set(tryAgain, Math.max(backoff(failures, random()), retryAt - now()));
  }

  function tryAgain(): void {
    timers.clear(timer);
    timer = null;
    if (again) void look();
    proceed();
  }

  /** Looks for entries without a copy, slice by slice. */
  async function look(): Promise<void> {
    again = looking;
    if (looking) return;
    looking = true;
    for (let after: number | null = 0; after !== null && running;) {
      const from: number = after;
      const found = store.read((tables) => tables.profiles.unread(from, SLICE));
      if (!found.ok) {
        again = true;
        wait(found.failure);
        break;
      }
      found.value.entries.forEach((entry) => unread.note(entry));
      after = found.value.next;
      await yieldToEventLoop();
    }
    looking = false;
    if (again && timer === null) return look();
    hasLooked = true;
    proceed();
  }

  function onChange({ organizations, removed, signIns, by }: Change): void {
    const followed = signIns.size > 0 && followSignIns([...signIns]);
    for (const id of removed) unread.drop(id);
    // Neither a send nor a job adds entries.
    const mayAdd = by === null;
    if (organizations === 'all') return mayAdd ? void look() : undefined;
    const ids = [...organizations].filter((id) => mayAdd || unread.has(id));
    const changed = ids.length > 0 && compare(ids);
    if (followed || changed || removed.size > 0) proceed();
  }

  /** Looks whether these entries have a copy. Says whether that is news. */
  function compare(ids: readonly string[]): boolean {
    const found = store.read((tables) => tables.profiles.unreadAmong(ids));
    if (!found.ok) return false;
    const entries = new Map(found.value.map((entry) => [entry.organizationId, entry]));
    let isNews = false;
    for (const id of ids) {
      const entry = entries.get(id);
      const before = unread.has(id);
      if (entry) unread.note(entry);
      else if (unread.drop(id)) read += 1;
      isNews ||= before !== unread.has(id);
    }
    return isNews;
  }

  function followSignIns(ids: readonly string[], isStart = false): boolean {
    const rows = store.read((tables) => ids.map((id) => tables.credentials.get(id)));
    for (const row of rows.ok ? rows.value : []) if (row) unread.signIn(row, isStart);
    return rows.ok;
  }

  /** The limits that what is left counts against, with how much that is. */
  function loads(): Map<string, number> {
    const sizes = new Map<string, number>();
    for (const { userId, ids } of unread.working()) {
      sizes.set(userId, (sizes.get(userId) ?? 0) + ids.size);
    }
    return sizes;
  }

  return {
    start() {
      running = true;
      unsubscribe = store.changes.subscribe(onChange);
      const known = store.read((tables) => tables.credentials.all().map(({ id }) => id));
      if (known.ok) followSignIns(known.value, true);
      void look();
    },
    retry() {
      if (!running) return;
      again ||= unread.forgive();
      failures = 0;
      tryAgain();
    },
    status() {
      const sizes = [...loads()];
      if (!hasLooked || sizes.length === 0) return null;
      const isHeld = sizes.every(([userId]) => limiter.isHeld(userId));
      const paused = isHeld || timer !== null || isOffline();
      const waits = sizes.map(([userId]) => limiter.waitsUntil(userId, 'background') ?? 0);
      const times = sizes.map(([userId, n]) =>
        Math.max(limiter.timeFor(userId, n, 'background'), (n * READ_MS) / AT_ONCE),
      );
      return {
        read,
        total: read + left(),
        timeLeft: paused ? null : Math.max(...times),
        waitsUntil: paused ? null : Math.min(...waits) || null,
        paused,
      };
    },
    stop() {
      running = false;
      unsubscribe();
      timers.clear(timer);
    },
  };
}
