/**
 * The change feed: every committed write announces itself once, and what lives in memory only (a send
 * under way, a running check) on the same feed. Changes are facts, delivered in the order of the commits; each
 * subscriber coalesces them at its own pace (`Changes`). There is no other way to hear of a change.
 */

/** What else than entries and sign-ins can be different. */
export type Topic =
  /** Pending changes: there may be something to send. */
  | 'outbox'
  | 'jobs'
  | 'settings'
  /** How far the list is built. */
  | 'list'
  | 'connection'
  | 'checks'
  /** A discarded change may still arrive at Cloudflare. */
  | 'abandoned'
  /** How many profiles were read for the first time. */
  | 'initialFetch'
  /** How far adding from a long list is. */
  | 'additions'
  | 'banners'
  | 'updates';

/** The writer, so that a subscriber can skip its own changes or those that cannot concern it. */
export type Writer = 'sync' | 'bulk';

/** What one commit changed, or the memory since. */
export interface Change {
  /** Counts up with every change, whether it was committed or is in memory only. */
  commit: number;
  /** Entries whose row or page may be another one. */
  organizations: ReadonlySet<string> | 'all';
  /** Entries that are gone. */
  removed: ReadonlySet<string>;
  /** Sign-ins that changed or were removed. */
  signIns: ReadonlySet<string>;
  topics: ReadonlySet<Topic>;
  by: Writer | null;
}

/** More entries than this are reported as *all*. */
export const MOST_IDS = 1_000;

/** Gathers changes: what a transaction marks, or what a subscriber has not dealt with yet. */
export class Changes {
  #organizations = new Set<string>();
  #all = false;
  #removed = new Set<string>();
  #signIns = new Set<string>();
  #topics = new Set<Topic>();

  /** An entry's row or page may be another one. */
  organization(id: string): void {
    // Added again: it is there.
    this.#removed.delete(id);
    this.#organizations.add(id);
  }

  /** Any entry may be another one. */
  everything(): void {
    this.#all = true;
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

  /** Entries that are marked one by one. */
  get marked(): ReadonlySet<string> {
    return this.#organizations;
  }

  get isEmpty(): boolean {
    const sets = [this.#organizations, this.#removed, this.#signIns, this.#topics];
    return !this.#all && sets.every(({ size }) => size === 0);
  }

  /** Puts a change on top of what is here. */
  add(change: Omit<Change, 'commit' | 'by'>): void {
    if (change.organizations === 'all') this.#all = true;
    else for (const id of change.organizations) this.organization(id);
    for (const id of change.removed) this.removed(id);
    for (const id of change.signIns) this.#signIns.add(id);
    for (const topic of change.topics) this.#topics.add(topic);
  }

  /** Gives what is here, and begins empty. */
  take(): Omit<Change, 'commit' | 'by'> {
    const isMany = this.#all || this.#organizations.size > MOST_IDS;
    const taken = {
      organizations: isMany ? ('all' as const) : this.#organizations,
      removed: this.#removed,
      signIns: this.#signIns,
      topics: this.#topics,
    };
    this.#organizations = new Set();
    this.#all = false;
    this.#removed = new Set();
    this.#signIns = new Set();
    this.#topics = new Set();
    return taken;
  }
}

/** The feed. */
export interface ChangeFeed {
  /** The number of the last change. */
  readonly commit: number;
  /** Hears every change, after the work that made it; the answer stops that. */
  subscribe(listener: (change: Change) => void): () => void;
  /** A transaction was committed. */
  committed(changes: Changes, by: Writer | null): void;
  /** Something that lives in memory only is different. */
  memory(mark: (changes: Changes) => void): void;
}

/**
 * Makes a feed without subscribers.
 * @param onUnexpected hears of a subscriber that throws: a committed write stays one
 */
export function createChangeFeed(onUnexpected: (error: unknown) => void): ChangeFeed {
  const listeners = new Set<(change: Change) => void>();
  const queue: Change[] = [];
  let commit = 0;
  let isDue = false;

  function deliver(): void {
    isDue = false;
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

  function put(changes: Changes, by: Writer | null): void {
    if (changes.isEmpty) return;
    queue.push({ commit, by, ...changes.take() });
    if (isDue) return;
    isDue = true;
    queueMicrotask(deliver);
  }

  return {
    get commit() {
      return commit;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    committed(changes, by) {
      commit += 1;
      put(changes, by);
    },
    memory(mark) {
      const changes = new Changes();
      mark(changes);
      // What the window shows from before is older than this, too.
      commit += 1;
      put(changes, null);
    },
  };
}
