/** Reads the open page again if its last read failed because of the network. */
import type { Failure } from '../../shared/failure';

/** Shortest time between two automatic reads of the open page, in ms. One request may fail each time. */
export const RECHECK_INTERVAL_MS = 30_000;

/** Dependencies of `createPageRecheck`. */
export interface PageRecheckOptions {
  /** The organization whose page is open, or null. */
  openId: () => string | null;
  /** Why the last read of an organization failed; null or undefined if it did not. */
  refreshFailure: (organizationId: string) => Failure | null | undefined;
  /** Starts reading an organization. */
  refresh: (organizationId: string) => void;
  /** A clock that never goes back, in ms. */
  elapsed: () => number;
}

/** Returns a function that reads the open page again if it says that Cloudflare could not be reached. */
export function createPageRecheck(options: PageRecheckOptions): () => void {
  /** When the open page may be read again automatically, on the monotonic clock. */
  let recheckFrom = 0;
  return () => {
    const open = options.openId();
    if (open === null || options.elapsed() < recheckFrom) return;
    if (!options.refreshFailure(open)?.code.startsWith('network.')) return;
    recheckFrom = options.elapsed() + RECHECK_INTERVAL_MS;
    options.refresh(open);
  };
}
