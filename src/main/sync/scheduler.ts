/**
 * Takes pending changes from the outbox and sends them: one at a time per organization, a few at
 * once. What is under way lives here in memory; everything else is in the database, so a restart
 * begins from there.
 */
import type { Failure } from '../../shared/failure';
import type { OutboxRow } from '../store/tables';
import { backoff } from './backoff';
import type { SyncDependencies } from './dependencies';
import * as outcomes from './outcomes';
import { sendChange, type SendResult } from './send-change';

/** Sends at once, over all organizations. */
const AT_ONCE = 4;
/** A wait longer than any we make (the longest block plus a backoff): the clock was set back. */
const IMPOSSIBLE_WAIT_MS = 1_300_000;
/** Longest time between two looks at the clock, in ms: it may be set, the computer may sleep. */
const LOOK_EVERY_MS = 60_000;

/** Sends what waits. */
export interface Scheduler {
  /** Begins, with everything that waits for the network due at once. */
  start(): void;
  /** Something new may be in the outbox. */
  wake(): void;
  /** Tries one organization's change now, or without an id all that wait or are paused. */
  retryNow(organizationId?: string): void;
  /** Cloudflare answers again: what waited for that is due. */
  cameOnline(): void;
  /** A sign-in works again: its paused changes go on. */
  signInHealed(credentialId: string): void;
  /** A sign-in was found not to work: its changes pause. */
  signInFailed(credentialId: string, failure: Failure): void;
  /** Aborts what is under way and ends; the changes stay as they are in the database. */
  stop(): Promise<void>;
}

/** Whether the wait of this row ends when Cloudflare answers again. */
function waitsForNetwork({ state, failure }: OutboxRow): boolean {
  if (state !== 'waiting' || !failure) return false;
  return failure.code.startsWith('network.') || failure.code.startsWith('cloudflare.trouble');
}

/** Makes a scheduler that has not begun. */
export function createScheduler(deps: SyncDependencies): Scheduler {
  const { store, now, random, timers, progress } = deps;
  const active = new Map<string, Promise<void>>();
  /** Until when an organization is left alone because its outcome could not be stored. */
  const heldBack = new Map<string, number>();
  const stopping = new AbortController();
  let running = false;
  let storeFailures = 0;
  let timer: unknown = null;

  const dueAt = ({ organizationId, state, nextAttemptAt }: OutboxRow): number => {
    const held = heldBack.get(organizationId) ?? 0;
    const due = Math.max(held, state === 'waiting' ? (nextAttemptAt ?? 0) : 0);
    return due > now() + IMPOSSIBLE_WAIT_MS ? 0 : due;
  };

  function pump(): void {
    if (!running) return;
    timers.clear(timer);
    timer = null;
    const read = store.read((tables) => tables.outbox.all());
    if (!read.ok) {
      storeFailures += 1;
      timer = timers.set(pump, backoff(storeFailures, random()));
      return;
    }
    storeFailures = 0;
    const candidates = read.value
      .filter(({ state }) => state === 'queued' || state === 'waiting')
      .filter(({ organizationId }) => !active.has(organizationId))
      .sort((one, other) => one.submittedAt - other.submittedAt);
    let next = Infinity;
    for (const row of candidates) {
      const due = dueAt(row);
      if (due > now()) next = Math.min(next, due);
      else if (active.size < AT_ONCE) begin(row.organizationId);
    }
    // With all hands busy the end of a send pumps again.
    if (next < Infinity) timer = timers.set(pump, Math.min(next - now(), LOOK_EVERY_MS));
  }

  function begin(organizationId: string): void {
    heldBack.delete(organizationId);
    const work = sendChange(deps, organizationId, stopping.signal)
      .catch((): SendResult => {
        return { end: 'waiting', row: null, failure: { code: 'app.unexpected' } };
      })
      .then((result) => {
        active.delete(organizationId);
        if (stopping.signal.aborted) return;
        settle(organizationId, result);
        progress.set(organizationId, { step: null });
        pump();
      });
    active.set(organizationId, work);
  }

  function settle(organizationId: string, result: SendResult): void {
    if (result.end === 'waiting') settleWaiting(organizationId, result.row, result.failure);
    if (result.end === 'paused') settlePaused(organizationId, result.credentialId, result.failure);
  }

  function settleWaiting(organizationId: string, sent: OutboxRow | null, failure: Failure): void {
    const written = store.write((tables) => {
      const row = sent ?? tables.outbox.get(organizationId);
      if (!row) return;
      const pause = backoff(row.attempts + 1, random());
      // After a block nobody comes back at the very same moment.
      const allowed = (failure.retryAt ?? 0) + Math.round(random() * 1_000);
      // Never so far ahead that it would count as due at once: that would be a burst.
      const next = Math.min(Math.max(now() + pause, allowed), now() + IMPOSSIBLE_WAIT_MS);
      outcomes.wait(tables, row, failure, next);
    });
    if (!written.ok) holdBack(organizationId, sent);
  }

  function holdBack(organizationId: string, sent: OutboxRow | null): void {
    heldBack.set(organizationId, now() + backoff((sent?.attempts ?? 0) + 3, random()));
  }

  function settlePaused(
    organizationId: string,
    credentialId: string | null,
    failure: Failure,
  ): void {
    const written = store.write((tables) => outcomes.pauseSignIn(tables, credentialId, failure));
    if (!written.ok) return holdBack(organizationId, null);
    for (const id of written.value) progress.changed(id);
    if (credentialId !== null) deps.onSignInTrouble(credentialId, failure);
  }

  /** Makes the rows that `which` accepts due, then looks. */
  function requeue(which: (row: OutboxRow, credentialId: string | null) => boolean): void {
    if (stopping.signal.aborted) return;
    const written = store.write((tables) => {
      const rows = tables.outbox.all().filter((row) => {
        return which(row, tables.organizations.get(row.organizationId)?.credentialId ?? null);
      });
      outcomes.requeue(tables, rows);
      return rows.map(({ organizationId }) => organizationId);
    });
    if (written.ok) for (const id of written.value) progress.changed(id);
    pump();
  }

  return {
    start() {
      running = true;
      // A keychain that was locked last time may be open now; a refused sign-in needs the person.
      const locked = ({ state, failure }: OutboxRow): boolean =>
        state === 'paused' && failure?.code.startsWith('keychain.') === true;
      requeue((row) => waitsForNetwork(row) || locked(row));
    },
    wake: pump,
    retryNow(organizationId) {
      heldBack.clear();
      requeue((row) =>
        organizationId === undefined
          ? row.state === 'waiting' || row.state === 'paused'
          : row.organizationId === organizationId && row.state !== 'conflict',
      );
    },
    cameOnline: () => requeue(waitsForNetwork),
    signInHealed: (id) =>
      requeue((row, credentialId) => row.state === 'paused' && credentialId === id),
    signInFailed(credentialId, failure) {
      const written = store.write((t) => outcomes.pauseSignIn(t, credentialId, failure));
      if (written.ok) for (const id of written.value) progress.changed(id);
    },
    async stop() {
      running = false;
      timers.clear(timer);
      stopping.abort();
      await Promise.all(active.values());
    },
  };
}
