/**
 * The progress of the initial fetch: how many entries of the sign-ins that can be tried wait for their first read. The
 * reading queue reads them before all others, so this only counts.
 */
import type { InitialFetchStatus } from '../../shared/initial-fetch';
import type { Database } from '../database';
import type { RateLimiter } from '../rate-limit';
import type { ReadingSignIns } from './reading-sign-ins';

/** Approximate duration of a read, in ms, without waits for the rate limit. */
const READ_MS = 250;

/**
 * Creates the progress.
 * @param isPaused whether nothing is read for a while
 * @param concurrentReads how many reads run at once
 */
export function createInitialFetch(
  database: Database,
  limiter: Pick<RateLimiter, 'isReserved' | 'timeFor' | 'waitsUntil'>,
  signIns: ReadingSignIns,
  isPaused: () => boolean,
  concurrentReads: number,
) {
  /** How many first copies were read. Set to 0 when none is left to read. */
  let read = 0;
  let wasReading = false;

  function unreadOf(signInId: string): number {
    const found = database.read(({ organizations }) => organizations.countToRead(-1, signInId));
    return found.ok ? found.value : 0;
  }

  function hasUnread(): boolean {
    const ids = signIns.working().map(({ id }) => id);
    const found = database.read(({ organizations }) => organizations.hasUnread(ids));
    return found.ok && found.value;
  }

  return {
    /** Counts a first copy. */
    copied: (): void => void (read += 1),
    /** Publishes the progress while there is any, and its end. */
    report(): void {
      const isReading = hasUnread();
      if (isReading || wasReading)
        database.changes.publishInMemory((marks) => marks.topic('initialFetch'));
      wasReading = isReading;
      if (!isReading) read = 0;
    },
    /** The progress, or null while there is nothing to read. */
    status(): InitialFetchStatus | null {
      const byUser = new Map<string, number>();
      for (const { id, userId } of signIns.working()) {
        const count = unreadOf(id);
        if (count > 0) byUser.set(userId, (byUser.get(userId) ?? 0) + count);
      }
      const sizes = [...byUser];
      if (sizes.length === 0) return null;
      const left = sizes.reduce((sum, [, count]) => sum + count, 0);
      const isReserved = sizes.every(([userId]) => limiter.isReserved(userId));
      const paused = isReserved || isPaused();
      const waits = sizes.map(([userId]) => limiter.waitsUntil(userId, 'background') ?? 0);
      const times = sizes.map(([userId, n]) =>
        Math.max(limiter.timeFor(userId, n, 'background'), (n * READ_MS) / concurrentReads),
      );
      return {
        read,
        total: read + left,
        timeLeft: paused ? null : Math.max(...times),
        waitsUntil: paused ? null : Math.min(...waits) || null,
        paused,
      };
    },
  };
}
