/** The calls of the namespace `adding`: listing what a sign-in can see, and adding what is ticked there. */
import type { AddingStatus } from '../../../shared/additions';
import type { Handlers } from '../../../shared/contract/bridge';
import { success, type Outcome } from '../../../shared/failure';
import type { Cloudflare } from '../../cloudflare/types';
import type { Store } from '../../database/tables';
import { createAdditions } from './queue';
import { FoundList } from './available-list';
import { createListing, type ListingSignIns } from './fetch-available';

/** What adding needs. */
export interface AddingOptions {
  store: Store;
  cloudflare: Cloudflare;
  signIns: ListingSignIns;
  /** Now, ms since the epoch. */
  now: () => number;
  /** Yields to the event loop. */
  breathe: () => Promise<void>;
}

/** Adding from the list of a sign-in. */
export interface Adding {
  handlers: Handlers<'adding'>;
  /** What is under way; the change feed announces it under the topic `adding`. */
  status(): Outcome<AddingStatus>;
  /** Continues what was interrupted; call it after the first paint. */
  start(): void;
  /** Ends what is under way: the app is quitting. */
  stop(): void;
}

/** Builds the calls. */
export function createAdding(options: AddingOptions): Adding {
  const listing = createListing(options);
  const additions = createAdditions(options);
  const status: Adding['status'] = () =>
    success({ listing: listing.status(), addition: additions.status() });
  /** The list; an empty one when there is none. */
  const list = (): FoundList => listing.current()?.list ?? new FoundList(false);
  /** Does something that cannot fail. */
  const doing = (work: () => void) => (): Outcome<null> => {
    work();
    return success(null);
  };

  return {
    handlers: {
      get: status,
      list: listing.list,
      stopListing: doing(listing.stop),
      leave: doing(listing.leave),
      page: ({ filter, offset, limit }) => success(list().page(filter, offset, limit)),
      tick({ which, ticked, filter }) {
        list().tick(which, ticked, filter);
        return success(list().summary(filter));
      },
      async add() {
        const current = listing.current();
        if (!current) return success({ first: null });
        const first = await additions.add(current.signInId, current.list.chosen());
        return first.ok ? success({ first: first.value }) : first;
      },
      stop: additions.stop,
      resume: doing(additions.resume),
      dismiss: doing(additions.dismiss),
    },
    status,
    start: additions.start,
    stop() {
      listing.stop();
      additions.quit();
    },
  };
}
