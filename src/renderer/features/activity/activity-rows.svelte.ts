/** The activity as far back as it was loaded, newest first. What happens meanwhile is shown once the person asks for it. */
import type { ActivityQuery, ActivityRow } from '../../../shared/activity';
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';

/** The loaded rows of one query. */
export class ActivityRows {
  #rows = $state.raw<readonly ActivityRow[] | null>(null);
  #hasMore = $state(false);
  #failure = $state.raw<Failure | null>(null);
  #isOutdated = $state(false);
  /** Counts the queries, so that the answer to an earlier one is dropped. */
  #number = 0;
  #isLoading = false;
  #query: ActivityQuery = { kind: null, since: null, entryId: null };
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    this.#api = api;
  }

  /** The loaded rows; null before the first answer. */
  get all(): readonly ActivityRow[] | null {
    return this.#rows;
  }

  /** Why the last request failed, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Whether something may have happened since the newest rows were loaded. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  /** Follows what happens until the returned function is called. Made for `$effect`. */
  follow(): () => void {
    return this.#api.on.organizationsChanged(() => {
      if (this.#rows !== null) this.#isOutdated = true;
    });
  }

  /** Loads the newest rows of a query; without one, of the same again. */
  async load(query: ActivityQuery = this.#query): Promise<void> {
    this.#query = query;
    this.#number += 1;
    this.#isLoading = false;
    this.#isOutdated = false;
    await this.#loadPage(null);
  }

  /** Loads older rows, if there are more. */
  async more(): Promise<void> {
    const last = this.#rows?.at(-1);
    if (this.#hasMore && last) await this.#loadPage(last);
  }

  async #loadPage(after: ActivityRow | null): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    this.#failure = null;
    const number = this.#number;
    const before = after && { at: after.at, id: after.id };
    const outcome = await this.#api.activity.list({ query: this.#query, before });
    if (number !== this.#number) return;
    this.#isLoading = false;
    if (!outcome.ok) {
      this.#failure = outcome.failure;
      return;
    }
    this.#rows = [...(after ? (this.#rows ?? []) : []), ...outcome.value.rows];
    this.#hasMore = outcome.value.more;
  }
}
