/** The queue of requests that wait for the rate limit: by priority, then first come, first served. */
import { failed, success, type Result } from '../../shared/result';
import {
  comparePriorities,
  type Priority,
  type RaisablePriority,
  type Reservation,
} from './priority';
import type { UserLimit } from './user-limit';

/** Asks for a reservation of `n` requests of a user's limit. */
export interface QueuedRequest {
  user: UserLimit;
  n: number;
  priority: RaisablePriority;
  signal: AbortSignal | undefined;
}

interface WaitingRequest extends QueuedRequest {
  settle(result: Result<Reservation>): void;
}

/** Requests that wait for the rate limit. */
export class RequestQueue {
  #waiting: WaitingRequest[] = [];
  readonly #onChange: () => void;

  /** @param onChange called when a request is aborted or moves up */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Waits for a reservation. Resolves with the failure `app.stopping` if the signal of `request` aborts. */
  join(request: QueuedRequest): Promise<Result<Reservation>> {
    return new Promise((resolve) => {
      const { signal, priority } = request;
      const abort = (): void => {
        this.#remove(waiter);
        waiter.settle(failed('app.stopping'));
        this.#onChange();
      };
      const stopListening = priority.onRaised(() => {
        this.#remove(waiter);
        this.#insert(waiter);
        this.#onChange();
      });
      const waiter: WaitingRequest = {
        ...request,
        settle: (result) => {
          stopListening();
          signal?.removeEventListener('abort', abort);
          resolve(result);
        },
      };
      signal?.addEventListener('abort', abort);
      this.#insert(waiter);
    });
  }

  /** The user's first waiting request of this or a higher priority. */
  firstOf(user: UserLimit, priority: Priority): QueuedRequest | undefined {
    return this.#waiting.find(
      (waiter) => waiter.user === user && comparePriorities(waiter.priority.current, priority) <= 0,
    );
  }

  /**
   * Grants every request that fits. A smaller request never overtakes an earlier one of the same user.
   * @returns the users that still have waiting requests
   */
  grant(
    fits: (request: QueuedRequest) => boolean,
    reserve: (request: QueuedRequest) => Reservation,
  ): ReadonlySet<UserLimit> {
    const waitingUsers = new Set<UserLimit>();
    const granted = new Set<WaitingRequest>();
    for (const waiter of this.#waiting) {
      if (!waitingUsers.has(waiter.user) && fits(waiter)) {
        granted.add(waiter);
        waiter.settle(success(reserve(waiter)));
      } else {
        waitingUsers.add(waiter.user);
      }
    }
    if (granted.size > 0) this.#waiting = this.#waiting.filter((waiter) => !granted.has(waiter));
    return waitingUsers;
  }

  /** Ends the waiting requests of `user` with this result; without `user`, those of all users. */
  refuse(result: Result<never>, user?: UserLimit): void {
    for (const waiter of [...this.#waiting]) {
      if (user !== undefined && waiter.user !== user) continue;
      this.#remove(waiter);
      waiter.settle(result);
    }
  }

  #insert(waiter: WaitingRequest): void {
    const priority = waiter.priority.current;
    const index = this.#waiting.findIndex(
      (other) => comparePriorities(other.priority.current, priority) > 0,
    );
    this.#waiting.splice(index < 0 ? this.#waiting.length : index, 0, waiter);
  }

  #remove(waiter: WaitingRequest): void {
    this.#waiting = this.#waiting.filter((other) => other !== waiter);
  }
}
