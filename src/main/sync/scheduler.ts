/**
 * Takes pending changes from the outbox and sends them: one at a time per organization, a few at
 * once, those of bulk jobs behind those the person saved one by one. What is under way lives here in memory; everything else is in the database, so a restart
 * begins from there.
 */
import type { Failure } from '../../shared/failure';
import type { OutboxRow, QueueEntry, Tables } from '../store/tables';
import { backoff } from './backoff';
import type { SyncDependencies } from './dependencies';
import * as outcomes from './outcomes';
import { AT_ONCE, Hands, type Turn, type UnderWay } from './hands';
import { createRestraint } from './restraint';
import { sendChange } from './send-change';
import type { SendResult } from './sending';
import { createSettling, IMPOSSIBLE_WAIT_MS } from './settling';

/** Longest time between two looks at the clock, in ms: it may be set, the computer may sleep. */
const LOOK_EVERY_MS = 60_000;

/** Sends what waits. */
export interface Scheduler {
  /** Begins, with everything that waits for the network due at once. */
  start(): void;
  /** Something new may be in the outbox; this organization's change, if given, goes before others. */
  wake(organizationId?: string): void;
  /** Tries one organization's change now, or without an id all that wait or are paused. */
  retryNow(organizationId?: string): void;
  /** Tries those changes of a bulk job now that wait for the person, conflicts excepted. */
  retryRun(bulkRunId: string): void;
  /** Ends what is under way for a bulk job and does not write yet: it is paused, or cancelled. */
  haltRun(bulkRunId: string): void;
  /** Cloudflare answers again: what waited for that is due. */
  cameOnline(): void;
  /** A sign-in works again: its paused changes go on. */
  signInHealed(credentialId: string): void;
  /** A sign-in was found not to work: its changes pause. */
  signInFailed(credentialId: string, failure: Failure): void;
  /** Aborts what is under way and ends; the changes stay as they are in the database. */
  stop(): Promise<void>;
}

/** Whether this change waits for something that has this kind of code. */
function waitsFor({ state, failure }: QueueEntry, ...kinds: string[]): boolean {
  return state === 'waiting' && kinds.some((kind) => failure?.code.startsWith(kind));
}

/** Makes a scheduler that has not begun. */
export function createScheduler(deps: SyncDependencies): Scheduler {
  const { store, now, random, timers, progress } = deps;
  const hands = new Hands();
  /** The person said "try again": asked with a sign-in that is known not to work, too. */
  const insisted = new Set<string>();
  const stopping = new AbortController();
  const restraint = createRestraint(AT_ONCE, { now, random });
  const { settle, pauseSignIn, heldBack } = createSettling(deps, (id) => insisted.delete(id));
  let running = false;
  let urgent: string | null = null;
  let storeFailures = 0;
  let timer: unknown = null;

  const isLeftAlone = (id: string): boolean => {
    const held = heldBack.get(id) ?? 0;
    return hands.has(id) || (held > now() && held <= now() + IMPOSSIBLE_WAIT_MS);
  };

  /** What of the person's own may begin now, in order, and when the next wait is over. */
  function look({ outbox }: Tables): { due: OutboxRow[]; next: number } {
    const due = outbox.due(now(), now() + IMPOSSIBLE_WAIT_MS, AT_ONCE, isLeftAlone);
    const first = urgent === null || isLeftAlone(urgent) ? null : outbox.get(urgent);
    return {
      due: first?.state === 'queued' ? [first, ...due] : due,
      next: outbox.nextDue(now()) ?? Infinity,
    };
  }

  /** Begins what there are hands for; the end of a send, for one, calls `goOn` alone. */
  function pump(): void {
    hands.lookAgain();
    goOn();
  }

  function goOn(): void {
    if (!running) return;
    timers.clear(timer);
    timer = null;
    const read = store.read(look);
    if (!read.ok) {
      storeFailures += 1;
      timer = timers.set(pump, backoff(storeFailures, random()));
      return;
    }
    storeFailures = 0;
    const { due, next } = read.value;
    progress.hold(restraint.from());
    const waits = [next, ...[...heldBack.values()].filter((until) => until > now())];
    if (restraint.from() > now()) {
      if (due.length > 0 || nextOfRuns()) waits.push(restraint.from());
    } else {
      for (const { organizationId } of due) {
        const free = hands.own < restraint.atOnce() && !hands.has(organizationId);
        if (free) begin({ organizationId, bulkRunId: null, credentialId: null });
      }
      beginRuns();
    }
    // With all hands busy the end of a send pumps again.
    const soonest = Math.min(...waits);
    if (soonest < Infinity) timer = timers.set(pump, Math.min(soonest - now(), LOOK_EVERY_MS));
  }

  function nextOfRuns(): Turn | null {
    const full = hands.fullSignIns();
    if (hands.isNothingBeside(full)) return null;
    const horizon = now() + IMPOSSIBLE_WAIT_MS;
    const next = store.read(({ outbox }) => outbox.nextOfRuns(now(), horizon, isLeftAlone, full));
    if (next.ok && !next.value) hands.foundNothingBeside(full);
    return next.ok ? next.value : null;
  }

  /** Begins what there are hands for: for each sign-in a few, while nothing gets through one. */
  function beginRuns(): void {
    while (restraint.atOnce() > 1 || hands.count < 1) {
      const turn = nextOfRuns();
      if (!turn) return;
      begin(turn);
    }
  }

  function begin(turn: Turn): void {
    const { organizationId } = turn;
    heldBack.delete(organizationId);
    if (urgent === organizationId) urgent = null;
    hands.begin(turn, send);
  }

  function send({ organizationId, urgency, stop }: Omit<UnderWay, 'work'>): Promise<void> {
    const began = restraint.began();
    const insist = insisted.delete(organizationId);
    const signal = AbortSignal.any([stopping.signal, stop.signal]);
    return sendChange(deps, organizationId, signal, insist, urgency)
      .catch((): SendResult => {
        return { end: 'waiting', row: null, failure: { code: 'app.unexpected' } };
      })
      .then((result) => {
        hands.end(organizationId);
        if (stopping.signal.aborted) return;
        if (result.end === 'waiting' && restraint.met(result.failure, began)) hold(result.failure);
        if (['confirmed', 'conflict', 'refused'].includes(result.end)) restraint.passed();
        settle(organizationId, result);
        progress.set(organizationId, { step: null });
        deps.onSendEnded?.(organizationId);
        goOn();
      });
  }

  /** Lets what is queued say what it waits for, while one change tries the way for all. */
  function hold(failure: Failure): void {
    const held = store.write((tables) =>
      outcomes.holdQueued(tables, failure, (id) => hands.has(id)),
    );
    for (const id of held.ok ? held.value : []) progress.changed(id);
  }

  /** Makes those that `which` accepts due, then looks. */
  function requeue(which: (entry: QueueEntry) => boolean, insist = false): void {
    if (stopping.signal.aborted) return;
    const written = store.write((tables) => outcomes.requeue(tables, which));
    for (const id of written.ok ? written.value : []) {
      if (insist) insisted.add(id);
      progress.changed(id);
    }
    restraint.lift();
    pump();
  }

  return {
    start() {
      running = true;
      // A keychain that was locked last time may be open now; a refused sign-in needs the person.
      const locked = ({ state, failure }: QueueEntry): boolean =>
        state === 'paused' && failure?.code.startsWith('keychain.') === true;
      requeue((entry) => waitsFor(entry, 'network.', 'cloudflare.trouble') || locked(entry));
    },
    wake(organizationId) {
      urgent = organizationId ?? urgent;
      if (organizationId !== undefined) hands.hurry(organizationId);
      restraint.lift();
      pump();
    },
    retryNow(organizationId) {
      heldBack.clear();
      urgent = organizationId ?? urgent;
      const all = ({ state }: QueueEntry): boolean => state === 'waiting' || state === 'paused';
      const one = (entry: QueueEntry): boolean =>
        entry.organizationId === organizationId && entry.state !== 'conflict';
      requeue(organizationId === undefined ? all : one, true);
    },
    retryRun: (bulkRunId) =>
      requeue(
        (entry) =>
          entry.bulkRunId === bulkRunId && (entry.state === 'refused' || entry.state === 'paused'),
        true,
      ),
    haltRun(bulkRunId) {
      for (const { organizationId, stop } of hands.all(bulkRunId)) {
        if (progress.of(organizationId).step === 'reading') stop.abort();
      }
    },
    // What waits for Cloudflare itself keeps its own wait: that the network is there says nothing of it.
    cameOnline: () => requeue((entry) => waitsFor(entry, 'network.')),
    signInHealed: (id) =>
      requeue(({ state, credentialId }) => state === 'paused' && credentialId === id),
    signInFailed: (credentialId, failure) => void pauseSignIn(credentialId, failure),
    async stop() {
      running = false;
      timers.clear(timer);
      stopping.abort();
      await Promise.all(hands.all().map(({ work }) => work));
    },
  };
}
