/**
 * Publishes the change feed to the window. Each event has a pace of its own: the page a person looks at is
 * sent at once, which entries changed ten times a second, what counts thousands of things more rarely. An
 * event that needs the database stays due until it was read, so that a database in trouble delays an event
 * and never loses it.
 */
import type { EventName, EventPayload } from '../shared/contract/bridge';
import type { Outcome } from '../shared/failure';
import type { OrganizationView } from '../shared/organization';
import type { Emit } from './ipc';
import { createThrottle, type Later } from './lib/throttle';
import type { Timers } from './lib/timers';
import { Changes, type Change, type ChangeFeed, type Topic } from './database/change-feed';

/** Shortest time between two `organizationsChanged` events, in ms. */
const ORGANIZATIONS_EVERY_MS = 100;
/** After a failed read the next one is tried so much later, in ms. */
const RETRY_MS = 2_000;

/** One event: when it is due, how often at most (ms), and where its payload comes from. */
export interface Publication {
  every: number;
  concerns(change: Change): boolean;
  /** Reads and sends it; false when it could not be read. */
  publish(emit: Emit): boolean;
}

/** An event that is due when one of these topics is, or `concerns` says so. */
export function publication<E extends EventName>(
  event: E,
  options: {
    every: number;
    topics: readonly Topic[];
    /** Sign-ins are part of what it shows. */
    signIns?: boolean;
    read: () => Outcome<EventPayload<E>>;
  },
): Publication {
  const { every, topics, signIns = false, read } = options;
  return {
    every,
    concerns: (change) =>
      (signIns && change.signIns.size > 0) || topics.some((topic) => change.topics.has(topic)),
    publish(emit) {
      const payload = read();
      if (payload.ok) emit(event, payload.value);
      return payload.ok;
    },
  };
}

/** What the publisher needs. */
export interface PublisherOptions {
  changes: ChangeFeed;
  emit: Emit;
  timers: Timers;
  /** Runs a function after the current piece of work; `setImmediate` in the app. */
  soon: Later;
  /** The entry whose page is open, or null. */
  openId: () => string | null;
  /** Its page; null when it is gone. */
  pageOf: (id: string) => Outcome<OrganizationView | null>;
  publications: readonly Publication[];
}

/** What changed, as `organizationsChanged` says it. */
function entriesEvent(
  commit: number,
  { organizations, removed }: Pick<Change, 'organizations' | 'removed'>,
): EventPayload<'organizationsChanged'> {
  const ids = organizations === 'all' ? null : [...organizations];
  return { commit, ids, removed: [...removed] };
}

/** Subscribes to the feed and publishes from then on, until it is stopped. */
export function startPublisher(options: PublisherOptions): { stop(): void } {
  const { changes, emit, timers, soon, openId, pageOf, publications } = options;
  const waiting = new Set<unknown>();

  /**
   * Runs `publish` at its pace whenever it is called; again after a while when that says false. Calls
   * before then are covered by that one.
   */
  function paced(every: number, publish: () => boolean): () => void {
    const later = every === 0 ? soon : createThrottle(timers, soon, every);
    let isDue = false;
    const run = (): void => {
      isDue = false;
      if (publish()) return;
      isDue = true;
      const timer = timers.set(() => {
        waiting.delete(timer);
        run();
      }, RETRY_MS);
      waiting.add(timer);
    };
    return () => {
      if (isDue) return;
      isDue = true;
      later(run);
    };
  }

  const entries = new Changes();
  const publishEntries = paced(ORGANIZATIONS_EVERY_MS, () => {
    emit('organizationsChanged', entriesEvent(changes.commit, entries.take()));
    return true;
  });
  const publishPage = paced(0, () => {
    const id = openId();
    const page = id === null ? null : pageOf(id);
    if (page?.ok && page.value) emit('organizationChanged', page.value);
    return page?.ok !== false;
  });
  const others = publications.map((one) => ({
    concerns: (change: Change) => one.concerns(change),
    publish: paced(one.every, () => one.publish(emit)),
  }));

  const unsubscribe = changes.subscribe((change) => {
    const { organizations, removed, signIns, topics } = change;
    // A sign-in shows on the rows of all its entries, and so does how far the list is built.
    const isAll = organizations === 'all' || signIns.size > 0 || topics.has('list');
    const all = organizations === 'all' ? [] : organizations;
    if (isAll || removed.size > 0 || organizations.size > 0) {
      entries.add({ organizations, removed, signIns: new Set(), topics: new Set() });
      if (isAll) entries.everything();
      publishEntries();
    }
    const open = openId();
    if (open !== null && (isAll || new Set(all).has(open))) publishPage();
    for (const other of others) if (other.concerns(change)) other.publish();
  });
  return {
    stop() {
      unsubscribe();
      for (const timer of waiting) timers.clear(timer);
    },
  };
}
