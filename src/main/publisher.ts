/**
 * Publishes the change feed to the window. Each event is throttled separately: the open page is sent without delay,
 * the ids of changed entries up to ten times a second (four times during work on many), and events that count
 * thousands of rows less often. An event stays due until its payload has been read, so a failing database delays
 * events but never loses one.
 */
import type { EventName, EventPayload } from '../shared/contract/bridge';
import type { Result } from '../shared/result';
import type { OrganizationView } from '../shared/organization';
import type { Emit } from './ipc';
import { createThrottle, type Defer } from './lib/throttle';
import type { Timers } from './lib/timers';
import { Changes, type Change, type ChangeFeed, type Topic } from './database/change-feed';

/** Shortest time between two `organizationsChanged` events, in ms. */
const ORGANIZATIONS_EVERY_MS = 100;
/** The same after slices of work on many entries: each event makes the window ask for its rows again, between two slices. */
const AFTER_SLICES_EVERY_MS = 250;
/** Wait before the next attempt after a failed read, in ms. */
const RETRY_MS = 2_000;

/** When an event is due. */
export interface Due {
  /** Shortest time between two events, in ms. */
  every: number;
  topics: readonly Topic[];
  /** Whether the event is also due when a sign-in has changed. */
  signIns?: boolean;
  /** Whether the event is due only after slices of work on many entries, or only after other changes. Absent: after both. */
  slices?: boolean;
}

/** An event that is due when one of its topics has changed. */
export function publication<E extends EventName>(
  event: E,
  { every, topics, signIns = false, slices }: Due,
  read: () => Result<EventPayload<E>>,
) {
  return {
    /** Shortest time between two events, in ms. */
    every,
    /** Whether the event is due after this change. */
    concerns: (change: Change): boolean =>
      (slices === undefined || slices === (change.by === 'slice')) &&
      ((signIns && change.signIns.size > 0) || topics.some((topic) => change.topics.has(topic))),
    /** Reads the payload and sends the event; false when reading failed. */
    publish(emit: Emit): boolean {
      const payload = read();
      if (payload.ok) emit(event, payload.value);
      return payload.ok;
    },
  };
}

/** One event of the window. */
export type Publication = ReturnType<typeof publication>;

/** Dependencies of the publisher. */
export interface PublisherOptions {
  changes: ChangeFeed;
  emit: Emit;
  timers: Timers;
  /** Runs a function after the current task; `setImmediate` in the app. */
  soon: Defer;
  /** Id of the entry whose page is open, or null. */
  openId: () => string | null;
  /** The page of an entry; null when the entry no longer exists. */
  organizationPage: (id: string) => Result<OrganizationView | null>;
  publications: readonly Publication[];
}

/** The payload of `organizationsChanged`. */
function entriesEvent(
  commit: number,
  { organizations, removed }: Pick<Change, 'organizations' | 'removed'>,
): EventPayload<'organizationsChanged'> {
  const ids = organizations === 'all' ? null : [...organizations];
  return { commit, ids, removed: [...removed] };
}

/** Subscribes to the feed, and publishes until it is stopped. */
export function startPublisher(options: PublisherOptions): { stop(): void } {
  const { changes, emit, timers, soon, openId, organizationPage, publications } = options;
  const retryTimers = new Set<unknown>();

  /**
   * Limits `publish` to one run per `every` ms, and retries it when it returns false. Calls made while a
   * run is due are covered by that run.
   */
  function throttled(every: number, publish: () => boolean): () => void {
    const defer = every === 0 ? soon : createThrottle(timers, soon, every);
    let isDue = false;
    const run = (): void => {
      isDue = false;
      if (publish()) return;
      isDue = true;
      const timer = timers.set(() => {
        retryTimers.delete(timer);
        run();
      }, RETRY_MS);
      retryTimers.add(timer);
    };
    return () => {
      if (isDue) return;
      isDue = true;
      defer(run);
    };
  }

  const entries = new Changes();
  const emitEntries = (): boolean => {
    if (!entries.isEmpty)
      emit('organizationsChanged', entriesEvent(changes.commit, entries.take()));
    return true;
  };
  const publishEntries = throttled(ORGANIZATIONS_EVERY_MS, emitEntries);
  const publishSlices = throttled(AFTER_SLICES_EVERY_MS, emitEntries);
  const publishPage = throttled(0, () => {
    const id = openId();
    const page = id === null ? null : organizationPage(id);
    if (page?.ok && page.value) emit('organizationChanged', page.value);
    return page?.ok !== false;
  });
  const throttledPublications = publications.map((event) => ({
    concerns: (change: Change) => event.concerns(change),
    publish: throttled(event.every, () => event.publish(emit)),
  }));

  const unsubscribe = changes.subscribe((change) => {
    const { organizations, removed, signIns, topics, by } = change;
    // A changed sign-in affects the rows of all its entries; building the list may affect any row.
    const isAll = organizations === 'all' || signIns.size > 0 || topics.has('list');
    const ids = organizations === 'all' ? [] : organizations;
    if (isAll || removed.size > 0 || organizations.size > 0) {
      entries.add({ organizations, removed, signIns: new Set(), topics: new Set() });
      if (isAll) entries.everything();
      (by === 'slice' ? publishSlices : publishEntries)();
    }
    const open = openId();
    if (open !== null && (isAll || new Set(ids).has(open))) publishPage();
    for (const event of throttledPublications) if (event.concerns(change)) event.publish();
  });
  return {
    stop() {
      unsubscribe();
      for (const timer of retryTimers) timers.clear(timer);
    },
  };
}
