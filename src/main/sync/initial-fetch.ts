/**
 * Reads the profiles of entries that were never read, so that new entries in the list get their data
 * automatically. Reads a few at a time, with the lowest priority. The progress it reports counts only entries
 * that can be read.
 */
import { recoveryOf, type Failure } from '../../shared/failure';
import type { Outcome } from '../../shared/outcome';
import type { InitialFetchStatus } from '../../shared/initial-fetch';
import { backoff } from '../lib/backoff';
import type { Timers } from '../lib/timers';
import type { RateLimiter } from '../rate-limit';
import type { Change, Store } from '../database';
import { UnreadEntries, type UnreadQueue } from './unread-entries';

/** Concurrent reads per sign-in. */
const READS_PER_SIGN_IN = 4;
/** Entries scanned in one slice: takes half a millisecond if all have a copy, three if none has. */
const SLICE = 500;
/** Approximate duration of a read, in ms, without waits for the rate limit. */
const READ_MS = 250;

/** Dependencies of the initial fetch. */
export interface InitialFetchOptions {
  store: Store;
  /** Reads one profile in the background and stores it. Never rejects. */
  refresh: (organizationId: string) => Promise<Outcome<null>>;
  limiter: Pick<RateLimiter, 'isHeld' | 'timeFor' | 'waitsUntil'>;
  /** Whether a change of this entry is being sent. When the send ends, the change feed reports the entry. */
  isSending: (organizationId: string) => boolean;
  /** Whether Cloudflare is known to be unreachable. */
  isOffline: () => boolean;
  now: () => number;
  random: () => number;
  timers: Timers;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** Reads profiles that were never read. */
export interface InitialFetch {
  /** Reads all entries without a copy, now and whenever entries are added. */
  start(): void;
  /** Retries what failed, because the network is back, a check starts, or the person asked. */
  retry(): void;
  /** The progress, or null while there is nothing to read. */
  status(): InitialFetchStatus | null;
  stop(): void;
}

/** Creates the initial fetch. It reads nothing before `start`. */
export function createInitialFetch(options: InitialFetchOptions): InitialFetch {
  const { store, refresh, limiter, isSending, isOffline, now, random, timers, yieldToEventLoop } =
    options;
  const unread = new UnreadEntries();
  let running = false;
  let scanning = false;
  /** Whether to scan again after the current scan. */
  let rescanRequested = false;
  /** Whether a scan was completed, so that the total is known. */
  let hasScanned = false;
  /** Whether there was something to read at the last report. */
  let wasReading = false;
  /** How many entries were read. Set to 0 when nothing is left to read. */
  let readCount = 0;
  /** Set after a failure that every read would run into. Nothing is read until the timer fires. */
  let timer: unknown = null;
  let failures = 0;
  let unsubscribe = (): void => undefined;

  const unreadCount = (): number => unread.working().reduce((sum, { ids }) => sum + ids.size, 0);

  /** Starts reads, and reports the progress. */
  function proceed(): void {
    if (!running) return;
    if (timer === null) for (const queue of unread.working()) fill(queue);
    const isReading = unreadCount() > 0;
    if (isReading || wasReading)
      store.changes.publishInMemory((marks) => marks.topic('initialFetch'));
    wasReading = isReading;
    if (!isReading && !scanning) readCount = 0;
  }

  function fill(queue: UnreadQueue): void {
    for (const id of queue.ids) {
      if (queue.active.size >= READS_PER_SIGN_IN) return;
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
      // A read during a send stores nothing. If the entry is unread after the send, `onChange` adds it again.
      if (isSending(id)) unread.drop(id);
      else updateEntries([id]);
    } else {
      fail(queue, id, outcome.failure);
    }
    proceed();
  }

  function fail(queue: UnreadQueue, id: string, failure: Failure): void {
    if (failure.code === 'organization.not-saved-here') unread.drop(id);
    else if (recoveryOf(failure.code) === 'sign-in') queue.works = false;
    else if (recoveryOf(failure.code) === 'automatic') backOff(failure);
    else unread.exclude(id);
  }

  /** Stops all reads for a while, because each would fail the same way. The waits grow with each failure. */
  function backOff({ retryAt = 0 }: Failure): void {
    if (timer !== null) return;
    failures += 1;
    timer = timers.set(resume, Math.max(backoff(failures, random()), retryAt - now()));
  }

  function resume(): void {
    timers.clear(timer);
    timer = null;
    if (rescanRequested) void scan();
    proceed();
  }

  /** Finds all entries without a copy, slice by slice. */
  async function scan(): Promise<void> {
    rescanRequested = scanning;
    if (scanning) return;
    scanning = true;
    for (let after: number | null = 0; after !== null && running;) {
      const from: number = after;
      const found = store.read((tables) => tables.profiles.unread(from, SLICE));
      if (!found.ok) {
        rescanRequested = true;
        backOff(found.failure);
        break;
      }
      found.value.entries.forEach((entry) => unread.add(entry));
      after = found.value.next;
      await yieldToEventLoop();
    }
    scanning = false;
    if (rescanRequested && timer === null) return scan();
    hasScanned = true;
    proceed();
  }

  function onChange({ organizations, removed, signIns, by }: Change): void {
    const signInsChanged = signIns.size > 0 && updateSignIns([...signIns]);
    for (const id of removed) unread.drop(id);
    // Neither a send nor a job adds entries.
    const mayAdd = by === null;
    if (organizations === 'all') return mayAdd ? void scan() : undefined;
    const ids = [...organizations].filter((id) => mayAdd || unread.has(id));
    const changed = ids.length > 0 && updateEntries(ids);
    if (signInsChanged || changed || removed.size > 0) proceed();
  }

  /** Updates which of these entries have a copy. Returns whether anything changed. */
  function updateEntries(ids: readonly string[]): boolean {
    const found = store.read((tables) => tables.profiles.withoutCopyAmong(ids));
    if (!found.ok) return false;
    const entries = new Map(found.value.map((entry) => [entry.organizationId, entry]));
    let hasChanged = false;
    for (const id of ids) {
      const entry = entries.get(id);
      const before = unread.has(id);
      if (entry) unread.add(entry);
      else if (unread.drop(id)) readCount += 1;
      hasChanged ||= before !== unread.has(id);
    }
    return hasChanged;
  }

  /** Updates sign-ins from their rows. Returns false if the rows could not be read. */
  function updateSignIns(ids: readonly string[], isStart = false): boolean {
    const rows = store.read((tables) => ids.map((id) => tables.credentials.get(id)));
    for (const row of rows.ok ? rows.value : []) if (row) unread.updateSignIn(row, isStart);
    return rows.ok;
  }

  /** The number of unread entries for each Cloudflare user. */
  function unreadByUser(): Map<string, number> {
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
      if (known.ok) updateSignIns(known.value, true);
      void scan();
    },
    retry() {
      if (!running) return;
      rescanRequested ||= unread.resetFailures();
      failures = 0;
      resume();
    },
    status() {
      const sizes = [...unreadByUser()];
      if (!hasScanned || sizes.length === 0) return null;
      const isHeld = sizes.every(([userId]) => limiter.isHeld(userId));
      const paused = isHeld || timer !== null || isOffline();
      const waits = sizes.map(([userId]) => limiter.waitsUntil(userId, 'background') ?? 0);
      const times = sizes.map(([userId, n]) =>
        Math.max(limiter.timeFor(userId, n, 'background'), (n * READ_MS) / READS_PER_SIGN_IN),
      );
      return {
        read: readCount,
        total: readCount + unreadCount(),
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
