/** The jobs that change many organizations, and the open dialog about a job, an import or an export. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { BulkJob } from '../../shared/bulk';
import type { Import } from '../../shared/csv';
import { LiveValue } from './live-value.svelte';

/** A dialog about many organizations, or about those that are selected. Only one is open at a time. */
export type BulkDialog =
  | { kind: 'change' }
  | { kind: 'change-sign-ins' }
  | { kind: 'remove' }
  | { kind: 'import'; file: Import }
  | { kind: 'export' }
  | { kind: 'results'; jobId: string }
  | { kind: 'cancel'; jobId: string };

/** Loads the jobs with `bulk.list` and keeps them up to date through `bulkChanged`. */
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

  /** Call it when a job was submitted: closes the dialog, and makes the job's panel take the focus. */
  start(jobId: string): void {
    this.#started = jobId;
    this.close();
  }

  /** Resets `started`. Call it once the submitted job is shown and has the focus. */
  clearStarted(): void {
    this.#started = null;
  }

  /** Closes the open dialog. */
  close(): void {
    this.#dialog = null;
  }
}
