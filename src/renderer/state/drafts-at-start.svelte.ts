/** The drafts that were there when the app started, until the person has dealt with the message about them. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { DraftsAtStart } from '../../shared/drafts-at-start';

const NONE: DraftsAtStart = { count: 0, first: null };

/** Loads them with `app.draftsAtStart`, and again after changes of the list while they are shown. */
export class DraftsAtStartState {
  #value = $state.raw(NONE);
  #isDismissed = false;
  #isLoading = false;
  /** Whether the list changed while they were being loaded. */
  #isOutdated = false;
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    this.#api = api;
    api.on.organizationsChanged(() => {
      if (this.#value.count === 0) return;
      this.#isOutdated = true;
      if (!this.#isLoading) void this.load();
    });
  }

  /** How many there still are, and one of them. None once dismissed. */
  get value(): DraftsAtStart {
    return this.#value;
  }

  /** Loads them; there are none once dismissed. If that fails, the last ones stay. */
  async load(): Promise<void> {
    this.#isLoading = true;
    do {
      this.#isOutdated = false;
      const outcome = await this.#api.app.draftsAtStart();
      if (outcome.ok && !this.#isDismissed) this.#value = outcome.value;
    } while (this.#isOutdated && !this.#isDismissed);
    this.#isLoading = false;
  }

  /** Hides the message for good. */
  dismiss(): void {
    this.#isDismissed = true;
    this.#value = NONE;
  }
}
