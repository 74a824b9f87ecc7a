/**
 * Runs the user's actions on an organization's page, and remembers why the last one failed. Only one action runs
 * at a time, but a running refresh does not block the others.
 */
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
    // A refresh may take long on a slow network, and no other action depends on it.
    return this.#busy !== null && this.#busy !== 'refresh';
  }

  /** Runs `call` and returns its outcome, or null when another action is running. */
  async run<T>(action: Action, call: () => Promise<Outcome<T>>): Promise<Outcome<T> | null> {
    if (this.occupied || this.#busy === action) return null;
    this.#busy = action;
    const outcome = await call();
    // If another action started during a refresh, the page shows the result of that action instead.
    if (this.#busy === action) {
      this.#busy = null;
      this.#failed = outcome.ok ? null : { action, failure: outcome.failure };
    }
    return outcome;
  }
}
