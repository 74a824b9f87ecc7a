/**
 * Tracks whether Cloudflare answers: a request without an answer means offline, an answered one online. The
 * system's own online flag only triggers a probe, a request whose only purpose is to see whether Cloudflare
 * answers. While offline, probes are sent with growing waits in between.
 */
import type { Failure } from '../../shared/failure';
import type { Timers } from '../lib/timers';
import type { Cloudflare } from '../cloudflare';
import { backoff } from '../lib/backoff';

/** The time of the last answer is published at most once in this time, in ms. */
const ANSWER_GRANULARITY_MS = 10_000;

/** The state of the connection. Times are ms since the epoch. */
export interface ConnectionStatus {
  state: 'unknown' | 'online' | 'offline';
  answeredAt: number | null;
  /** Why it is offline; null while it is not. */
  failure: Failure | null;
  /** When the next probe is due, or null. */
  nextTryAt: number | null;
}

/** Dependencies of the connection tracker. */
export interface ConnectivityOptions {
  cloudflare: Pick<Cloudflare, 'probe' | 'onAnswer'>;
  now: () => number;
  random: () => number;
  timers: Timers;
  onChange: (status: ConnectionStatus) => void;
}

/** Creates the tracker in state `unknown`. It sends no probe before the first failure or `probeNow`. */
export function createConnectivity(options: ConnectivityOptions) {
  const { cloudflare, now, random, timers, onChange } = options;
  const stopping = new AbortController();
  const recoveryListeners = new Set<() => void>();
  const onlineListeners = new Set<() => void>();
  let status: ConnectionStatus = {
    state: 'unknown',
    answeredAt: null,
    failure: null,
    nextTryAt: null,
  };
  let timer: unknown = null;
  let failedProbes = 0;
  let probing: Promise<void> | null = null;
  /** Whether `probeNow` was called and no answer has arrived since. */
  let probeRequested = false;

  function update(changes: Partial<ConnectionStatus>): void {
    const before = status;
    status = { ...status, ...changes };
    // Answers a few seconds apart need not be published separately: the text on screen counts minutes.
    const rounded = (at: number | null): number => Math.floor((at ?? 0) / ANSWER_GRANULARITY_MS);
    const changed =
      rounded(before.answeredAt) !== rounded(status.answeredAt) ||
      before.state !== status.state ||
      before.failure?.code !== status.failure?.code ||
      before.nextTryAt !== status.nextTryAt;
    if (changed) onChange(status);
  }

  function unschedule(): void {
    timers.clear(timer);
    timer = null;
  }

  /** Sets the timer of the next probe, unless it is set. Returns when it is due, ms since the epoch. */
  function schedule(): number | null {
    if (timer !== null) return status.nextTryAt;
    const wait = backoff(failedProbes + 1, random());
    timer = timers.set(() => void startProbe(), wait);
    return now() + wait;
  }

  function markOnline(): void {
    const recovered = probeRequested || (status.state === 'offline' && failedProbes > 0);
    const wasOffline = status.state === 'offline';
    failedProbes = 0;
    probeRequested = false;
    unschedule();
    update({ state: 'online', answeredAt: now(), failure: null, nextTryAt: null });
    if (recovered) for (const listener of recoveryListeners) listener();
    if (wasOffline) for (const listener of onlineListeners) listener();
  }

  function markOffline(failure: Failure): void {
    if (!failure.code.startsWith('network.') || stopping.signal.aborted) return;
    if (status.state !== 'offline') failedProbes = 0;
    update({ state: 'offline', failure, nextTryAt: probing ? null : schedule() });
  }

  async function probe(): Promise<void> {
    unschedule();
    update({ nextTryAt: null });
    const result = await cloudflare.probe({ signal: stopping.signal, priority: 'person' });
    probing = null;
    if (stopping.signal.aborted) return;
    if (result.ok) return markOnline();
    failedProbes += 1;
    markOffline(result.failure);
  }

  function startProbe(): Promise<void> {
    if (stopping.signal.aborted) return Promise.resolve();
    probing ??= probe();
    return probing;
  }

  /** Called with the result of every request: its failure, or null if it succeeded. */
  function onAnswer(failure: Failure | null): void {
    // An answer comes from Cloudflare, unless the code is `network.*`: then something else answered.
    if (failure === null || failure.code.startsWith('cloudflare.')) markOnline();
    else if (failure.code.startsWith('network.')) markOffline(failure);
    else if (failure.status !== undefined) markOnline();
  }

  const unsubscribe = cloudflare.onAnswer(onAnswer);
  return {
    status: (): ConnectionStatus => status,
    /**
     * Calls `listener` when Cloudflare answers after a failed probe, or after `probeNow`. Does not call it if a
     * request failed but the next one was answered before any probe: whatever made the failed request retries it
     * with waits of its own.
     */
    onRecovered: (listener: () => void): void => void recoveryListeners.add(listener),
    /** Calls `listener` whenever the state changes from offline to online, whichever request was answered. */
    onOnline: (listener: () => void): void => void onlineListeners.add(listener),
    /**
     * Probes now. Call it when the system says that the network is back, when the computer woke up, or when the
     * person asks. If Cloudflare answers, that counts as a recovery.
     */
    probeNow(): Promise<void> {
      probeRequested = true;
      // The situation changed, so the waits start over.
      failedProbes = 0;
      return startProbe();
    },
    stop(): void {
      stopping.abort();
      unsubscribe();
      unschedule();
    },
  };
}

/** Tracks the connection. */
export type Connectivity = ReturnType<typeof createConnectivity>;
