/**
 * Several entries may show one profile: an organization, and the accounts that belong to it. After a write through one
 * of them, Cloudflare may show the others an older copy for a while. A write based on that would put the old texts back,
 * so the others wait. Afterwards, what was written is for them a change like anybody's.
 */
import type { Failure } from '../../shared/failure';
import type { Tables } from '../database';

/** How long the other entries wait after a write, in ms. */
export const SHARED_WAIT_MS = 5 * 60_000;

/**
 * Why an entry may be neither sent nor observed now; null: it may. Call inside the transaction that decides a write or
 * stores a copy, so that of two entries only one goes first.
 * @param now ms since the epoch
 */
export function justSavedElsewhere(
  { ownRequests }: Tables,
  entryId: string,
  now: number,
  waitMs = SHARED_WAIT_MS,
): Failure | null {
  // Up to as far in the future: the clock may have been set back since.
  const write = ownRequests.elsewhere(entryId, now - waitMs + 1, now + waitMs);
  if (!write) return null;
  return {
    code: 'profile.just-saved',
    retryAt: Math.min(write.at, now) + waitMs,
    through: write.name,
  };
}
