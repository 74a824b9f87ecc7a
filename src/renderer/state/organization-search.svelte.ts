/**
 * The search over name, id and every profile field. Main answers it; while one question is on its
 * way only the newest next one is remembered, so that fast typing never queues up old questions.
 */
import type { LetterheadApi } from '../../shared/bridge';
import { fromIdsText } from '../../shared/ids-text';

/** What is searched for, and what was found. */
export class OrganizationSearch {
  #query = $state('');
  #found = $state.raw<readonly string[] | null>(null);
  #asking = false;
  #stale = false;
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    this.#api = api;
  }

  /** The text in the search box. */
  get query(): string {
    return this.#query;
  }

  set query(query: string) {
    this.#query = query;
    if (query.trim() === '') this.#found = null;
    void this.#ask();
  }

  /** Ids found for the last answered query, or null when nothing is searched for. */
  get found(): readonly string[] | null {
    return this.#found;
  }

  /** Asks again after rows changed. */
  again(): void {
    if (this.#query.trim() !== '') void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#stale = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#stale) {
      this.#stale = false;
      const query = this.#query.trim().slice(0, 500);
      if (query === '') continue;
      const outcome = await this.#api.organizations.search({ query });
      // A search that fails shows everything rather than nothing.
      if (this.#query.trim() !== '') this.#found = outcome.ok ? fromIdsText(outcome.value) : null;
    }
    this.#asking = false;
  }
}
