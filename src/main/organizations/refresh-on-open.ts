/**
 * The page a person looks at is checked with Cloudflare in the background. Only a page that stays
 * open for a moment is: walking through the list with the arrow keys must not spend the rate limit.
 */
import type { Timers } from '../lib/timers';

/** How long a page must stay open before it is checked, in ms. */
export const SETTLED_MS = 300;

/**
 * Gives the function to call whenever a page is opened.
 * @param refresh checks one organization with Cloudflare; never rejects
 */
export function createRefreshOnOpen(
  timers: Timers,
  refresh: (organizationId: string) => Promise<unknown>,
): (organizationId: string) => void {
  let timer: unknown = null;
  return (organizationId) => {
    timers.clear(timer);
    timer = timers.set(() => void refresh(organizationId), SETTLED_MS);
  };
}
