/** The queue of requests that wait for the rate limit: the most urgent first, each in the order it came. */
import { failed, success, type Outcome } from '../../shared/failure';
import {
  comparePriorities,
  type Priority,
  type RaisablePriority,
  type Reservation,
} from './priority';
import type { UserLimit } from './user-limit';

/** A wish for some requests. */
export interface QueuedRequest {
  user: UserLimit;
  n: number;
  priority: RaisablePriority;
  signal: AbortSignal | undefined;
}

interface Waiter extends QueuedRequest {
  settle(outcome: Outcome<Reservation>): void;
}

/** Those who wait. */
export class RequestQueue {
  #waiting: Waiter[] = [];
  readonly #onMoved: () => void;

  /** @param onMoved called when somebody left the line or moved up in it */
  constructor(onMoved: () => void) {
    this.#onMoved = onMoved;
  }

  /** Joins the line; an abort of its signal leaves it with `app.stopping`. */
  join(wish: QueuedRequest): Promise<Outcome<Reservation>> {
    return new Promise((resolve) => {
      const { signal, priority } = wish;
      const abort = (): void => {
        this.#remove(waiter);
        waiter.settle(failed('app.stopping'));
        this.#onMoved();
      };
      const stopListening = priority.onRaised(() => {
        this.#remove(waiter);
        this.#insert(waiter);
        this.#onMoved();
      });
      const waiter: Waiter = {
        ...wish,
        settle: (outcome) => {
          stopListening();
          signal?.removeEventListener('abort', abort);
          resolve(outcome);
        },
      };
      signal?.addEventListener('abort', abort);
      this.#insert(waiter);
    });
  }

  /** The first that waits of a user and is at least this urgent. */
  firstOf(user: UserLimit, priority: Priority): QueuedRequest | undefined {
    return this.#waiting.find(
      (one) => one.user === user && comparePriorities(one.priority.current, priority) <= 0,
    );
  }

  /**
   * Gives to everybody who fits. Who waits longer or matters more is not overtaken by a smaller wish of
   * the same user. Answers with the users for whom somebody still waits.
   */
  give(
    fits: (wish: QueuedRequest) => boolean,
    reservation: (wish: QueuedRequest) => Reservation,
  ): ReadonlySet<UserLimit> {
    const held = new Set<UserLimit>();
    const given = new Set<Waiter>();
    for (const waiter of this.#waiting) {
      if (!held.has(waiter.user) && fits(waiter)) {
        given.add(waiter);
        waiter.settle(success(reservation(waiter)));
      } else {
        held.add(waiter.user);
      }
    }
    if (given.size > 0) this.#waiting = this.#waiting.filter((waiter) => !given.has(waiter));
    return held;
  }

  /** Sends away those who wait for this user, or without one everybody. */
  refuse(outcome: Outcome<never>, user?: UserLimit): void {
    for (const waiter of [...this.#waiting]) {
      if (user !== undefined && waiter.user !== user) continue;
      this.#remove(waiter);
      waiter.settle(outcome);
    }
  }

  #insert(waiter: Waiter): void {
    const priority = waiter.priority.current;
    const behind = this.#waiting.findIndex(
      (other) => comparePriorities(other.priority.current, priority) > 0,
    );
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, waiter);
  }

  #remove(waiter: Waiter): void {
    this.#waiting = this.#waiting.filter((other) => other !== waiter);
  }
}
