/** Who goes first, and how work that waits can become more urgent. */
import type { Priority } from './types';

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
 * The urgency of one piece of work. Give it instead of a priority, and raise it when somebody more
 * important begins to wait for the same: also a request that waits for the budget already moves up.
 */
export class Urgency {
  #priority: Priority;
  readonly #listeners = new Set<() => void>();

  constructor(priority: Priority) {
    this.#priority = priority;
  }

  get priority(): Priority {
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
