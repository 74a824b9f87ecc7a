/** The line of those who wait for the rate budget: the most urgent first, each in the order it came. */
import { failed, success, type Outcome } from '../../shared/failure';
import type { Reservation } from './types';
import { comparePriorities, type Urgency } from './urgency';
import type { UserBudget } from './user-budget';

/** A wish for some requests. */
export interface Wish {
  user: UserBudget;
  n: number;
  urgency: Urgency;
  signal: AbortSignal | undefined;
}

interface Waiter extends Wish {
  settle(outcome: Outcome<Reservation>): void;
}

/** Those who wait. */
export class WaitingLine {
  #waiting: Waiter[] = [];
  readonly #onMoved: () => void;

  /** @param onMoved called when somebody left the line or moved up in it */
  constructor(onMoved: () => void) {
    this.#onMoved = onMoved;
  }

  /** Joins the line; an abort of its signal leaves it with `app.stopping`. */
  join(wish: Wish): Promise<Outcome<Reservation>> {
    return new Promise((resolve) => {
      const { signal, urgency } = wish;
      const abort = (): void => {
        this.#remove(waiter);
        waiter.settle(failed('app.stopping'));
        this.#onMoved();
      };
      const stopListening = urgency.onRaised(() => {
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

  /** Those who wait, in order. */
  all(): readonly Wish[] {
    return this.#waiting;
  }

  /**
   * Gives to everybody who fits. Who waits longer or matters more is not overtaken by a smaller wish of
   * the same user. Answers with the users for whom somebody still waits.
   */
  give(
    fits: (wish: Wish) => boolean,
    reservation: (wish: Wish) => Reservation,
  ): ReadonlySet<UserBudget> {
    const held = new Set<UserBudget>();
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
  refuse(outcome: Outcome<never>, user?: UserBudget): void {
    for (const waiter of [...this.#waiting]) {
      if (user !== undefined && waiter.user !== user) continue;
      this.#remove(waiter);
      waiter.settle(outcome);
    }
  }

  #insert(waiter: Waiter): void {
    const { priority } = waiter.urgency;
    const behind = this.#waiting.findIndex(
      (other) => comparePriorities(other.urgency.priority, priority) > 0,
    );
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, waiter);
  }

  #remove(waiter: Waiter): void {
    this.#waiting = this.#waiting.filter((other) => other !== waiter);
  }
}
