/** The jobs that change many organizations, and the dialog about them that is open. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { BulkJob } from '../../shared/bulk';
import type { Import } from '../../shared/csv';
import { LiveValue } from './live-value.svelte';

/** A dialog about many organizations. Only one is open at a time. */
export type BulkDialog =
  | { kind: 'change' }
  | { kind: 'import'; file: Import }
  | { kind: 'export' }
  | { kind: 'results'; jobId: string }
  | { kind: 'cancel'; jobId: string };

/** Mirrors `bulk.list` and `bulkChanged`. */
export class BulkState extends LiveValue<BulkJob[]> {
  #dialog = $state.raw<BulkDialog | null>(null);
  #started = $state<string | null>(null);

  constructor(api: LetterheadApi) {
    super([], () => api.bulk.list(), api.on.bulkChanged);
  }

  /** The open dialog, or null. */
  get dialog(): BulkDialog | null {
    return this.#dialog;
  }

  /** The id of the job that was just submitted, until it is shown and has the focus; or null. */
  get started(): string | null {
    return this.#started;
  }

  /** The job with this id, or undefined. */
  find(id: string): BulkJob | undefined {
    return this.value.find((job) => job.id === id);
  }

  /** Opens a dialog, replacing the open one. */
  show(dialog: BulkDialog): void {
    this.#dialog = dialog;
  }

  /** A job was submitted: closes its dialog and moves the focus to where the job is shown. */
  start(jobId: string): void {
    this.#started = jobId;
    this.close();
  }

  /** Call it once the submitted job is shown and has the focus. */
  clearStarted(): void {
    this.#started = null;
  }

  /** Closes the open dialog. */
  close(): void {
    this.#dialog = null;
  }
}
