/**
 * Runs what a person starts in one place of the window, one at a time. Knows which action is running, and why the last one
 * failed, which is shown in that place.
 */
import type { Failure } from '../../shared/failure';
import type { Result } from '../../shared/result';

/** Options of `Action`. */
interface ActionOptions<Name> {
  /** An action that others may replace while it runs. Its own result is then not shown. */
  background?: Name;
  /** Whether a failure stays until the next one has ended, because what is around it must not move. */
  keepsFailure?: boolean;
}

/** The running action, if any, and the failure of the last one. */
export class Action<Name extends string = string> {
  #busy = $state.raw<Name | null>(null);
  #failed = $state.raw<{ name: Name | null; failure: Failure } | null>(null);
  #running: Promise<Result<unknown> | null> = Promise.resolve(null);
  /** The names of those that wait for the running one. */
  #waiting: readonly Name[] = [];
  readonly #options: ActionOptions<Name>;

  constructor(options: ActionOptions<Name> = {}) {
    this.#options = options;
  }

  /** The name of the running action, or null. */
  get busy(): Name | null {
    return this.#busy;
  }

  /** Whether an action is running. */
  get isBusy(): boolean {
    return this.#busy !== null;
  }

  /** Whether an action is running that others have to wait for. */
  get occupied(): boolean {
    return this.isBusy && this.#busy !== this.#options.background;
  }

  /** Why the last action failed, or null. Set it for what failed otherwise and is shown in the same place. */
  get failure(): Failure | null {
    return this.#failed?.failure ?? null;
  }

  set failure(failure: Failure | null) {
    this.#failed = failure && { name: null, failure };
  }

  /** The name of the action that failed last, or null. */
  get failedName(): Name | null {
    return this.#failed?.name ?? null;
  }

  /**
   * Runs `call` and resolves to its result, or to null if another action is running. `call` resolves to null if it gave
   * up and nothing failed.
   */
  async run<T>(name: Name, call: () => Promise<Result<T> | null>): Promise<Result<T> | null> {
    if (this.occupied || this.#busy === name) return null;
    this.#busy = name;
    if (!this.#options.keepsFailure) this.#failed = null;
    const running = call();
    this.#running = running;
    const result = await running;
    // Another one has started since.
    if (this.#busy !== name) return result;
    this.#busy = null;
    if (result && !result.ok) this.#failed = { name, failure: result.failure };
    else if (this.#options.keepsFailure) this.#failed = null;
    return result;
  }

  /**
   * Like `run`, but after a running action instead of not at all. Resolves to null as well if that one failed, whose failure
   * stays to be read, or if one of this name waits already.
   */
  async runNext<T>(name: Name, call: () => Promise<Result<T> | null>): Promise<Result<T> | null> {
    if (this.#waiting.includes(name)) return null;
    this.#waiting = [...this.#waiting, name];
    let hasFailed = false;
    while (!hasFailed && (this.occupied || this.#busy === name)) {
      hasFailed = (await this.#running)?.ok === false;
    }
    this.#waiting = this.#waiting.filter((one) => one !== name);
    return hasFailed ? null : this.run(name, call);
  }
}
