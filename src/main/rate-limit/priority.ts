/** Who waits for a request and goes first, and how work that waits can become more urgent. */

/**
 * Who waits for a request; it decides who goes first and how much of the limit it may use. `asked` is
 * work on many organizations that a person asked for and waits for.
 */
export type Priority = 'person' | 'send' | 'asked' | 'bulk' | 'background';

/** Some requests of a user's limit, set aside. */
export interface Reservation {
  /** How many are left. */
  readonly left: number;
  /** Uses one; false when none is left, or when Cloudflare refuses this user meanwhile. */
  take(): boolean;
  /** Gives back what was not used. */
  release(): void;
}

const RANK: Record<Priority, number> = {
  person: 0,
  send: 1,
  asked: 2,
  bulk: 3,
  background: 4,
};

/** Below zero when `one` goes before `other`. */
export function comparePriorities(one: Priority, other: Priority): number {
  return RANK[one] - RANK[other];
}

/**
 * The priority of one piece of work while it is under way. Raise it when someone more important begins
 * to wait for the same work: a request that already waits for the limit moves up, too.
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

  /** Makes it at least this urgent; never less than it was. */
  raise(priority: Priority): void {
    if (comparePriorities(priority, this.#priority) >= 0) return;
    this.#priority = priority;
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` whenever it was raised, until the result is called. */
  onRaised(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
