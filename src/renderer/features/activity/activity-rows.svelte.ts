/** The activity as far back as it was loaded, newest first. What happens meanwhile is shown once the person asks for it. */
import type { ActivityQuery, ActivityRow } from '../../../shared/activity';
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';

/** The loaded rows of one query. */
export class ActivityRows {
  #rows = $state.raw<readonly ActivityRow[] | null>(null);
  #loads = $state(0);
  #hasMore = $state(false);
  #failure = $state.raw<Failure | null>(null);
  #isOutdated = $state(false);
  /** Counts the queries, so that the answer to an earlier one is dropped. */
  #number = 0;
  #isLoading = false;
  #isComparing = false;
  /** Whether an entry has changed since the last comparison started. */
  #hasChanged = false;
  #query: ActivityQuery = { kind: null, since: null, entryId: null };
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    this.#api = api;
  }

  /** The loaded rows; null before the first answer. */
  get all(): readonly ActivityRow[] | null {
    return this.#rows;
  }

  /** How often the newest rows were loaded, of this or another query. */
  get loads(): number {
    return this.#loads;
  }

  /** Why the last request failed, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Whether something has happened since the newest rows were loaded. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  /** Follows what happens until the returned function is called. Made for `$effect`. */
  follow(): () => void {
    return this.#api.on.organizationsChanged(() => void this.#compare());
  }

  /** Compares the newest row, because most changes of an entry, such as a draft, are no activity. */
  async #compare(): Promise<void> {
    this.#hasChanged = true;
    if (this.#isComparing) return;
    this.#isComparing = true;
    while (this.#hasChanged && this.#rows !== null && !this.#isOutdated) {
      this.#hasChanged = false;
      const number = this.#number;
      const result = await this.#api.activity.list({ query: this.#query, before: null });
      if (number !== this.#number) this.#hasChanged = true;
      else if (result.ok) this.#isOutdated = result.value.rows[0]?.id !== this.#rows[0]?.id;
    }
    this.#isComparing = false;
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
    const result = await this.#api.activity.list({ query: this.#query, before });
    if (number !== this.#number) return;
    this.#isLoading = false;
    if (!result.ok) {
      this.#failure = result.failure;
      return;
    }
    if (!after) this.#loads += 1;
    this.#rows = [...(after ? (this.#rows ?? []) : []), ...result.value.rows];
    this.#hasMore = result.value.more;
  }
}
