/** The organizations above entries, by which the list can be filtered. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { ListParents } from '../../shared/list-query';

/** Loads the parents with `organizations.parents`. */
export class ListParentsState {
  #value = $state.raw<ListParents | null>(null);
  /** The version to load, and the one that was loaded last; see `parents` in the answers of the list. */
  #wanted: number | null = null;
  #loaded: number | null = null;
  #isLoading = false;
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    this.#api = api;
  }

  /** The parents as last loaded; null before. */
  get value(): ListParents | null {
    return this.#value;
  }

  /** The name of a parent; null if it is not loaded. */
  nameOf(id: string): string | null {
    return this.#value?.parents.find((parent) => parent.id === id)?.name ?? null;
  }

  /** Loads the parents if this version is not loaded yet. After a failure, the next version is loaded. */
  async load(version: number): Promise<void> {
    this.#wanted = version;
    if (this.#isLoading) return;
    this.#isLoading = true;
    while (this.#loaded !== this.#wanted) {
      const loading = this.#wanted;
      const outcome = await this.#api.organizations.parents();
      if (outcome.ok) this.#value = outcome.value;
      this.#loaded = loading;
    }
    this.#isLoading = false;
  }
}
