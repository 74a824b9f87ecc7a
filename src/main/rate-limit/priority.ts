/** The priorities of requests, and how to raise the priority of work that is already waiting. */

/**
 * The priority of a request: its place in the queue and its share of the limit. `person`: an open page;
 * `send`: a save; `asked`: a check of many organizations that the person asked for; `bulk`: a job;
 * `background`: the rest.
 */
export type Priority = 'person' | 'send' | 'asked' | 'bulk' | 'background';

/** Requests of a user's limit that are reserved. */
export interface Reservation {
  /** How many are left. */
  readonly left: number;
  /** Uses one. False if none is left, or if Cloudflare has started to refuse this user. */
  take(): boolean;
  /** Gives back the unused ones. */
  release(): void;
}

const RANK: Record<Priority, number> = {
  person: 0,
  send: 1,
  asked: 2,
  bulk: 3,
  background: 4,
};

/** For sorting: negative if `one` goes before `other`. */
export function comparePriorities(one: Priority, other: Priority): number {
  return RANK[one] - RANK[other];
}

/**
 * The priority of one piece of work, which can be raised while it runs: when a person starts to wait for work
 * of the background, its request that already waits for the limit moves up in the queue.
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

  /** Raises it to at least this priority. Never lowers it. */
  raise(priority: Priority): void {
    if (comparePriorities(priority, this.#priority) >= 0) return;
    this.#priority = priority;
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` each time it is raised. The result ends that. */
  onRaised(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
