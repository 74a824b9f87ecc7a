/**
 * Builds the work that continues without the window: sending, reading, checking, and asking who changed something. All of
 * it shares one set of dependencies and one reader of profiles, so that an entry is never read twice at once. Like
 * app.ts, it contains no decisions of its own.
 */
import { createAuthorLookup } from './audit-log';
import type { Verification } from './changes';
import type { Topic } from './database/change-feed';
import { createThrottle } from './lib/throttle';
import type { Priority } from './rate-limit';
import { createReadQueue } from './read-queue/queue';
import { createCheckSchedule, type ScheduleOptions } from './read-queue/schedule';
import { readPreferences } from './settings/settings';
import type { SignIns } from './sign-ins';
import type { SyncDependencies } from './sync/dependencies';
import { createProfileReader } from './read-queue/read';
import { createScheduler } from './sync/scheduler';

/** Shortest time between two writes of fetched profiles, in ms. Profiles that arrive in between share a write. */
const WRITE_INTERVAL_MS = 10;

/** Dependencies of `createBackgroundWork`. */
interface BackgroundWorkOptions extends Pick<
  SyncDependencies,
  'database' | 'cloudflare' | 'limiter' | 'sendStatus' | 'now' | 'elapsed' | 'timers' | 'justSaved'
> {
  signIns: SignIns;
  verification: Verification;
  isPageOpen: (entryId: string) => boolean;
  isOffline: () => boolean;
  yieldToEventLoop: () => Promise<void>;
  /** Returns a callback that publishes a change of state in memory. */
  mark: (topic: Topic) => () => void;
  /** Called with what a background check found. */
  onChangedElsewhere: ScheduleOptions['onChangedElsewhere'];
}

/** Builds the background work. Nothing runs before its `start`. */
export function createBackgroundWork(options: BackgroundWorkOptions) {
  const { database, signIns, verification, sendStatus } = options;
  const sync = {
    ...options,
    later: createThrottle(options.timers, setImmediate, WRITE_INTERVAL_MS),
    authorizationOf: signIns.authorizationOf,
    keyRead: verification.ready,
    versionOf: signIns.versionOf,
    random: Math.random,
    recordSignInIssue: signIns.recordIssue,
    onSignInIssue: signIns.report,
    onSignInWorks(id: string) {
      signIns.report(id, null);
      authorLookup.signInWorks(id);
    },
    onWriteSucceeded: signIns.writeSucceeded,
  };
  const isSending = (id: string): boolean => sendStatus.of(id).step !== null;
  const profileReader = createProfileReader(sync);
  const readProfile = (id: string, priority: Priority) =>
    profileReader.read(id, { isPageOpen: options.isPageOpen(id), priority });

  const scheduler = createScheduler(sync);
  const openPage = () => {
    const id = sendStatus.openId();
    return id === null ? null : { id, failure: sendStatus.of(id).refreshFailure };
  };
  const readQueue = createReadQueue({
    ...sync,
    isSending,
    openPage,
    readProfile,
    onProgress: (topic) => options.mark(topic)(),
  });
  const checks = createCheckSchedule({
    ...sync,
    readQueue,
    interval: () => readPreferences(database).checkEvery,
    onChange: options.mark('checks'),
  });
  const authorLookup = createAuthorLookup({ ...sync, openId: sendStatus.openId });

  return {
    scheduler,
    profileReader,
    readQueue,
    checks,
    /** Call when a page of the history was read for the window. */
    onHistoryListed: authorLookup.listed,
    start() {
      scheduler.start();
      readQueue.start();
      checks.start();
      authorLookup.start();
    },
    /** Retries what failed or waits, because the person asked for it. */
    retryNow() {
      scheduler.retryNow();
      readQueue.retry('asked');
    },
    /** Call when Cloudflare answers again: what the network interrupted continues. */
    onNetworkRecovered() {
      scheduler.onNetworkRecovered();
      readQueue.retry('network-back');
      checks.onNetworkRecovered();
    },
    /** Stops everything, within milliseconds. */
    stop() {
      scheduler.stop();
      // Before everything that waits for its reads, which end now.
      profileReader.stop();
      checks.stop();
      readQueue.stop();
      authorLookup.stop();
    },
  };
}
