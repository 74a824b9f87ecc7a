/**
 * One value of main, mirrored: the snapshot that a call answers, then what events say. An event that
 * comes while the snapshot is on its way is newer and wins.
 */
import type { Failure, Outcome } from '../../shared/failure';

/** A mirrored value; read-only outside. */
export class LiveValue<T> {
  #value: T;
  #failure = $state.raw<Failure | null>(null);
  #loaded = $state(false);
  #events = 0;
  readonly #load: () => Promise<Outcome<T>>;

  /**
   * @param initial what it holds before the snapshot
   * @param load asks for the snapshot
   * @param listen starts listening to its events
   */
  constructor(
    initial: T,
    load: () => Promise<Outcome<T>>,
    listen: (listener: (value: T) => void) => unknown,
  ) {
    this.#value = $state.raw(initial);
    this.#load = load;
    listen((value) => this.replace(value));
  }

  /** What main last said. */
  get value(): T {
    return this.#value;
  }

  /** Why the snapshot could not be had, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Whether `value` came from main. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Takes what an event, or a call that changed it, says; it is newer than a snapshot on its way. */
  replace(value: T): void {
    this.#events += 1;
    this.#value = value;
    this.#loaded = true;
    this.#failure = null;
  }

  /** Asks for the snapshot; a failure is in `failure` then. */
  async load(): Promise<void> {
    const before = this.#events;
    const outcome = await this.#load();
    if (this.#events !== before) return;
    if (outcome.ok) {
      this.#value = outcome.value;
      this.#loaded = true;
      this.#failure = null;
    } else {
      this.#failure = outcome.failure;
    }
  }
}
