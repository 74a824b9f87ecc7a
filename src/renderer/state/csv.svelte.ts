/** Export to a file and import from one: the calls, and what is to be said of the last one. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import type { ListQuery } from '../../shared/list-query';
import type { BulkState } from './bulk.svelte';

/** What came of the last export or import. */
export type CsvStatus =
  | { kind: 'exported'; organizations: number; leftOut: number }
  | { kind: 'nothing-to-export' }
  | { kind: 'export-failed'; failure: Failure }
  | { kind: 'import-failed'; failure: Failure };

/** Carries out exports and imports, one at a time. */
export class CsvState {
  #under = $state<'export' | 'import' | null>(null);
  #news = $state.raw<CsvStatus | null>(null);
  readonly #api: LetterheadApi;
  readonly #bulk: BulkState;

  constructor(api: LetterheadApi, bulk: BulkState) {
    this.#api = api;
    this.#bulk = bulk;
  }

  /** Whether a file is being chosen, written or read. */
  get busy(): boolean {
    return this.#under !== null;
  }

  /** Whether a file to import is being chosen or read; a large one takes some seconds. */
  get importing(): boolean {
    return this.#under === 'import';
  }

  /** What is to be said of the last export or import, or null. */
  get news(): CsvStatus | null {
    return this.#news;
  }

  /** The person has read the news. */
  dismissNews(): void {
    this.#news = null;
  }

  /** Says that there is nothing to export. */
  sayNothingToExport(): void {
    this.#news = { kind: 'nothing-to-export' };
  }

  /** Writes organizations to a file the person chooses: all, those selected, or those a query finds. */
  async export(which: 'all' | 'selected' | { found: ListQuery }): Promise<void> {
    await this.#once('export', async () => {
      const outcome = await this.#api.csv.export(which);
      if (!outcome.ok) this.#news = { kind: 'export-failed', failure: outcome.failure };
      else if (outcome.value.saved) {
        const { organizations, wanted } = outcome.value;
        this.#news = { kind: 'exported', organizations, leftOut: wanted - organizations };
      }
    });
  }

  /** Lets the person choose a file; what it would change opens as a dialog. */
  async import(): Promise<void> {
    await this.#once('import', async () => {
      const outcome = await this.#api.csv.import();
      if (!outcome.ok) this.#news = { kind: 'import-failed', failure: outcome.failure };
      else if (outcome.value) this.#bulk.show({ kind: 'import', file: outcome.value });
    });
  }

  async #once(what: 'export' | 'import', work: () => Promise<void>): Promise<void> {
    if (this.#under) return;
    this.#under = what;
    this.#news = null;
    await work();
    this.#under = null;
  }
}
