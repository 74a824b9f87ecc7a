/**
 * Builds the work that goes on without the window: sending, reading, checking, and asking who changed something. All of
 * it shares one set of dependencies and one refresher, so that an entry is never read twice at once. Like app.ts, it
 * contains no decisions of its own.
 */
import { createAuthorLookup } from './audit-log';
import { createBackgroundCheck, type BackgroundCheckOptions } from './background-check/schedule';
import { createSelectedRefresh } from './background-check/selected-refresh';
import type { Verification } from './changes/verification';
import type { Topic } from './database/change-feed';
import { createThrottle } from './lib/throttle';
import type { Priority } from './rate-limit';
import { readPreferences } from './settings/settings';
import type { SignIns } from './sign-ins';
import { createAbandonedWrites } from './sync/abandoned-writes';
import type { SyncDependencies } from './sync/dependencies';
import { createRefresher } from './sync/fetch-profile';
import { createInitialFetch } from './sync/initial-fetch';
import { createPageRecheck } from './sync/page-recheck';
import { createScheduler } from './sync/scheduler';
import { createSiblingReads } from './sync/sibling-reads';

/** Shortest time between two writes of fetched profiles, in ms. Profiles that arrive in between share a write. */
const WRITE_INTERVAL_MS = 10;

/** Dependencies of `createBackgroundWork`. */
interface BackgroundWorkOptions extends Pick<
  SyncDependencies,
  'store' | 'cloudflare' | 'limiter' | 'sendStatus' | 'now' | 'elapsed' | 'timers'
> {
  signIns: SignIns;
  verification: Verification;
  isPageOpen: (organizationId: string) => boolean;
  isOffline: () => boolean;
  yieldToEventLoop: () => Promise<void>;
  /** Returns a callback that publishes a change of state in memory. */
  mark: (topic: Topic) => () => void;
  /** Called with what a background check found. */
  onFound: BackgroundCheckOptions['onFound'];
}

/** Builds the background work. Nothing runs before its `start`. */
export function createBackgroundWork(options: BackgroundWorkOptions) {
  const { store, signIns, verification, sendStatus } = options;
  const sync = {
    ...options,
    later: createThrottle(options.timers, setImmediate, WRITE_INTERVAL_MS),
    authorizationOf: signIns.authorizationOf,
    verified: verification.ready,
    keyHandled: verification.keyHandled,
    versionOf: signIns.versionOf,
    random: Math.random,
    recordSignInIssue: signIns.recordIssue,
    onSignInIssue: signIns.report,
    onSignInWorks(id: string) {
      signIns.report(id, null);
      authorLookup.signInWorks(id);
    },
    onWriteSucceeded: signIns.writeSucceeded,
    onConfirmed: (id: string) => siblingReads.confirmed(id),
  };
  const isSending = (id: string): boolean => sendStatus.of(id).step !== null;
  const refresher = createRefresher(sync);
  const refresh = (id: string, priority: Priority, signal?: AbortSignal) =>
    refresher.refresh(id, { isPageOpen: options.isPageOpen(id), priority, signal });

  const scheduler = createScheduler(sync);
  const siblingReads = createSiblingReads({ ...sync, refresh: (id) => refresh(id, 'background') });
  const initialFetch = createInitialFetch({
    ...sync,
    isSending,
    refresh: (id) => refresh(id, 'background'),
  });
  const abandonedWrites = createAbandonedWrites({
    ...sync,
    isSending,
    refresh: (id) => refresh(id, 'send'),
  });
  const backgroundCheck = createBackgroundCheck({
    ...sync,
    refresh: (id, signal, priority) => refresh(id, priority, signal),
    onBegin: initialFetch.retry,
    interval: () => readPreferences(store).checkEvery,
    onChange: options.mark('checks'),
  });
  const selectedRefresh = createSelectedRefresh({
    ...sync,
    refresh: (id, priority) => refresh(id, priority),
    onChange: options.mark('selection-actions'),
  });
  const authorLookup = createAuthorLookup({
    ...sync,
    isBusy: () =>
      backgroundCheck.status().running ||
      selectedRefresh.status()?.isRunning === true ||
      initialFetch.status() !== null,
  });

  const recheckPage = createPageRecheck({
    openId: sendStatus.openId,
    refreshFailure: (id) => sendStatus.of(id).refreshFailure,
    refresh: (id) => void refresh(id, 'person'),
    elapsed: options.elapsed,
  });

  return {
    scheduler,
    refresher,
    initialFetch,
    backgroundCheck,
    selectedRefresh,
    start() {
      scheduler.start();
      initialFetch.start();
      abandonedWrites.start();
      backgroundCheck.start();
      authorLookup.start();
    },
    /** Retries what failed or waits, because the person asked for it. */
    retryNow() {
      scheduler.retryNow();
      initialFetch.retry();
      abandonedWrites.wake();
    },
    onNetworkRecovered() {
      scheduler.onNetworkRecovered();
      initialFetch.retry();
      abandonedWrites.wake();
      backgroundCheck.onNetworkRecovered();
    },
    /** Reads the open page again if it says that Cloudflare could not be reached. */
    recheckPage,
    /** Stops everything, within milliseconds. */
    stop() {
      scheduler.stop();
      // Before everything that waits for its reads, which end now.
      refresher.stop();
      siblingReads.stop();
      initialFetch.stop();
      abandonedWrites.stop();
      authorLookup.stop();
      backgroundCheck.stop();
      selectedRefresh.stop();
    },
  };
}
