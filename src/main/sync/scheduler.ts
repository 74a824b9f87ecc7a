/**
 * Sends pending changes from the outbox: a few concurrently per Cloudflare user, and the person's own changes before
 * those of saves.
 *
 * For each user it first reserves requests at the rate limiter, so that a send never waits between its read and
 * its write. Only then does it choose the change to send. Running sends are kept in memory, everything else is
 * in the database, so the next launch of the app continues from there.
 */
import type { Failure } from '../../shared/failure';
import type { Result } from '../../shared/result';
import { backoff, LONGEST_WAIT_MS, waitOf } from '../lib/backoff';
import { withdrawCanceled } from '../changes';
import { RaisablePriority, type Reservation } from '../rate-limit';
import type { Change, QueueEntry, Tables } from '../database';
import { createCircuitBreaker } from './circuit-breaker';
import type { SyncDependencies } from './dependencies';
import {
  applySignInState,
  issueOf,
  markOwnWaiting,
  postponeOwn,
  requeue,
  storeSendResult,
  type SendResult,
} from './outbox-timing';
import { REQUESTS_PER_SEND, sendChange } from './send';
import { SendSlots } from './send-slots';
import {
  nextSend,
  sortByNextSend,
  userQueues,
  type NextSend,
  type SchedulerState,
  type UserQueue,
} from './user-queues';

/** Longest timer, in ms. Then the waits are compared with the clock again, which may have been set. */
const MAX_TIMER_MS = 60_000;

/** Sending starts again after this time awake, in ms, even if the system does not report that the computer woke up. */
const MAX_SUSPEND_MS = 60_000;

/** By how much the two clocks may drift apart, in ms, before the clock counts as set. */
const CLOCK_TOLERANCE_MS = 10_000;

/** How many sends of a change in a row may end with `moved-on` or `reschedule` before the change has to wait. */
const MAX_MOVES = 5;

/** Whether a change waits because of a failure whose code starts with one of these. */
function waitsFor({ state, failure }: QueueEntry, ...codes: string[]): boolean {
  return state === 'waiting' && codes.some((code) => failure?.code.startsWith(code));
}

/**
 * Queues what a new launch can try: what waits for the network or for Cloudflare, and what is paused although its
 * sign-in has no issue, because the last launch ended before it queued that. A keychain that was locked may be open
 * now; a refused sign-in needs the person.
 * @returns the failure with which Cloudflare asked the last launch to wait longest, if that is not over
 */
function requeueAtStart(tables: Tables, at: number): Failure | null {
  const working = new Set(
    tables.signIns.all().flatMap((row) => (issueOf(row) === null ? row.id : [])),
  );
  let asked: Failure | null = null;
  requeue(tables, (entry) => {
    const { state, failure, signInId } = entry;
    if (state === 'waiting') {
      if (!waitsFor(entry, 'cloudflare.unavailable')) return waitsFor(entry, 'network.');
      const wait = failure ? waitOf(failure, at) : 0;
      if (wait > (asked ? waitOf(asked, at) : 0)) asked = failure;
      return wait === 0;
    }
    return (
      failure?.code.startsWith('keychain.') === true || (signInId !== null && working.has(signInId))
    );
  });
  return asked;
}

/** Creates a scheduler that is not started. */
export function createScheduler(deps: SyncDependencies) {
  const { database, now, elapsed, random, timers, sendStatus } = deps;
  const slots = new SendSlots();
  const breaker = createCircuitBreaker({ now, elapsed, random });
  const stopping = new AbortController();
  /** Changes the person wants to retry, even with a sign-in that is known not to work. */
  const forced = new Set<string>();
  // Waits in memory are times of the monotonic clock; those in the database are ms since the epoch.
  /** Changes to skip until a time, because the end of their send could not be stored. */
  const skippedUntil = new Map<string, number>();
  /** How many sends of a change in a row ended with `moved-on` or `reschedule`. */
  const moves = new Map<string, number>();
  /** Until when each user is rate-limited. */
  const limitedUntil = new Map<string, number>();
  /** By user key, the reservation that is waiting for the rate limit. At most one per user. */
  const reserving = new Map<
    string,
    { userId: string; priority: RaisablePriority; work: Promise<void> }
  >();
  /** How far the clock was ahead of the monotonic one when the stored waits last fitted it, in ms. */
  let clockAhead = now() - elapsed();
  let running = false;
  /** The timer that ends a suspend, or null: the computer is awake. */
  let suspended: unknown = null;
  /** The organization whose change the person just saved or retried; it is sent next. */
  let sendNext: string | null = null;
  let databaseFailures = 0;
  /** What `showBreaker` showed last, a time of the monotonic clock; 0: it is closed. */
  let shownFrom = 0;
  let timer: unknown = null;
  /** The sign-ins that changed, and whose changes do not match their states yet. */
  const changedSignIns = new Set<string>();
  /** The timer of the next try to store that. */
  let signInTimer: unknown = null;
  /** The timer of the next try to queue what a new launch can try. */
  let launchTimer: unknown = null;
  let unsubscribe = (): void => undefined;

  const write = <T>(work: (tables: Tables) => T): Result<T> => database.write(work, 'sync');
  const isAhead = (time: number | undefined): boolean => time !== undefined && time > elapsed();
  const isBeingSent = (id: string): boolean => slots.has(id);

  const currentState = (): SchedulerState => ({
    now: now(),
    sendNext,
    freeSlots: (user) => slots.free(user),
    isUnavailable: (id) => slots.has(id) || isAhead(skippedUntil.get(id)),
  });
  const chooseNext = (tables: Tables, queue: UserQueue): NextSend | null =>
    nextSend(tables, queue, currentState());

  /** The queues of all users. While the circuit breaker is open, the order matters: only one send is tried. */
  function queues(tables: Tables): UserQueue[] {
    const all = userQueues(tables);
    return breaker.isOpen() ? sortByNextSend(tables, all, currentState()) : all;
  }

  /** Starts a reservation for each user with a change to send now. Sets the timer for the next due change. */
  function pump(): void {
    if (!running || suspended !== null) return;
    timers.clear(timer);
    timer = null;
    followClock();
    withdrawSkipped();
    // One time for all that follows: a wait that ends meanwhile still gets its timer.
    const startedAt = { wall: now(), monotonic: elapsed() };
    const read = readQueues(startedAt.wall);
    if (!read.ok) {
      databaseFailures += 1;
      timer = timers.set(pump, backoff(databaseFailures, random()));
      return;
    }
    databaseFailures = 0;
    const { queues: all, next } = read.value;
    showBreaker();
    const isOpen = breaker.from() > startedAt.monotonic;
    if (!isOpen) reserveForAll(all);
    reserveForChanges();
    // Collected only now, because `reserveFor` may have added waits.
    const ends = [...skippedUntil.values(), ...limitedUntil.values()].filter(
      (at) => at > startedAt.monotonic,
    );
    if (isOpen && all.length > 0) ends.push(breaker.from());
    // No timer is needed for users whose slots are all taken: the end of a send calls `pump`.
    const soonest = Math.min(next - now(), Math.min(...ends) - elapsed());
    if (soonest < Infinity) {
      timer = timers.set(pump, Math.max(0, Math.min(soonest, MAX_TIMER_MS)));
    }
  }

  /**
   * Withdraws what canceled saves left in the changes whose skip is over, as the end of their send would have. Nothing
   * else does: those changes are not sent any more.
   */
  function withdrawSkipped(): void {
    const ended = [...skippedUntil].flatMap(([id, until]) => (isAhead(until) ? [] : id));
    if (ended.length === 0) return;
    const done = write((tables) => {
      for (const id of ended) withdrawCanceled(tables, id, now());
    });
    for (const id of ended) {
      if (done.ok) skippedUntil.delete(id);
      else skip(id);
    }
  }

  /** The queues of all users, and when the next wait ends. */
  function readQueues(at: number): Result<{ queues: UserQueue[]; next: number }> {
    return database.read((tables) => ({
      queues: queues(tables),
      next: tables.outbox.nextDue(at) ?? Infinity,
    }));
  }

  /** Shows until when the circuit breaker is open, if that is new. */
  function showBreaker(): void {
    const from = breaker.from();
    if (from === shownFrom) return;
    shownFrom = from;
    sendStatus.breakerOpen(from === 0 ? 0 : now() + from - elapsed());
  }

  /** Reserves a user's requests for their changes while one of their changes waits for requests or is being sent. */
  function reserveForChanges(): void {
    const sending = slots.all().map(({ user: { userId } }) => userId);
    const waiting = [...reserving.values()].map(({ userId }) => userId);
    deps.limiter.reserveForChanges(new Set([...sending, ...waiting]));
  }

  /** Whether the circuit breaker lets a change be sent: while open, one at a time and what was just saved. */
  function maySend({ entryId }: NextSend): boolean {
    if (!breaker.isOpen() || entryId === sendNext) return true;
    return breaker.from() <= elapsed() && slots.count === 0;
  }

  /** Reserves requests for the next change of each user. Chooses all of them in one transaction, which costs most. */
  function reserveForAll(all: readonly UserQueue[]): void {
    const unlimited = all.filter(({ key }) => !isAhead(limitedUntil.get(key)));
    const chosen = database.read((tables) => {
      const saves = tables.outbox.savesInOrder();
      const state = currentState();
      return unlimited.map((queue) => ({ queue, next: nextSend(tables, queue, state, saves) }));
    });
    if (!chosen.ok) return;
    for (const { queue, next } of chosen.value) if (next) reserveFor(queue, next);
  }

  /** Reserves requests for a user's next change, or raises the priority of a reservation in progress. */
  function reserveFor(queue: UserQueue, next: NextSend): void {
    const { key, userId, signIns } = queue;
    if (!maySend(next)) return;
    if (signIns.includes(null) && next.signInId === null) {
      return void recordEnd(next.entryId, {
        end: 'paused',
        signInId: null,
        failure: { code: 'sign-in.not-found' },
      });
    }
    const current = reserving.get(key);
    if (current) return current.priority.raise(next.priority);
    const priority = new RaisablePriority(next.priority);
    reserving.set(key, { userId, priority, work: reserve(queue, priority) });
  }

  async function reserve(queue: UserQueue, priority: RaisablePriority): Promise<void> {
    const { key, userId } = queue;
    const reserved = await deps.limiter.reserve(
      userId,
      REQUESTS_PER_SEND,
      priority,
      stopping.signal,
    );
    reserving.delete(key);
    if (!running || suspended !== null) {
      if (reserved.ok) reserved.value.release();
      return;
    }
    if (!reserved.ok) {
      if (reserved.failure.code === 'app.stopping') return;
      postponeUser(queue, reserved.failure);
      return pump();
    }
    // Choose only now, because a more urgent change may have been saved during the wait for the rate limit.
    // While the circuit breaker is open, the first user who gets a reservation makes the next try.
    const chosen = database.read((tables) => chooseNext(tables, queue));
    if (chosen.ok && chosen.value && maySend(chosen.value)) {
      start(queue, chosen.value, priority, reserved.value);
    } else {
      reserved.value.release();
    }
    pump();
  }

  /** Marks a user as rate-limited, and postpones the person's own changes of this user. */
  function postponeUser({ key, signIns }: UserQueue, failure: Failure): void {
    followClock();
    const ms = failure.retryAt === undefined ? backoff(1, random()) : waitOf(failure, now());
    limitedUntil.set(key, elapsed() + ms);
    const times = { isExcluded: isBeingSent, nextTry: nextTry(failure), at: now() };
    write((tables) => postponeOwn(tables, signIns, failure, times));
  }

  function start(
    queue: UserQueue,
    next: NextSend,
    priority: RaisablePriority,
    reservation: Reservation,
  ): void {
    const { entryId } = next;
    skippedUntil.delete(entryId);
    const wasNext = sendNext === entryId;
    if (wasNext) sendNext = null;
    const abort = new AbortController();
    const startedAt = deps.elapsed();
    const breakerState = breaker.started();
    const work = sendChange(deps, entryId, {
      signal: AbortSignal.any([stopping.signal, abort.signal]),
      priority,
      reservation,
      force: forced.delete(entryId),
    })
      // Always give back the requests that the send did not use.
      .finally(() => reservation.release())
      .catch((): SendResult => {
        return { end: 'waiting', failure: { code: 'app.unexpected' }, version: null };
      })
      .then((result) => {
        slots.end(entryId);
        if (result.end === 'confirmed') slots.recordDuration(deps.elapsed() - startedAt);
        // The send waited for the keychain, and the person still waits for this change.
        if (wasNext && result.end === 'reschedule') sendNext ??= entryId;
        if (stopping.signal.aborted) return;
        // Before new waits are stored, which fit the clock as it is now.
        followClock();
        if (result.end === 'waiting' && breaker.failed(result.failure, breakerState)) {
          write((tables) => markOwnWaiting(tables, result.failure, isBeingSent));
        }
        const passed = ['confirmed', 'conflict', 'differs', 'refused'];
        if (passed.includes(result.end)) breaker.passed();
        recordEnd(entryId, limitMoves(entryId, result));
        sendStatus.set(entryId, { step: null });
        pump();
      });
    slots.start({ ...next, user: queue, priority, abort, work });
  }

  /** Lets a change wait if its sends keep ending without a result, to prevent a busy loop. */
  function limitMoves(entryId: string, result: SendResult): SendResult {
    const hasMoved = result.end === 'moved-on' || result.end === 'reschedule';
    const count = hasMoved ? (moves.get(entryId) ?? 0) + 1 : 0;
    moves.set(entryId, count);
    if (count === 0) moves.delete(entryId);
    if (count < MAX_MOVES) return result;
    moves.delete(entryId);
    return { end: 'waiting', failure: { code: 'app.unexpected' }, version: null };
  }

  /** The time of the next try, ms since the epoch, as a function of the number of attempts. */
  function nextTry(failure: Failure): (attempts: number) => number {
    return (attempts) => {
      // Adds jitter, so that the changes do not all start at the same moment after a block.
      const asked = waitOf(failure, now()) + Math.round(random() * 1_000);
      return now() + Math.max(backoff(attempts, random()), asked);
    };
  }

  function skip(entryId: string): void {
    skippedUntil.set(entryId, elapsed() + backoff(3, random()));
  }

  /** Stores the end of a send. If that fails, the change is skipped for a while. */
  function recordEnd(entryId: string, result: SendResult): void {
    const failure = result.end === 'waiting' ? result.failure : { code: 'app.unexpected' as const };
    const paused = write((tables) => {
      // In the same transaction: a change that is paused waits until the issue of its sign-in ends.
      if (result.end === 'paused' && result.signInId !== null) {
        deps.recordSignInIssue(tables, result.signInId, result.failure);
      }
      return storeSendResult(tables, entryId, result, nextTry(failure), now());
    });
    if (!paused.ok) return skip(entryId);
    for (const id of paused.value) forced.delete(id);
  }

  /**
   * Queues the waiting and paused changes that match, and looks for changes to send.
   * @param force whether to try them even with a sign-in that is known not to work
   */
  function requeueAndProbe(matches: (entry: QueueEntry) => boolean, force = false): void {
    if (stopping.signal.aborted) return;
    const queued = write((tables) => requeue(tables, matches));
    if (force && queued.ok) for (const id of queued.value) forced.add(id);
    probe(force);
  }

  /**
   * Looks for changes to send, even if the circuit breaker is waiting.
   * @param byPerson whether the person asked for it: also if Cloudflare asked to wait
   */
  function probe(byPerson = false): void {
    breaker.retry(byPerson);
    pump();
  }

  /** Moves the stored waits if the clock was set back, so that they keep their length. Those of one set forward end early. */
  function followClock(): void {
    const ms = Math.round(now() - elapsed() - clockAhead);
    if (Math.abs(ms) < CLOCK_TOLERANCE_MS) return;
    if (ms > 0 || write(({ outbox }) => outbox.moveWaits(ms)).ok) clockAhead += ms;
  }

  function abortSends(): void {
    for (const { abort } of slots.all()) abort.abort();
  }

  /**
   * Sends again: the computer woke up. Also aborts and restarts running sends, because `suspend` may not have been
   * called.
   */
  function resume(): void {
    timers.clear(suspended);
    suspended = null;
    abortSends();
    probe();
  }

  /**
   * Makes the changes of the sign-ins that changed match their states. If that cannot be stored, tries again after a while.
   * @returns whether any were queued
   */
  function applySignIns(): boolean {
    timers.clear(signInTimer);
    const isExcluded = (id: string): boolean => forced.has(id) || slots.has(id) || id === sendNext;
    const queued = write((tables) =>
      [...changedSignIns].flatMap((id) => applySignInState(tables, id, isExcluded)),
    );
    if (!queued.ok) {
      const again = (): void => void (applySignIns() && probe());
      signInTimer = timers.set(again, backoff(3, random()));
      return false;
    }
    changedSignIns.clear();
    return queued.value.length > 0;
  }

  /** Queues what a new launch can try, and looks for changes to send. If that cannot be stored, tries again after a while. */
  function queueAtStart(): void {
    const at = now();
    const asked = write((tables) => {
      deps.justSaved.forgetRemoved(tables);
      // Stored before the clock was set back between two runs.
      tables.outbox.endWaitsAfter(at + LONGEST_WAIT_MS);
      return requeueAtStart(tables, at);
    });
    if (!asked.ok) launchTimer = timers.set(queueAtStart, backoff(3, random()));
    else if (asked.value) breaker.failed(asked.value, breaker.started());
    probe();
  }

  function onChange({ by, signIns, topics }: Change): void {
    if (by === 'sync') return;
    for (const id of signIns) changedSignIns.add(id);
    const hasQueued = signIns.size > 0 && applySignIns();
    if (hasQueued || topics.has('outbox')) probe();
  }

  return {
    /** Starts sending. Changes that wait for the network or for Cloudflare are due, unless Cloudflare asked to wait. */
    start(): void {
      running = true;
      unsubscribe = database.changes.subscribe(onChange);
      queueAtStart();
    },
    /** Sends this organization's change before all others, because the person just saved it. */
    first(entryId: string): void {
      sendNext = entryId;
      slots.raisePriority(entryId);
      probe(true);
    },
    /**
     * Aborts all sends and starts none until `resume`: the computer goes to sleep. Otherwise Chromium would repeat a
     * write by itself hours later, when it finds its connection broken. A write that was aborted is like any lost
     * answer: the next send recognizes it.
     */
    suspend(): void {
      if (!running) return;
      timers.clear(suspended);
      suspended = timers.set(resume, MAX_SUSPEND_MS);
      abortSends();
    },
    resume,
    /** Checks all waits again. Call it when the clock was set or the process was stopped for a while. */
    wake(): void {
      if (!running) return;
      probe();
    },
    /** Retries one organization's change now. Without an id, retries all changes that wait or are paused. */
    retryNow(entryId?: string): void {
      for (const id of skippedUntil.keys()) skippedUntil.set(id, 0);
      sendNext = entryId ?? sendNext;
      requeueAndProbe((entry) => entryId === undefined || entry.entryId === entryId, true);
    },
    /** Retries the paused changes of a save now. */
    retrySave(save: string): void {
      const ofSave = database.read(({ outbox }) => outbox.ofSave(save));
      const ids = new Set(ofSave.ok ? ofSave.value : []);
      requeueAndProbe(({ entryId, state }) => state === 'paused' && ids.has(entryId), true);
    },
    /** Aborts sends of a paused or canceled save, except those that are already writing. */
    haltSave(save: string): void {
      for (const { entryId, saveId, abort } of slots.all()) {
        if (saveId === save && !sendStatus.isWriting(entryId)) abort.abort();
      }
    },
    /** Call when the network is back. Changes that failed with `network.*` are due then. */
    // Changes that wait for Cloudflare keep waiting: a working network does not mean that Cloudflare works.
    onNetworkRecovered: (): void => requeueAndProbe((entry) => waitsFor(entry, 'network.')),
    /** Call when what earlier runs left has been checked. Changes that waited for that are due then. */
    onKeyRead: (): void => requeueAndProbe((entry) => waitsFor(entry, 'keychain.')),
    /** Average duration of a send, in ms, without waits for the rate limit. */
    sendMs: (): number => slots.averageMs,
    /** Aborts all sends and stops. The changes stay in the database as they are. */
    async stop(): Promise<void> {
      running = false;
      unsubscribe();
      timers.clear(timer);
      timers.clear(suspended);
      timers.clear(signInTimer);
      timers.clear(launchTimer);
      stopping.abort();
      const reservations = [...reserving.values()].map(({ work }) => work);
      await Promise.all([...slots.all().map(({ work }) => work), ...reservations]);
    },
  };
}

/** Sends pending changes. The change feed notifies it of new changes and of changed sign-ins. */
export type Scheduler = ReturnType<typeof createScheduler>;
