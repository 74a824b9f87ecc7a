/**
 * Takes pending changes from the outbox and sends them: one at a time per organization, a few at once for
 * each Cloudflare user, the person's own before those of jobs. It reserves requests first and only then
 * chooses the user's most urgent change, so that nothing waits between its read and its write. Sends under
 * way live in memory; everything else is in the database, where a restart continues.
 */
import type { Failure, Outcome } from '../../shared/failure';
import { backoff } from '../lib/backoff';
import { RaisablePriority, type Reservation } from '../rate-limit/priority';
import type { Change } from '../database/change-feed';
import type { QueueEntry, Tables } from '../database/tables';
import { createCircuitBreaker } from './circuit-breaker';
import type { SyncDependencies } from './dependencies';
import { followSignIn, holdOwn, queueAgain, refuseOwn, storeEnd } from './outbox-timing';
import { REQUESTS, sendChange } from './send';
import type { SendEnd } from './send-end';
import { SendSlots } from './send-slots';
import {
  byNextTurn,
  IMPOSSIBLE_WAIT_MS,
  nextTurn,
  userQueues,
  type Circumstances,
  type Turn,
  type UserQueue,
} from './user-queues';

/** Longest timer, in ms: the clock may be set, the computer may sleep. */
const LOOK_EVERY_MS = 60_000;

/** Sends in a row that may find their change moved on before it has to wait. */
const MOST_MOVES = 5;

/** Sends pending changes. It hears of those that are new, and of sign-ins, on the change feed. */
export interface Scheduler {
  /** Starts; what waits for the network is due at once. */
  start(): void;
  /** This organization's change goes first: the person just saved it. */
  first(organizationId: string): void;
  /** The computer woke up, or its clock was set: waits are looked at again. */
  wake(): void;
  /** Tries one organization's change now, or without an id all that wait or are paused. */
  retryNow(organizationId?: string): void;
  /** Tries the paused changes of a job now. */
  retryJob(job: string): void;
  /** Aborts sends of a paused or cancelled job, except those that are already writing. */
  haltJob(job: string): void;
  /** The network is back: changes that failed with `network.*` are due. */
  cameOnline(): void;
  /** How long a send takes at present, in ms, with nothing to wait for. */
  sendMs(): number;
  /** Aborts all sends and stops; the changes stay as they are in the database. */
  stop(): Promise<void>;
}

/** Whether this change waits because of a failure whose code starts so. */
function waitsFor({ state, failure }: QueueEntry, ...kinds: string[]): boolean {
  return state === 'waiting' && kinds.some((kind) => failure?.code.startsWith(kind));
}

/** Makes a scheduler that has not started. */
export function createScheduler(deps: SyncDependencies): Scheduler {
  const { store, now, random, timers, progress } = deps;
  const slots = new SendSlots();
  const breaker = createCircuitBreaker({ now, random });
  const stopping = new AbortController();
  /** The person said "try again": sent even with a sign-in that is known not to work. */
  const insisted = new Set<string>();
  /** Until when changes are skipped because the end of their send could not be stored. */
  const heldBack = new Map<string, number>();
  /** How often in a row a send found its change moved on. */
  const moves = new Map<string, number>();
  /** Until when a user is rate-limited. */
  const refused = new Map<string, number>();
  /** Reservations under way: at most one for each user. */
  const reserving = new Map<
    string,
    { userId: string; priority: RaisablePriority; work: Promise<void> }
  >();
  let running = false;
  let urgent: string | null = null;
  let storeFailures = 0;
  let timer: unknown = null;
  let unsubscribe = (): void => undefined;

  const write = <T>(work: (tables: Tables) => T): Outcome<T> => store.write(work, 'sync');
  const isAhead = (time: number | undefined): boolean =>
    time !== undefined && time > now() && time <= now() + IMPOSSIBLE_WAIT_MS;
  const isBeingSent = (id: string): boolean => slots.has(id);
  const isLeftAlone = (id: string): boolean => slots.has(id) || isAhead(heldBack.get(id));

  const circumstances = (): Circumstances => ({
    now: now(),
    urgent,
    free: (user) => slots.free(user),
    isLeftAlone,
  });
  const choose = (tables: Tables, queue: UserQueue): Turn | null =>
    nextTurn(tables, queue, circumstances());

  /** With an open circuit breaker one send probes for all users, so their order matters. */
  function queues(tables: Tables): UserQueue[] {
    const all = userQueues(tables);
    return breaker.isOpen() ? byNextTurn(tables, all, circumstances()) : all;
  }

  function pump(): void {
    if (!running) return;
    timers.clear(timer);
    timer = null;
    const read = store.read((tables) => ({
      queues: queues(tables),
      next: tables.outbox.nextDue(now()) ?? Infinity,
    }));
    if (!read.ok) {
      storeFailures += 1;
      timer = timers.set(pump, backoff(storeFailures, random()));
      return;
    }
    storeFailures = 0;
    const { queues: all, next } = read.value;
    progress.hold(breaker.from());
    const isHeld = breaker.from() > now();
    if (!isHeld) for (const queue of all) serve(queue);
    holdBackground();
    // What was served may be skipped for a while now.
    const waits = [next, ...heldBack.values(), ...refused.values()].filter((at) => at > now());
    if (isHeld && all.length > 0) waits.push(breaker.from());
    // With all slots taken the end of a send pumps again.
    const soonest = Math.min(...waits);
    if (soonest < Infinity) timer = timers.set(pump, Math.min(soonest - now(), LOOK_EVERY_MS));
  }

  /** Background work of a user stops while one of their changes waits or is being sent. */
  function holdBackground(): void {
    const sending = slots.all().map(({ user: { userId } }) => userId);
    const waiting = [...reserving.values()].map(({ userId }) => userId);
    deps.limiter.holdBackground(new Set([...sending, ...waiting]));
  }

  /** With an open circuit breaker one send probes, plus the one the person just saved. */
  function mayTry({ organizationId }: Turn): boolean {
    if (!breaker.isOpen() || organizationId === urgent) return true;
    return breaker.from() <= now() && slots.count === 0;
  }

  /** Reserves requests for a user's next change, or makes a reservation under way more urgent. */
  function serve(queue: UserQueue): void {
    const { key, userId, signIns } = queue;
    if (isAhead(refused.get(key))) return;
    const chosen = store.read((tables) => choose(tables, queue));
    if (!chosen.ok || !chosen.value || !mayTry(chosen.value)) return;
    if (signIns.includes(null) && chosen.value.credentialId === null) {
      return void settle(chosen.value.organizationId, {
        end: 'paused',
        credentialId: null,
        failure: { code: 'sign-in.none' },
      });
    }
    const under = reserving.get(key);
    if (under) return under.priority.raise(chosen.value.priority);
    const priority = new RaisablePriority(chosen.value.priority);
    reserving.set(key, { userId, priority, work: reserve(queue, priority) });
  }

  async function reserve(queue: UserQueue, priority: RaisablePriority): Promise<void> {
    const { key, userId } = queue;
    const reserved = await deps.limiter.reserve(userId, REQUESTS, priority, stopping.signal);
    reserving.delete(key);
    if (!running) {
      if (reserved.ok) reserved.value.release();
      return;
    }
    if (!reserved.ok) {
      if (reserved.failure.code === 'app.stopping') return;
      refuseUser(queue, reserved.failure);
      return pump();
    }
    // Chosen only now: something more urgent may have come during the wait for the limit. With an open
    // circuit breaker the first user whose limit allows it probes.
    const chosen = store.read((tables) => choose(tables, queue));
    if (chosen.ok && chosen.value && mayTry(chosen.value))
      start(queue, chosen.value, priority, reserved.value);
    else reserved.value.release();
    pump();
  }

  /** Marks the user rate-limited; the person's changes store until when. */
  function refuseUser({ key, signIns }: UserQueue, failure: Failure): void {
    refused.set(key, failure.retryAt ?? now() + backoff(1, random()));
    const times = { except: isBeingSent, nextTry: nextTry(failure), at: now() };
    write((tables) => refuseOwn(tables, signIns, failure, times));
  }

  function start(
    queue: UserQueue,
    turn: Turn,
    priority: RaisablePriority,
    reservation: Reservation,
  ): void {
    const { organizationId } = turn;
    heldBack.delete(organizationId);
    const wasUrgent = urgent === organizationId;
    if (wasUrgent) urgent = null;
    const stop = new AbortController();
    const began = now();
    const started = breaker.started();
    const work = sendChange(deps, organizationId, {
      signal: AbortSignal.any([stopping.signal, stop.signal]),
      priority,
      reservation,
      insist: insisted.delete(organizationId),
    })
      // However it ended: what it did not use is for others.
      .finally(() => reservation.release())
      .catch((): SendEnd => {
        return { end: 'waiting', failure: { code: 'app.unexpected' }, version: null };
      })
      .then((result) => {
        slots.end(organizationId);
        if (result.end === 'confirmed') slots.took(now() - began);
        // It had to wait for the keychain: the person still waits for this change.
        if (wasUrgent && result.end === 'again') urgent ??= organizationId;
        if (stopping.signal.aborted) return;
        if (result.end === 'waiting' && breaker.failed(result.failure, started)) {
          write((tables) => holdOwn(tables, result.failure, isBeingSent));
        }
        const passed = ['confirmed', 'conflict', 'differs', 'refused'];
        if (passed.includes(result.end)) breaker.passed();
        settle(organizationId, countMoves(organizationId, result));
        progress.set(organizationId, { step: null });
        pump();
      });
    slots.start({ ...turn, user: queue, priority, stop, work });
  }

  /** A change that moves on again and again has to wait, so that no loop runs hot. */
  function countMoves(organizationId: string, result: SendEnd): SendEnd {
    const hasMoved = result.end === 'moved-on' || result.end === 'again';
    const count = hasMoved ? (moves.get(organizationId) ?? 0) + 1 : 0;
    moves.set(organizationId, count);
    if (count === 0) moves.delete(organizationId);
    if (count < MOST_MOVES) return result;
    moves.delete(organizationId);
    return { end: 'waiting', failure: { code: 'app.unexpected' }, version: null };
  }

  /** When to try again after so many tries, ms since the epoch. */
  function nextTry(failure: Failure): (attempts: number) => number {
    return (attempts) => {
      // After a block the changes do not all come back at the very same moment.
      const allowed = (failure.retryAt ?? 0) + Math.round(random() * 1_000);
      // Never so far ahead that it would count as due at once: that would be a burst.
      const next = Math.max(now() + backoff(attempts, random()), allowed);
      return Math.min(next, now() + IMPOSSIBLE_WAIT_MS);
    };
  }

  /** Stores the end of a send. If that fails, the change is skipped for a while. */
  function settle(organizationId: string, result: SendEnd): void {
    const failure = result.end === 'waiting' ? result.failure : { code: 'app.unexpected' as const };
    const paused = write((tables) =>
      storeEnd(tables, organizationId, result, nextTry(failure), now()),
    );
    if (!paused.ok) return void heldBack.set(organizationId, now() + backoff(3, random()));
    for (const id of paused.value) insisted.delete(id);
    if (result.end === 'paused' && result.credentialId !== null) {
      deps.onSignInIssue(result.credentialId, result.failure);
    }
  }

  /** Queues the waiting and paused changes that are meant, and probes at once. */
  function requeue(isMeant: (entry: QueueEntry) => boolean, insist = false): void {
    if (stopping.signal.aborted) return;
    const queued = write((tables) => queueAgain(tables, isMeant));
    if (insist && queued.ok) for (const id of queued.value) insisted.add(id);
    probe();
  }

  /** Looks for changes to send, also where failures said to wait. */
  function probe(): void {
    breaker.retry();
    pump();
  }

  function onChange({ by, signIns, topics }: Change): void {
    if (by === 'sync') return;
    const isInsisted = (id: string): boolean => insisted.has(id) || slots.has(id) || id === urgent;
    const queued =
      signIns.size > 0 &&
      write((tables) => [...signIns].flatMap((id) => followSignIn(tables, id, isInsisted)));
    const hasQueued = queued && queued.ok && queued.value.length > 0;
    if (hasQueued || topics.has('outbox')) probe();
  }

  return {
    start() {
      running = true;
      unsubscribe = store.changes.subscribe(onChange);
      // A keychain that was locked last time may be open now; a refused sign-in needs the person.
      const locked = ({ state, failure }: QueueEntry): boolean =>
        state === 'paused' && failure?.code.startsWith('keychain.') === true;
      requeue((entry) => waitsFor(entry, 'network.', 'cloudflare.trouble') || locked(entry));
    },
    first(organizationId) {
      urgent = organizationId;
      slots.hurry(organizationId);
      probe();
    },
    wake: probe,
    retryNow(organizationId) {
      heldBack.clear();
      urgent = organizationId ?? urgent;
      requeue(
        (entry) => organizationId === undefined || entry.organizationId === organizationId,
        true,
      );
    },
    retryJob(job) {
      const of = store.read(({ outbox }) => outbox.ofJob(job));
      const ids = new Set(of.ok ? of.value : []);
      requeue(({ organizationId, state }) => state === 'paused' && ids.has(organizationId), true);
    },
    haltJob(job) {
      for (const { organizationId, bulkJobId, stop } of slots.all()) {
        const isReading = progress.of(organizationId).step === 'reading';
        if (bulkJobId === job && isReading) stop.abort();
      }
    },
    // What waits for Cloudflare keeps its wait: a working network does not mean that Cloudflare works.
    cameOnline: () => requeue((entry) => waitsFor(entry, 'network.')),
    sendMs: () => slots.usualMs,
    async stop() {
      running = false;
      unsubscribe();
      timers.clear(timer);
      stopping.abort();
      const reservations = [...reserving.values()].map(({ work }) => work);
      await Promise.all([...slots.all().map(({ work }) => work), ...reservations]);
    },
  };
}
