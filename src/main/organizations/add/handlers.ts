/** The calls of the namespace `adding`: listing what a sign-in can see, and adding what is ticked there. */
import type { AdditionStatus } from '../../../shared/additions';
import type { Handlers } from '../../../shared/contract/bridge';
import { success, type Outcome } from '../../../shared/failure';
import type { Cloudflare } from '../../cloudflare/types';
import type { Store } from '../../database/tables';
import { createAdditionQueue } from './queue';
import { AvailableList } from './available-list';
import { createAvailableFetch, type AvailableFetchSignIns } from './fetch-available';

/** What adding needs. */
export interface AdditionOptions {
  store: Store;
  cloudflare: Cloudflare;
  signIns: AvailableFetchSignIns;
  /** Now, ms since the epoch. */
  now: () => number;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** Adding from the list of a sign-in. */
export interface Additions {
  handlers: Handlers<'additions'>;
  /** What is under way; the change feed announces it under the topic `adding`. */
  status(): Outcome<AdditionStatus>;
  /** Continues what was interrupted; call it after the first paint. */
  start(): void;
  /** Ends what is under way: the app is quitting. */
  stop(): void;
}

/** Builds the calls. */
export function createAdditions(options: AdditionOptions): Additions {
  const listing = createAvailableFetch(options);
  const queue = createAdditionQueue(options);
  const status: Additions['status'] = () =>
    success({ listing: listing.status(), addition: queue.status() });
  /** The list; an empty one when there is none. */
  const list = (): AvailableList => listing.current()?.list ?? new AvailableList(false);
  /** Does something that cannot fail. */
  const doing = (work: () => void) => (): Outcome<null> => {
    work();
    return success(null);
  };

  return {
    handlers: {
      get: status,
      list: listing.list,
      stopFetching: doing(listing.stop),
      leave: doing(listing.leave),
      page: ({ filter, offset, limit }) => success(list().page(filter, offset, limit)),
      tick({ which, ticked, filter }) {
        list().tick(which, ticked, filter);
        return success(list().summary(filter));
      },
      async add() {
        const current = listing.current();
        if (!current) return success({ first: null });
        const first = await queue.add(current.signInId, current.list.chosen());
        return first.ok ? success({ first: first.value }) : first;
      },
      stop: queue.stop,
      resume: doing(queue.resume),
      dismiss: doing(queue.dismiss),
    },
    status,
    start: queue.start,
    stop() {
      listing.stop();
      queue.quit();
    },
  };
}
