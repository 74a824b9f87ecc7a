/** The user actions on an organization's page: one at a time, besides a refresh, and why the last one failed. */
import type { Failure } from '../../../shared/failure';
import type { Outcome } from '../../../shared/outcome';

/** An action that the user starts on the page. */
export type Action =
  | 'refresh'
  | 'submit'
  | 'retry'
  | 'discard-change'
  | 'accept'
  | 'resolve'
  | 'restore'
  | 'discard-edits';

/** The actions of one page. */
export class Actions {
  #busy = $state.raw<Action | null>(null);
  #failed = $state.raw<{ action: Action; failure: Failure } | null>(null);

  /** The running action, or null. */
  get busy(): Action | null {
    return this.#busy;
  }

  /** The action that failed last, and why; null after the next one succeeds. */
  get failed(): { action: Action; failure: Failure } | null {
    return this.#failed;
  }

  /** Clears a failure that is handled elsewhere, such as in a dialog. */
  clearFailure(): void {
    this.#failed = null;
  }

  /** Whether an action is running that others have to wait for. */
  get occupied(): boolean {
    // A refresh takes as long as the network does, and nothing on the page depends on it.
    return this.#busy !== null && this.#busy !== 'refresh';
  }

  /** Runs `call` and returns its outcome, or null when another action is running. */
  async run<T>(action: Action, call: () => Promise<Outcome<T>>): Promise<Outcome<T> | null> {
    if (this.occupied || this.#busy === action) return null;
    this.#busy = action;
    const outcome = await call();
    // If another action started meanwhile, the page reports on that one.
    if (this.#busy === action) {
      this.#busy = null;
      this.#failed = outcome.ok ? null : { action, failure: outcome.failure };
    }
    return outcome;
  }
}
