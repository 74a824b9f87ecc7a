/**
 * A reactive copy of one value that main owns. A call returns a snapshot of the value, and events send each
 * newer one. An event that arrives while the snapshot is loading is newer than the snapshot and wins.
 */
import type { Failure } from '../../shared/failure';
import type { Result } from '../../shared/result';

/** A reactive copy of a value in main. */
export class LiveValue<T> {
  #value: T;
  #failure = $state.raw<Failure | null>(null);
  #loaded = $state(false);
  #events = 0;
  readonly #load: () => Promise<Result<T>>;

  /**
   * @param initial the value before the snapshot arrives
   * @param load fetches the snapshot
   * @param listen subscribes to the events
   */
  constructor(
    initial: T,
    load: () => Promise<Result<T>>,
    listen: (listener: (value: T) => void) => unknown,
  ) {
    this.#value = $state.raw(initial);
    this.#load = load;
    listen((value) => this.replace(value));
  }

  /** The value as main last reported it. */
  get value(): T {
    return this.#value;
  }

  /** Why the snapshot could not be loaded, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Whether `value` came from main; else it is the initial value. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Sets the value from an event or from a call that changed it. It wins over a snapshot still loading. */
  replace(value: T): void {
    this.#events += 1;
    this.#value = value;
    this.#loaded = true;
    this.#failure = null;
  }

  /** Loads the snapshot. If that fails, the reason is in `failure`. */
  async load(): Promise<void> {
    const before = this.#events;
    const result = await this.#load();
    if (this.#events !== before) return;
    if (result.ok) {
      this.#value = result.value;
      this.#loaded = true;
      this.#failure = null;
    } else {
      this.#failure = result.failure;
    }
  }
}
