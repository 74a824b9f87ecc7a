/** What a filter of the list offers: the organizations above entries, or their labels. */
import type { Result } from '../../shared/result';

/** Loads what a filter offers. */
export class FilterOptions<T> {
  #value = $state.raw<T | null>(null);
  /** The version to load, and the one that was loaded last; see `parents` and `labels` in the answers of the list. */
  #wanted: number | null = null;
  #loaded: number | null = null;
  #isLoading = false;
  readonly #call: () => Promise<Result<T>>;

  constructor(call: () => Promise<Result<T>>) {
    this.#call = call;
  }

  /** The options as last loaded; null before. */
  get value(): T | null {
    return this.#value;
  }

  /** Loads the options if this version is not loaded yet. After a failure, the next version is loaded. */
  async load(version: number): Promise<void> {
    this.#wanted = version;
    if (this.#isLoading) return;
    this.#isLoading = true;
    while (this.#loaded !== this.#wanted) {
      const loading = this.#wanted;
      const result = await this.#call();
      if (result.ok) this.#value = result.value;
      this.#loaded = loading;
    }
    this.#isLoading = false;
  }
}
