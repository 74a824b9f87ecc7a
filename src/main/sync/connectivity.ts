/**
 * Whether Cloudflare answers. Offline is what failed requests say, online what an answered one says;
 * the system's own flag only makes us ask. While offline and something waits, a probe goes out after
 * growing waits.
 */
import type { Failure } from '../../shared/failure';
import type { Timers } from '../lib/timers';
import type { Cloudflare } from '../cloudflare/types';
import { backoff } from '../lib/backoff';

/** Answers within this time, in ms, are announced once. */
const ANSWERS_APART_MS = 10_000;

/** What is known about the connection. Times are ms since the epoch. */
export interface ConnectionStatus {
  state: 'unknown' | 'online' | 'offline';
  answeredAt: number | null;
  /** Why it is offline, or null. */
  failure: Failure | null;
  /** When the next probe is due, or null. */
  nextTryAt: number | null;
}

/** What the watch over the connection needs. */
export interface ConnectivityOptions {
  cloudflare: Pick<Cloudflare, 'probe' | 'onAnswer'>;
  now: () => number;
  random: () => number;
  timers: Timers;
  /** Whether anybody waits for the connection: a pending change, or an open window. */
  shouldProbe: () => boolean;
  onChange: (status: ConnectionStatus) => void;
}

/** Watches over the connection. */
export interface Connectivity {
  status(): ConnectionStatus;
  /**
   * Calls `listener` when Cloudflare answers after a time in which it did not, or when there was reason to
   * ask. Not when a single request failed and the very next one was answered: what failed keeps its own,
   * growing waits.
   */
  onRecovered(listener: () => void): void;
  /**
   * Asks Cloudflare now: the system says the network is back, the computer woke up, or the person
   * wants to know. An answer to that is a recovery.
   */
  probeNow(): Promise<void>;
  /** Looks again whether somebody waits. */
  reconsider(): void;
  stop(): void;
}

/** Makes the watch; it knows nothing yet and does not ask before something happens. */
export function createConnectivity(options: ConnectivityOptions): Connectivity {
  const { cloudflare, now, random, timers, shouldProbe, onChange } = options;
  const stopping = new AbortController();
  const recoveries = new Set<() => void>();
  let status: ConnectionStatus = {
    state: 'unknown',
    answeredAt: null,
    failure: null,
    nextTryAt: null,
  };
  let timer: unknown = null;
  let failedProbes = 0;
  let probing: Promise<void> | null = null;
  /** There is a reason to ask beyond the time that went by, and no answer yet. */
  let hinted = false;

  function become(changes: Partial<ConnectionStatus>): void {
    const before = status;
    status = { ...status, ...changes };
    // An answer a moment later is no news: the line on screen counts in minutes.
    const since = (at: number | null): number => Math.floor((at ?? 0) / ANSWERS_APART_MS);
    const changed =
      since(before.answeredAt) !== since(status.answeredAt) ||
      before.state !== status.state ||
      before.failure?.code !== status.failure?.code ||
      before.nextTryAt !== status.nextTryAt;
    if (changed) onChange(status);
  }

  function unschedule(): void {
    timers.clear(timer);
    timer = null;
  }

  /** Sets the timer of the next probe, unless it is set; says when that is, or null when no one waits. */
  function schedule(): number | null {
    if (!shouldProbe()) {
      unschedule();
      return null;
    }
    if (timer !== null) return status.nextTryAt;
    const wait = backoff(failedProbes + 1, random());
    timer = timers.set(() => void ask(), wait);
    return now() + wait;
  }

  function answered(): void {
    const recovered = hinted || (status.state === 'offline' && failedProbes > 0);
    failedProbes = 0;
    hinted = false;
    unschedule();
    become({ state: 'online', answeredAt: now(), failure: null, nextTryAt: null });
    if (recovered) for (const listener of recoveries) listener();
  }

  function failed(failure: Failure): void {
    if (!failure.code.startsWith('network.') || stopping.signal.aborted) return;
    if (status.state !== 'offline') failedProbes = 0;
    become({ state: 'offline', failure, nextTryAt: probing ? null : schedule() });
  }

  async function probe(): Promise<void> {
    unschedule();
    become({ nextTryAt: null });
    const outcome = await cloudflare.probe({ signal: stopping.signal, priority: 'person' });
    probing = null;
    if (stopping.signal.aborted) return;
    if (outcome.ok) return answered();
    failedProbes += 1;
    failed(outcome.failure);
  }

  function ask(): Promise<void> {
    if (stopping.signal.aborted) return Promise.resolve();
    probing ??= probe();
    return probing;
  }

  /** How any request ended. */
  function heard(failure: Failure | null): void {
    // Any answer at all came from Cloudflare, except where the network answered for it.
    if (failure === null || failure.code.startsWith('cloudflare.')) answered();
    else if (failure.code.startsWith('network.')) failed(failure);
    else if (failure.status !== undefined) answered();
  }

  const unsubscribe = cloudflare.onAnswer(heard);
  return {
    status: () => status,
    onRecovered: (listener) => void recoveries.add(listener),
    probeNow() {
      hinted = true;
      // Something is different now: the waits start over.
      failedProbes = 0;
      return ask();
    },
    reconsider: () => {
      if (status.state === 'offline' && !probing) become({ nextTryAt: schedule() });
    },
    stop() {
      stopping.abort();
      unsubscribe();
      unschedule();
    },
  };
}
