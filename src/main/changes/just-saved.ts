/**
 * Several entries may show one profile: an organization, and the accounts that belong to it. After a write through one
 * of them, Cloudflare may show an older copy through the others for a while. A write based on that copy would restore the
 * old texts, so the others wait. After that, what was written is a change like anyone else's to them.
 */
import type { Failure } from '../../shared/failure';
import type { Tables } from '../database';

/** How long the other entries wait after a write, in ms. */
export const SHARED_WAIT_MS = 5 * 60_000;

/** Dependencies. */
export interface JustSavedOptions {
  /** Ms since the epoch. */
  now: () => number;
  /** Ms of the monotonic clock. */
  elapsed: () => number;
  waitMs?: number | undefined;
}

/** Creates what knows through which entry a profile was just written. Call those that take tables inside a transaction. */
export function createJustSaved({ now, elapsed, waitMs = SHARED_WAIT_MS }: JustSavedOptions) {
  /** When this run recorded its last requests, by the monotonic clock. For those of earlier runs only the wall-clock time is known. */
  const recordedAt = new Map<number, number>();
  /**
   * The requests whose sends have not ended. Any of them may still be stored, so the others wait from when that very
   * request was recorded, not from the first try of its change.
   */
  const onTheirWay = new Set<number>();
  const start = { now: now(), elapsed: elapsed() };

  /** How long the others still wait because of a request, in ms. */
  function waitAfter({ id, at }: { id: number; at: number }): number {
    // One of an earlier run was before this start, even if the clock has been set back since.
    const monotonic = recordedAt.get(id) ?? start.elapsed - Math.max(0, start.now - at);
    return monotonic + waitMs - elapsed();
  }

  return {
    /**
     * Why an entry may be neither sent nor observed now; null: it may. Call inside the transaction that decides a write or
     * stores a copy, so that only one of two entries goes first.
     */
    reasonToWait({ ownRequests }: Tables, entryId: string): Failure | null {
      const waits = ownRequests.elsewhere(entryId).map(({ request, first, name }) => ({
        ms: waitAfter(onTheirWay.has(request.id) ? request : first),
        through: name,
      }));
      const [last] = waits.filter(({ ms }) => ms > 0).sort((one, other) => other.ms - one.ms);
      if (!last) return null;
      return { code: 'profile.just-saved', retryAt: now() + last.ms, through: last.through };
    },
    /** Records a write before its request leaves. Returns the number of the request. Call `ended` when its send has ended. */
    record({ ownRequests }: Tables, entryId: string, version: number): number {
      const id = ownRequests.add(entryId, version, now());
      for (const [old, at] of recordedAt) if (at + waitMs <= elapsed()) recordedAt.delete(old);
      recordedAt.set(id, elapsed());
      onTheirWay.add(id);
      return id;
    },
    /** Says that these requests are not on their way any more: their send has ended, or they were taken back. */
    ended(requests: readonly number[]): void {
      for (const id of requests) onTheirWay.delete(id);
    },
    /** Forgets the requests of entries that were removed, unless another entry still waits for them. */
    forgetRemoved: ({ ownRequests }: Tables): void => ownRequests.forgetRemoved(now() - waitMs),
  };
}

/** Knows through which entry a profile was just written. */
export type JustSaved = ReturnType<typeof createJustSaved>;
