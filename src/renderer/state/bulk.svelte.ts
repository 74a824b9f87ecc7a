/** The jobs that change many organizations, and which of their dialogs is open. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { BulkJob } from '../../shared/bulk';
import type { Import } from '../../shared/csv';
import { LiveValue } from './live-value.svelte';

/** A dialog about many organizations; one at a time. */
export type BulkDialog =
  | { kind: 'change' }
  | { kind: 'import'; file: Import }
  | { kind: 'export' }
  | { kind: 'results'; jobId: string }
  | { kind: 'cancel'; jobId: string };

/** Mirrors `bulk.list` and `bulkChanged`. */
export class BulkState extends LiveValue<BulkJob[]> {
  #dialog = $state.raw<BulkDialog | null>(null);
  #begun = $state<string | null>(null);

  constructor(api: LetterheadApi) {
    super([], () => api.bulk.list(), api.on.bulkChanged);
  }

  /** The dialog that is open, or null. */
  get dialog(): BulkDialog | null {
    return this.#dialog;
  }

  /** The job that was just submitted, until it is in sight and has the focus; or null. */
  get begun(): string | null {
    return this.#begun;
  }

  /** The job with this id, or undefined. */
  find(id: string): BulkJob | undefined {
    return this.value.find((run) => run.id === id);
  }

  /** Opens a dialog in place of the one that is open. */
  show(dialog: BulkDialog): void {
    this.#dialog = dialog;
  }

  /** A job was submitted: its dialog is over, and the person goes on where the job is shown. */
  begin(jobId: string): void {
    this.#begun = jobId;
    this.close();
  }

  /** The job that was submitted is in sight. */
  arrived(): void {
    this.#begun = null;
  }

  /** Closes the dialog that is open. */
  close(): void {
    this.#dialog = null;
  }
}
