/**
 * The composition of what lies outside the window: Cloudflare, keychain, sign-ins and sending.
 * Everything here is quiet until `start`, which runs after the first paint.
 */
import { createLimitStorage } from './rate-limit/persisted-state';
import { createRateLimiter } from './rate-limit/rate-limiter';
import { createCloudflare } from './cloudflare/client';
import { createMonotonicClock } from './lib/monotonic-clock';
import { realTimers } from './lib/timers';
import type { Cloudflare } from './cloudflare/types';
import { startKeychainHelper } from './desktop/keychain-process';
import type { Place } from './desktop/prepare';
import { createPace } from './ipc/pace';
import { indexIdIn, Keychain, type CredentialStore } from './keychain';
import { networkFetch } from './network-fetch';
import { createSignIns, type SignIns, type SignInsOptions } from './sign-ins';
import { readPreferences } from './settings/preferences';
import type { Store } from './store/tables';
import { createBackgroundCheck, type BackgroundCheck } from './sync/background-check';
import { createConnectivity, type Connectivity } from './sync/connectivity';
import { createFirstReads, type FirstReads } from './sync/first-reads';
import { createAbandonedWrites, type AbandonedWrites } from './sync/abandoned-writes';
import type { Progress } from './sync/progress';
import { createRefresher, type Refresher } from './sync/fetch-profile';
import { createScheduler, type Scheduler } from './sync/scheduler';
import { createWaking } from './sync/waking';

/** Time between two writes of what a check read, in ms: a wave of answers has come by then. */
const WRITES_APART_MS = 10;

/** What the outside needs. */
export interface OutsideOptions {
  place: Place;
  version: string;
  store: Store;
  progress: Progress;
  onSignInsChanged: () => void;
  onConnectionChanged: () => void;
  onKeychainAsking: (asking: boolean) => void;
  /** Whether the person looks at this organization's page right now. */
  isLooking: (organizationId: string) => boolean;
  onChecksChanged: () => void;
  /** The background check found these organizations changed at Cloudflare. */
  onChangesFound: (organizationIds: readonly string[]) => void;
}

/** The rooms outside the window. */
export interface Outside {
  cloudflare: Cloudflare;
  signIns: SignIns;
  keychain: CredentialStore;
  connectivity: Connectivity;
  scheduler: Scheduler;
  refresher: Refresher;
  firstReads: FirstReads;
  abandonedWrites: AbandonedWrites;
  check: BackgroundCheck;
  /** Until when Cloudflare's rate limit keeps us from asking, ms since the epoch, or null. */
  blockedUntil(): number | null;
  /** How long (ms) until `n` more requests for bulk work of a Cloudflare user can have been made. */
  timeFor(userId: string, n: number): number;
  /** Begins: pending changes, interrupted sign-ins, the question whether Cloudflare answers. */
  start(): void;
  /** Asks Cloudflare and sends everything that waits, at once. */
  tryNow(): void;
  /** The computer woke up, or the clock was set: waits are looked at again, Cloudflare is asked. */
  woke(): void;
  /** Ends everything within milliseconds. */
  stop(): void;
}

/** Wires the rooms. */
export function createOutside(options: OutsideOptions): Outside {
  const { place, version, store, progress } = options;
  const now = Date.now;
  const shared = { now, elapsed: createMonotonicClock(), timers: realTimers };
  const limiter = createRateLimiter({
    ...shared,
    storage: createLimitStorage(store),
    onChange: options.onConnectionChanged,
  });
  const cloudflare = createCloudflare({
    ...shared,
    fetch: networkFetch(version),
    baseUrl: place.apiUrl,
    timeLimitMs: place.timeLimitMs,
    limiter,
    userAgent: `Letterhead/${version}`,
    onAnswer: (failure) => connectivity.heard(failure),
  });
  const keychain = new Keychain({
    spawn: () => startKeychainHelper(place.keychainHelper),
    service: place.keychainService,
    indexId: indexIdIn(place.userData),
    onAsking: options.onKeychainAsking,
  });
  const healed: SignInsOptions['onSignInHealed'] = (id) => {
    scheduler.signInHealed(id);
    firstReads.wake();
    abandonedWrites.wake();
  };
  const signIns = createSignIns({
    store,
    keychain,
    cloudflare,
    now,
    onSignInsChanged: options.onSignInsChanged,
    onSignInTrouble: (id) => {
      const row = store.read((tables) => tables.credentials.get(id));
      if (row.ok && row.value?.trouble) scheduler.signInFailed(id, row.value.trouble);
    },
    onSignInHealed: healed,
    onSignInReleased: (ids) => {
      for (const id of ids) progress.changed(id);
    },
  });
  const connectivity = createConnectivity({
    ...shared,
    cloudflare,
    random: Math.random,
    shouldProbe: () => true,
    onChange: options.onConnectionChanged,
    onRecovered: () => {
      scheduler.cameOnline();
      firstReads.wake();
      abandonedWrites.wake();
      check.cameOnline();
    },
  });
  const dependencies = {
    ...shared,
    later: createPace(realTimers, setImmediate, WRITES_APART_MS),
    store,
    cloudflare,
    limiter,
    authorizationOf: signIns.authorizationOf,
    isCurrent: signIns.isCurrent,
    random: Math.random,
    progress,
    onSignInTrouble: signIns.report,
    onSignInWorks: (id: string) => signIns.report(id, null),
    onQueued: () => scheduler.wake(),
    onSendEnded: (id: string) => abandonedWrites.sendEnded(id),
  };
  const scheduler = createScheduler(dependencies);
  const refresher = createRefresher(dependencies);
  const firstReads = createFirstReads({
    store,
    refresh: (id) => refresher.refresh(id, { looking: false, priority: 'background' }),
  });
  const abandonedWrites = createAbandonedWrites({
    ...dependencies,
    refresh: (id) => refresher.refresh(id, { looking: options.isLooking(id), priority: 'send' }),
    isSending: (id) => progress.of(id).step !== null,
  });
  const woke = (): void => {
    scheduler.wake();
    void connectivity.probeNow();
  };
  const waking = createWaking(shared, woke);
  const check = createBackgroundCheck({
    ...dependencies,
    refresh: (id, signal, priority) => {
      const looking = options.isLooking(id);
      return refresher.refresh(id, { looking, priority, signal });
    },
    // The time of the check is shown on the page alone.
    onChecked: (ids) => ids.filter(options.isLooking).forEach(progress.changed),
    onRenamed: progress.changed,
    interval: () => readPreferences(store).checkEvery,
    onChange: options.onChecksChanged,
    onFound: options.onChangesFound,
  });

  return {
    cloudflare,
    signIns,
    keychain,
    connectivity,
    scheduler,
    refresher,
    firstReads,
    abandonedWrites,
    check,
    blockedUntil: limiter.blockedUntil,
    timeFor: (userId, n) => limiter.timeFor(userId, n, 'bulk'),
    start() {
      scheduler.start();
      void connectivity.probeNow();
      void signIns.finishInterrupted();
      firstReads.wake();
      abandonedWrites.wake();
      waking.start();
      check.start();
    },
    tryNow() {
      signIns.askAgain();
      void connectivity.probeNow();
      scheduler.retryNow();
      firstReads.wake();
      abandonedWrites.wake();
    },
    woke,
    stop() {
      void scheduler.stop();
      refresher.stop();
      firstReads.stop();
      abandonedWrites.stop();
      waking.stop();
      check.stop();
      connectivity.stop();
      signIns.stop();
      keychain.stop();
      limiter.stop();
    },
  };
}
