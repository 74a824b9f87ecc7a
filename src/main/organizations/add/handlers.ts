/**
 * The handlers of the namespace `additions`: fetch the organizations that a sign-in can see, and add those that
 * are ticked.
 */
import type { AdditionStatus } from '../../../shared/additions';
import type { Handlers } from '../../../shared/contract/bridge';
import { success, type Result } from '../../../shared/result';
import type { Cloudflare } from '../../cloudflare';
import type { Database } from '../../database';
import { createAdditionQueue } from './queue';
import { AvailableList } from './available-list';
import { createAvailableFetch, type AvailableFetchSignIns } from './fetch-available';

/** Dependencies of adding organizations. */
export interface AdditionOptions {
  database: Database;
  cloudflare: Cloudflare;
  signIns: AvailableFetchSignIns;
  /** Now, ms since the epoch. */
  now: () => number;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** Creates the handlers. */
export function createAdditions(options: AdditionOptions) {
  const available = createAvailableFetch(options);
  const queue = createAdditionQueue(options);
  /** The progress. The change feed publishes the topic `additions` when it changes. */
  const status = (): Result<AdditionStatus> =>
    success({ listing: available.status(), addition: queue.status() });
  /** The current list, or an empty one. */
  const list = (): AvailableList => available.current()?.list ?? new AvailableList(false);
  /** A handler for work that cannot fail. */
  const handler = (work: () => void) => (): Result<null> => {
    work();
    return success(null);
  };

  const handlers: Handlers<'additions'> = {
    get: status,
    list: available.list,
    stopFetching: handler(available.stop),
    leave: handler(available.leave),
    rows: ({ filter, offset, limit }) => success(list().rows(filter, offset, limit)),
    open({ id, isOpen }) {
      list().open(id, isOpen);
      return success(null);
    },
    tick({ which, ticked, filter }) {
      list().tick(which, ticked, filter);
      return success(list().summary(filter));
    },
    async add() {
      const current = available.current();
      if (!current) return success({ first: null });
      const first = await queue.add(current.signInId, current.list.chosen());
      return first.ok ? success({ first: first.value }) : first;
    },
    stop: queue.stop,
    resume: handler(queue.resume),
    dismiss: handler(queue.dismiss),
  };

  return {
    handlers,
    status,
    /** Continues a queue from an earlier run of the app. Call it after the first paint. */
    start: queue.start,
    /** Stops all work, because the app is quitting. */
    stop(): void {
      available.stop();
      queue.quit();
    },
  };
}
