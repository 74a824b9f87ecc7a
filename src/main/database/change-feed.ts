/**
 * The change feed notifies the rest of the app of every change. Every commit publishes one `Change`. Changes of
 * state that is only in memory, such as a running send or check, are published on the same feed.
 *
 * A `Change` says what changed, not how; subscribers read the new values themselves. A `Changes` object collects
 * marks: repositories fill one during a transaction. A subscriber may keep another one for changes that it has
 * not handled yet, to coalesce bursts.
 *
 * Changes are delivered in commit order, in a microtask after the code that made them. A listener that makes a
 * change is not called again before all listeners have got the current one.
 */

/** What can change besides entries and sign-ins. */
export type Topic =
  /** Pending changes: there may be something to send. */
  | 'outbox'
  /** Drafts: there may be more or fewer entries with one. */
  | 'drafts'
  | 'saves'
  /** Batches that made drafts, and their drafts. */
  | 'batches'
  | 'settings'
  /** Progress of building the list. */
  | 'list'
  | 'connection'
  | 'checks'
  /** An abandoned write may still arrive at Cloudflare. */
  | 'abandoned'
  /** Progress of fetching profiles for the first time. */
  | 'initialFetch'
  /** Progress of adding organizations from a long list. */
  | 'additions'
  /** Progress of reading a file. */
  | 'import'
  /** Progress of work on the selected entries. */
  | 'selection-actions'
  | 'banners'
  | 'updates';

/** The module that wrote, so that a subscriber can skip its own changes and those that do not concern it. */
export type Writer = 'sync' | 'slice';

/** What changed in one commit, or in memory. */
export interface Change {
  /** Goes up with every change, in the database or in memory. */
  commit: number;
  /** Entries whose row or page may have changed. */
  organizations: ReadonlySet<string> | 'all';
  /** Entries that were removed. */
  removed: ReadonlySet<string>;
  /** Sign-ins that changed or were removed. */
  signIns: ReadonlySet<string>;
  topics: ReadonlySet<Topic>;
  by: Writer | null;
}

/** More changed entries than this are published as `'all'`. */
export const MAX_IDS = 1_000;

/** A set of marks that say what changed. */
export class Changes {
  #organizations = new Set<string>();
  #isAll = false;
  #removed = new Set<string>();
  #signIns = new Set<string>();
  #topics = new Set<Topic>();

  /** An entry's row or page may have changed. */
  organization(id: string): void {
    // The entry may have been removed and added again.
    this.#removed.delete(id);
    this.#organizations.add(id);
  }

  /** Any entry may have changed. */
  everything(): void {
    this.#isAll = true;
  }

  removed(id: string): void {
    this.#organizations.delete(id);
    this.#removed.add(id);
  }

  signIn(id: string): void {
    this.#signIns.add(id);
  }

  topic(topic: Topic): void {
    this.#topics.add(topic);
  }

  hasTopic(topic: Topic): boolean {
    return this.#topics.has(topic);
  }

  get isEmpty(): boolean {
    const sets = [this.#organizations, this.#removed, this.#signIns, this.#topics];
    return !this.#isAll && sets.every(({ size }) => size === 0);
  }

  /** Adds a later change to these marks. */
  add(change: Omit<Change, 'commit' | 'by'>): void {
    if (change.organizations === 'all') this.#isAll = true;
    else for (const id of change.organizations) this.organization(id);
    for (const id of change.removed) this.removed(id);
    for (const id of change.signIns) this.#signIns.add(id);
    for (const topic of change.topics) this.#topics.add(topic);
  }

  /** Returns the marks and clears them. */
  take(): Omit<Change, 'commit' | 'by'> {
    const isMany = this.#isAll || this.#organizations.size > MAX_IDS;
    const taken = {
      organizations: isMany ? ('all' as const) : this.#organizations,
      removed: this.#removed,
      signIns: this.#signIns,
      topics: this.#topics,
    };
    this.#organizations = new Set();
    this.#isAll = false;
    this.#removed = new Set();
    this.#signIns = new Set();
    this.#topics = new Set();
    return taken;
  }
}

/**
 * Creates a feed without subscribers.
 * @param onUnexpected called with whatever a subscriber throws, so that a committed write does not seem to fail
 */
export function createChangeFeed(onUnexpected: (error: unknown) => void) {
  const listeners = new Set<(change: Change) => void>();
  const queue: Change[] = [];
  let commit = 0;
  let isDeliveryQueued = false;

  function deliver(): void {
    isDeliveryQueued = false;
    for (const change of queue.splice(0)) {
      for (const listener of [...listeners]) {
        try {
          listener(change);
        } catch (error) {
          onUnexpected(error);
        }
      }
    }
  }

  function enqueue(changes: Changes, by: Writer | null): void {
    if (changes.isEmpty) return;
    queue.push({ commit, by, ...changes.take() });
    if (isDeliveryQueued) return;
    isDeliveryQueued = true;
    queueMicrotask(deliver);
  }

  return {
    /** Number of the last change. */
    get commit(): number {
      return commit;
    },
    /** Calls `listener` with every change from now on. Returns a function that unsubscribes. */
    subscribe(listener: (change: Change) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Publishes the marks of a transaction after its commit, and clears them. */
    committed(changes: Changes, by: Writer | null): void {
      commit += 1;
      enqueue(changes, by);
    },
    /** Publishes a change of state that is only in memory. */
    publishInMemory(mark: (changes: Changes) => void): void {
      const changes = new Changes();
      mark(changes);
      // Gets a number, too, because the window drops answers older than the last change it knows of.
      commit += 1;
      enqueue(changes, null);
    },
  };
}

/** The feed of an open database. */
export type ChangeFeed = ReturnType<typeof createChangeFeed>;
