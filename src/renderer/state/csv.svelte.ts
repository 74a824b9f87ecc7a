/** Export and import of CSV files and workbooks: the calls, and the status of the last one. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import type { ExportFormat } from '../../shared/csv';
import type { ImportedTable } from '../../shared/imports';
import { MAX_FILE_BYTES, MAX_PIECE_BYTES } from '../../shared/limits';
import type { ListQuery } from '../../shared/list-query';
import { failed, success, type Result } from '../../shared/result';
import type { Navigation } from './navigation.svelte';

/** Why what was dropped on the window is not imported: several files, a folder, or something else than a file. */
export type RefusedDrop = 'several' | 'folder' | 'no-file';

/** The result of the last export or import. */
export type CsvStatus =
  | {
      kind: 'exported';
      exportId: string;
      fileName: string;
      organizations: number;
      skipped: number;
      /** Why the file could not be opened or shown in its folder, or null. */
      failure: Failure | null;
    }
  | { kind: 'drop-refused'; reason: RefusedDrop }
  /** `organization` is the name of the one that cannot be exported, if the failure is about one. */
  | { kind: 'export-failed'; failure: Failure; organization?: string }
  /** `file` is the name of the file; null: a table was pasted. */
  | { kind: 'import-failed'; failure: Failure; file: string | null };

/** Runs exports and imports, one at a time. */
export class CsvState {
  /** The rows that the table shows; null: the list is shown. Set by the table. */
  table = $state.raw<{ snapshot: number; length: number } | null>(null);
  /** Whether the table is mounted. If it has the window for itself, it shows the progress of an import. */
  hasTable = $state(false);
  #format = $state<ExportFormat>('xlsx');
  #running = $state<'export' | 'import' | null>(null);
  #status = $state.raw<CsvStatus | null>(null);
  #rowsRead = $state<number | null>(null);
  /** Whether the person canceled the running import. Its file may be read already, and no longer be stopped. */
  #isCanceled = false;
  readonly #api: LetterheadApi;
  #imported = $state.raw<ImportedTable | null>(null);
  readonly #navigation: Pick<Navigation, 'view' | 'closePage'>;

  constructor(api: LetterheadApi, navigation: Pick<Navigation, 'view' | 'closePage'>) {
    this.#api = api;
    this.#navigation = navigation;
    api.on.importProgressChanged((rows) => (this.#rowsRead = rows));
  }

  /** Whether a file is being chosen, written or read. */
  get busy(): boolean {
    return this.#running !== null;
  }

  /** Whether a file to import is being chosen or read; a large one takes several seconds. */
  get importing(): boolean {
    return this.#running === 'import';
  }

  /** How many rows of a file to import are read; null while none is being read. */
  get rowsRead(): number | null {
    return this.importing ? this.#rowsRead : null;
  }

  /** The result of the last export or import, until it is dismissed; null, too, while one is running. */
  get status(): CsvStatus | null {
    return this.#running ? null : this.#status;
  }

  /** The table that the person is about to import, or null. The table shows how. */
  get imported(): ImportedTable | null {
    return this.#imported;
  }

  /** The format of the last export, of organizations or of the activity: the next one suggests it. */
  get format(): ExportFormat {
    return this.#format;
  }

  /** Suggests a format for the next export. */
  rememberFormat(format: ExportFormat): void {
    this.#format = format;
  }

  /** Hides the result. */
  dismissStatus(): void {
    this.#status = null;
  }

  /** Exports all organizations, the selected ones, those of a query or those in the table to a file that the person chooses. */
  async export(
    which: 'all' | 'selected' | { matching: ListQuery } | { snapshot: number },
    format: ExportFormat,
  ): Promise<void> {
    await this.#once('export', async () => {
      const result = await this.#api.csv.export({ which, format });
      if (!result.ok) {
        this.#status = { kind: 'export-failed', failure: result.failure };
        return;
      }
      if (result.value.tooLong !== undefined) {
        const failure: Failure = { code: 'export.text-too-long' };
        this.#status = { kind: 'export-failed', failure, organization: result.value.tooLong };
        return;
      }
      const { exportId, fileName, organizations, requested } = result.value;
      if (exportId === null || fileName === null) return;
      const skipped = requested - organizations;
      this.rememberFormat(fileName.toLowerCase().endsWith('.xlsx') ? 'xlsx' : 'csv');
      this.#status = {
        kind: 'exported',
        exportId,
        fileName,
        organizations,
        skipped,
        failure: null,
      };
    });
  }

  /** Opens the file of the last export, or shows it in its folder. A failure becomes part of the status. */
  async openExported(where: 'program' | 'folder'): Promise<void> {
    const status = this.#status;
    if (status?.kind !== 'exported') return;
    const { exportId } = status;
    const { csv } = this.#api;
    const result = await (where === 'program'
      ? csv.openExported({ exportId })
      : csv.showExported({ exportId }));
    if (this.#status !== status) return;
    this.#status = { ...status, failure: result.ok ? null : result.failure };
  }

  /** Lets the person choose a file, then shows in the table how to import it. */
  async import(): Promise<void> {
    await this.#once('import', async () => this.#show(await this.#api.csv.import()));
  }

  /** Reads a file that was dropped on the window, then shows in the table how to import it. */
  async importDropped(file: File): Promise<void> {
    await this.#once('import', async () =>
      this.#show(await this.#importContent(file.name, file), file.name),
    );
  }

  /** Reads a table that was pasted, then shows how to import it. */
  async importPasted(text: string): Promise<void> {
    const content = new Blob([text]);
    await this.#once('import', async () => this.#show(await this.#importContent(null, content)));
  }

  /** Cancels the import that is running or, if none is, the one that is shown. */
  async cancelImport(): Promise<void> {
    this.#isCanceled = this.importing;
    if (!this.importing) this.#imported = null;
    await this.#api.csv.cancelImport();
  }

  /** The drafts of the import are being made. */
  endImport(): void {
    this.#imported = null;
  }

  /** Reports that what was dropped on the window is not imported. */
  refuseDrop(reason: RefusedDrop): void {
    this.#status = { kind: 'drop-refused', reason };
  }

  /** Hands a content over in pieces, because a message is copied, and lets it be read. */
  async #importContent(title: string | null, content: Blob): Promise<Result<ImportedTable | null>> {
    if (content.size > MAX_FILE_BYTES) return failed('file.too-large');
    let at = 0;
    do {
      const part = content.slice(at, at + MAX_PIECE_BYTES);
      const piece = await part.arrayBuffer().catch(() => null);
      if (piece === null) return failed('file.unreadable');
      const added = await this.#api.csv.addContent({ piece, isFirst: at === 0 });
      if (!added.ok) return added;
      at += MAX_PIECE_BYTES;
      // An empty file has a piece, too: the first one, which replaces what was handed over before.
    } while (at < content.size && !this.#isCanceled);
    return this.#isCanceled ? success(null) : this.#api.csv.importContent({ title });
  }

  #show(read: Result<ImportedTable | null>, file: string | null = null): void {
    if (this.#isCanceled) {
      // Main had read the new table already when it forgot it.
      if (read.ok && read.value) this.#imported = null;
      return;
    }
    if (!read.ok) {
      const { failure } = read;
      this.#status = { kind: 'import-failed', failure, file: failure.file ?? file };
    } else if (read.value) {
      this.#imported = read.value;
      this.#navigation.view = 'table';
      // Beside a page there is hardly room for the table; what is typed there is kept.
      this.#navigation.closePage();
    }
  }

  /** Runs `work` unless an export or import is running already. */
  async #once(kind: 'export' | 'import', work: () => Promise<void>): Promise<void> {
    if (this.#running) return;
    this.#running = kind;
    this.#status = null;
    this.#isCanceled = false;
    await work();
    this.#running = null;
  }
}
