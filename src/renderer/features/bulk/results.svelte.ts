/** What came of each organization of a job, read again as the job goes on. */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { BulkResult } from '../../../shared/bulk';
import type { Failure } from '../../../shared/failure';

/** What needs somebody comes first. */
const ORDER: Record<BulkResult['state'], number> = { failed: 0, waiting: 1, cancelled: 2, done: 3 };

/** 10,000 are read again after five seconds, ten at once. */
const PAUSE_PER_ROW_MS = 0.5;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The results of one job. */
export class Results {
  #all = $state.raw<readonly BulkResult[] | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #asking = false;
  #stale = false;
  #closed = false;
  readonly #api: LetterheadApi;
  readonly #jobId: string;

  constructor(api: LetterheadApi, jobId: string) {
    this.#api = api;
    this.#jobId = jobId;
  }

  /** All of them, those that failed first, or null before they were read. */
  get all(): readonly BulkResult[] | null {
    return this.#all;
  }

  /** Why they could not be read, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Nobody looks at them any more. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Reads them; while a reading is under way, one more follows it. Between two there is a pause that
   * grows with their number: a job of thousands gets on twice a second.
   */
  async load(): Promise<void> {
    this.#stale = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#stale && !this.#closed) {
      this.#stale = false;
      const outcome = await this.#api.bulk.results({ jobId: this.#jobId });
      this.#failure = outcome.ok ? null : outcome.failure;
      if (outcome.ok) {
        this.#all = outcome.value.sort((one, other) => ORDER[one.state] - ORDER[other.state]);
        await pause(outcome.value.length * PAUSE_PER_ROW_MS);
      }
    }
    this.#asking = false;
  }
}
