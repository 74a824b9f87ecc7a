/** The priorities of requests, and how to raise the priority of work that is already waiting. */

/**
 * The priority of a request, which determines its place in the queue and its share of the limit:
 * - `person`: a person is waiting for it, for example on an open page.
 * - `send`: sends a change that the person saved.
 * - `asked`: belongs to a check of many organizations that the person asked for.
 * - `bulk`: sends a change of a large save (more than `SMALL_SAVE` entries).
 * - `background`: everything else.
 * - `idle`: optional work. Goes out only when no other request of its user waits.
 */
export type Priority = 'person' | 'send' | 'asked' | 'bulk' | 'background' | 'idle';

/** Requests that were granted in advance. They count against the user's limit until they are released. */
export interface Reservation {
  /** How many requests are left in this reservation. */
  readonly left: number;
  /** Uses one request. Returns false if none is left, or if Cloudflare has started to refuse this user. */
  take(): boolean;
  /** Gives back the unused requests. */
  release(): void;
}

const RANK: Record<Priority, number> = {
  person: 0,
  send: 1,
  asked: 2,
  bulk: 3,
  background: 4,
  idle: 5,
};

/** For sorting: negative if `one` goes before `other`. */
export function comparePriorities(one: Priority, other: Priority): number {
  return RANK[one] - RANK[other];
}

/**
 * The priority of one piece of work, which can be raised while the work is running. For example, when a person
 * starts waiting for a background read, its request moves up in the queue.
 */
export class RaisablePriority {
  #priority: Priority;
  readonly #listeners = new Set<() => void>();

  constructor(priority: Priority) {
    this.#priority = priority;
  }

  get current(): Priority {
    return this.#priority;
  }

  /** Raises the priority to `priority`. Never lowers it. */
  raise(priority: Priority): void {
    if (comparePriorities(priority, this.#priority) >= 0) return;
    this.#priority = priority;
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` each time the priority is raised. Returns a function that unsubscribes. */
  onRaised(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
