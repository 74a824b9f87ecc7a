/** The results of a save per organization, reloaded as the save progresses. */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { SaveResult } from '../../../shared/saves';
import type { Failure } from '../../../shared/failure';

/** The display order. Failed results come first, because they need attention. */
const ORDER: Record<SaveResult['state'], number> = { failed: 0, waiting: 1, canceled: 2, done: 3 };

/** Pause between two loads, in ms per row: 5 s for 10,000 rows, practically none for ten. */
const PAUSE_PER_ROW_MS = 0.5;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The results of one save. */
export class Results {
  #all = $state.raw<readonly SaveResult[] | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #loading = false;
  #stale = false;
  #closed = false;
  readonly #api: LetterheadApi;
  readonly #saveId: string;

  constructor(api: LetterheadApi, saveId: string) {
    this.#api = api;
    this.#saveId = saveId;
  }

  /** All results, failed ones first; null until they are loaded. */
  get all(): readonly SaveResult[] | null {
    return this.#all;
  }

  /** Why the results could not be loaded, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Stops reloading. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Loads the results; if a load is running, another one follows it. The pause between two loads grows with the
   * number of rows, because a save with thousands of organizations reports progress twice a second.
   */
  async load(): Promise<void> {
    this.#stale = true;
    if (this.#loading) return;
    this.#loading = true;
    while (this.#stale && !this.#closed) {
      this.#stale = false;
      const outcome = await this.#api.saves.results({ saveId: this.#saveId });
      this.#failure = outcome.ok ? null : outcome.failure;
      if (outcome.ok) {
        this.#all = outcome.value.sort((one, other) => ORDER[one.state] - ORDER[other.state]);
        await pause(outcome.value.length * PAUSE_PER_ROW_MS);
      }
    }
    this.#loading = false;
  }
}
