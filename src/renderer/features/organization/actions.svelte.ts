/** What a person asked a page to do: one thing at a time, beside a look at Cloudflare, and why the last one failed. */
import type { Failure, Outcome } from '../../../shared/failure';

/** What may be under way on a page because the person asked for it. */
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

  /** What is under way, or null. */
  get busy(): Action | null {
    return this.#busy;
  }

  /** Which action failed last, and why; null after the next one. */
  get failed(): { action: Action; failure: Failure } | null {
    return this.#failed;
  }

  /** Forgets a failure that is answered elsewhere, as by a question. */
  forget(): void {
    this.#failed = null;
  }

  /** Whether something is under way that another action has to wait for. */
  get occupied(): boolean {
    // A look at Cloudflare takes as long as the network does; nothing on the page depends on it.
    return this.#busy !== null && this.#busy !== 'refresh';
  }

  /** Carries `call` out and answers its outcome; null when something else has to end first. */
  async run<T>(action: Action, call: () => Promise<Outcome<T>>): Promise<Outcome<T> | null> {
    if (this.occupied || this.#busy === action) return null;
    this.#busy = action;
    const outcome = await call();
    // What began since then is what the page tells about.
    if (this.#busy === action) {
      this.#busy = null;
      this.#failed = outcome.ok ? null : { action, failure: outcome.failure };
    }
    return outcome;
  }
}
