/** What is not at Cloudflare yet, over all organizations: how many there are, and the batches that made drafts. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Batch, ChangeCounts } from '../../shared/changes';
import { LiveValue } from './live-value.svelte';

const NONE: ChangeCounts = { all: 0, toSave: 0, waiting: 0, decide: 0 };

/** Loads the counts and the batches, and keeps them up to date through `changesChanged` and `batchesChanged`. */
export class ChangesState {
  readonly #counts: LiveValue<ChangeCounts>;
  readonly #batches: LiveValue<Batch[]>;
  /** The id of a batch that was started and that no event has named yet, or null. */
  #started = $state<string | null>(null);

  constructor(api: LetterheadApi) {
    this.#counts = new LiveValue(NONE, () => api.changes.counts(), api.on.changesChanged);
    this.#batches = new LiveValue<Batch[]>([], () => api.drafts.batches(), api.on.batchesChanged);
    api.on.batchesChanged((batches) => {
      if (batches.some(({ id }) => id === this.#started)) this.#started = null;
    });
  }

  /** How many organizations have something that is not at Cloudflare yet. */
  get counts(): ChangeCounts {
    return this.#counts.value;
  }

  /** Whether they are known. */
  get isCounted(): boolean {
    return this.#counts.loaded;
  }

  /** The batches whose lines are not closed, newest first. */
  get batches(): readonly Batch[] {
    return this.#batches.value;
  }

  /** Whether drafts are being made in many organizations. */
  get isMaking(): boolean {
    return this.#started !== null || this.batches.some(({ stage }) => stage === 'running');
  }

  /** Call it when a batch was started. */
  start(batchId: string): void {
    this.#started = this.batches.some(({ id }) => id === batchId) ? null : batchId;
  }

  /** Loads both. If that fails, the last ones stay. */
  async load(): Promise<void> {
    await Promise.all([this.#counts.load(), this.#batches.load()]);
  }
}
