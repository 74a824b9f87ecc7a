/**
 * The handlers of the namespace `csv`: they export profiles to a CSV file or an XLSX workbook, and import such a file.
 * An import only makes drafts (table-import.ts).
 */
import { basename, extname } from 'node:path';
import type { Handlers } from '../../shared/contract/bridge';
import type { SaveResult } from '../../shared/saves';
import type { NotImported } from '../../shared/changes';
import type { ExportFormat } from '../../shared/csv';
import type { ImportedTable } from '../../shared/imports';
import { failed, success, type Result } from '../../shared/result';
import type { ListQuery } from '../../shared/list-query';
import { m } from '../../shared/messages';
import type { Failure, FailureCode } from '../../shared/failure';
import { describeFailure } from '../../shared/messages/describe-failure';
import { nameOf } from '../../shared/messages/entry-name';
import { fieldLabel } from '../../shared/messages/field-labels';
import type { EntryKind } from '../../shared/organization';
import { applyPatches } from '../../shared/patch';
import { mapFields } from '../../shared/profile';
import type { ActivityTexts } from '../changes';
import type { FileDialogs } from '../desktop';
import type { Database } from '../database';
import { SerialQueue } from '../lib/serial-queue';
import { chunks } from '../lib/slices';
import type { Column } from '../../shared/headings';
import { createExportedFiles, type FileOpener } from './exported-files';
import { deleteUnfinished, HandedOver, readChosenFile, writeChosenFile } from './files';
import { createFileReader, type FilePieces, type ParserProcess } from './import';
import { fitsXlsxCell, MAX_SHEET_ROWS, xlsxPieces } from './xlsx-write';
import {
  activityTable,
  csvPieces,
  exportTable,
  notImportedTable,
  resultsTable,
  separatorForLanguage,
  type ActivityExportRow,
  type ExportRow,
} from './export';
import { createTableImport, type TableImportOptions } from './table-import';
import { activityHeadings, activityRowsOf } from './activity-rows';

/** Dependencies of export and import. */
export interface CsvOptions {
  database: Database;
  /** Makes drafts of an imported table, as a batch. */
  importTable: TableImportOptions['importTable'];
  /** The rows and cells that the import of a batch could not use. Fails with `batch.not-found`. */
  notImported: (
    batchId: string,
    page: { offset: number; limit: number },
  ) => Result<{ total: number; rows: NotImported[] }>;
  /** Reads these entries before others, for an import. */
  readFor: TableImportOptions['readFor'];
  stopReadingFor: TableImportOptions['stopReadingFor'];
  /** The selected organizations, in the order of the list. */
  selected: () => Result<string[]>;
  /** The organizations that a snapshot of the table shows, in its order. Fails with `table.outdated`. */
  shownInTable: (snapshot: number) => Result<readonly string[]>;
  /** Starts the file parser (parser-process.ts). */
  startParser: () => ParserProcess;
  /** Called whenever the progress of reading a file has changed. */
  onProgress: () => void;
  dialogs: FileDialogs;
  opener: FileOpener;
  now: () => number;
  /** The language of the system's number format, as a BCP 47 tag. */
  language: () => string;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

function headings(): Record<Column, string> {
  return {
    id: m.csv_heading_id(),
    kind: m.csv_heading_kind(),
    parent: m.csv_heading_parent(),
    name: m.csv_heading_name(),
    labels: m.csv_heading_labels(),
    ...mapFields(fieldLabel),
    check: m.csv_heading_check(),
  };
}

const isXlsx = (path: string): boolean => extname(path).toLowerCase() === '.xlsx';

const KIND_TEXTS: Record<EntryKind, () => string> = {
  organization: m.csv_kind_organization,
  account: m.common_account,
};

const RESULT_TEXTS: Record<SaveResult['state'], () => string> = {
  done: m.common_saved,
  waiting: m.organization_status_waiting,
  failed: m.saves_result_failed,
  canceled: m.saves_result_canceled,
};

/** How many organizations are read in one transaction, which takes a few ms. */
const CHUNK_SIZE = 250;

/** Creates export and import. */
export function createCsv(options: CsvOptions) {
  const { database, dialogs, now, language, yieldToEventLoop } = options;
  /** Today's date for a file name, such as 2026-11-24. */
  const date = (): string => {
    const today = new Date(now());
    const two = (part: number): string => String(part).padStart(2, '0');
    return `${today.getFullYear()}-${two(today.getMonth() + 1)}-${two(today.getDate())}`;
  };

  /** The chosen organizations, in the order of the list or the table. */
  function idsOf(
    which: 'all' | 'selected' | { matching: ListQuery } | { snapshot: number },
  ): Result<readonly string[]> {
    if (which === 'selected') return options.selected();
    if (typeof which === 'object' && 'snapshot' in which)
      return options.shownInTable(which.snapshot);
    return database.read(({ list, organizations }) => {
      if (which !== 'all') return list.ids(which.matching, 0, list.total(which.matching));
      // A list that is being built has no order yet.
      return list.building() ? organizations.ids() : list.inOrder();
    });
  }

  /**
   * The rows of these organizations, with the texts that the app shows; skips those never read. Or the
   * name of the first organization with a text that does not fit.
   */
  async function rowsOf(
    ids: readonly string[],
    fits: (text: string) => boolean,
  ): Promise<Result<ExportRow[] | { tooLong: string }>> {
    const rows: ExportRow[] = [];
    for (const chunk of chunks(ids, CHUNK_SIZE)) {
      const read = database.read((tables) => tables.organizations.entries(chunk));
      if (!read.ok) return read;
      const entries = new Map(read.value.map((entry) => [entry.organization.id, entry]));
      for (const id of chunk) {
        const entry = entries.get(id);
        const fields = entry?.profile && applyPatches(entry.profile.fields, entry.change?.patch);
        if (!fields) continue;
        // Not as they are shown: each column is one name, as Cloudflare has it.
        const { kind, name, parent } = entry.organization;
        if (!Object.values(fields).every(fits)) return success({ tooLong: name });
        rows.push({
          id,
          kind: KIND_TEXTS[kind](),
          parent: parent?.name ?? '',
          name,
          labels: entry.labels.join('; '),
          fields,
        });
      }
      await yieldToEventLoop();
    }
    return success(rows);
  }

  /** Yields to the event loop after every piece. */
  async function* paced<T>(pieces: Iterable<T>): AsyncGenerator<T> {
    for (const piece of pieces) {
      yield piece;
      await yieldToEventLoop();
    }
  }

  /** Writes a table to a file whose extension says in which format: XLSX, otherwise CSV. */
  function writeTable(
    path: string,
    slices: AsyncIterable<string[][]>,
    sheet: string,
  ): Promise<Result<null>> {
    const pieces = isXlsx(path)
      ? xlsxPieces(slices, sheet)
      : csvPieces(slices, separatorForLanguage(language()));
    return writeChosenFile(path, pieces);
  }

  const exportedFiles = createExportedFiles(options.opener);
  /** One file at a time, because a large one takes much memory. */
  const fileQueue = new SerialQueue();
  const handedOver = new HandedOver();

  const reader = createFileReader({
    spawn: options.startParser,
    onProgress: options.onProgress,
  });

  const tables = createTableImport(options);

  /** Reads a table and keeps it; null if the person canceled. `name` is only for display. */
  const readTable = (
    name: string | null,
    pieces: FilePieces,
  ): Promise<Result<ImportedTable | null>> =>
    reader.read(pieces, (file, isCanceled) => tables.keep(name, file, isCanceled));

  /**
   * Writes rows to a file that the person chooses, which `openExported` can open; the id is null if they chose none.
   */
  async function saveTable(
    { title, name, sheet }: { title: string; name: string; sheet: string },
    format: ExportFormat,
    table: Generator<string[][]>,
  ): Promise<Result<{ exportId: string | null }>> {
    const path = await dialogs.save(title, name, format);
    if (path === null) return success({ exportId: null });
    const written = await writeTable(path, paced(table), sheet);
    return written.ok ? success({ exportId: exportedFiles.remember(path) }) : written;
  }

  /** The rows and cells that an import cannot use: of the table that is kept, or of a batch. */
  function notImported(importId: string, page: { offset: number; limit: number }) {
    const ofTable = tables.notImported(importId, page);
    return ofTable ? success(ofTable) : options.notImported(importId, page);
  }

  /** All rows and cells that an import cannot use. Throws after calling `onFailure` if they cannot be read. */
  function* notImportedRows(
    importId: string,
    onFailure: (failure: Failure) => void,
  ): Generator<NotImported> {
    for (let offset = 0; ; offset += CHUNK_SIZE) {
      const part = notImported(importId, { offset, limit: CHUNK_SIZE });
      if (!part.ok) {
        onFailure(part.failure);
        // Caught by `writeChosenFile`, which then keeps the old file.
        throw new Error(part.failure.code);
      }
      yield* part.value.rows;
      if (part.value.rows.length < CHUNK_SIZE) return;
    }
  }

  /** Stops reading a file. Returns whether one was being read or handed over. */
  function stopReading(): boolean {
    const isReading = reader.progress() !== null;
    reader.cancel();
    return handedOver.take().length > 0 || isReading;
  }

  const handlers: Handlers<'csv'> = {
    async export({ which, format }) {
      const ids = idsOf(which);
      if (!ids.ok) return ids;
      const requested = ids.value.length;
      const name = m.csv_export_file_name({ date: date() });
      const path = await dialogs.save(m.csv_export_dialog_title(), name, format);
      const nothing = { exportId: null, fileName: null, organizations: 0, requested };
      if (path === null) return success(nothing);
      const rows = await rowsOf(ids.value, isXlsx(path) ? fitsXlsxCell : () => true);
      if (!rows.ok) return rows;
      if ('tooLong' in rows.value) return success({ ...nothing, ...rows.value });
      const table = exportTable(rows.value, headings());
      const written = await writeTable(path, paced(table), m.common_organizations_title());
      if (!written.ok) return written;
      const exportId = exportedFiles.remember(path);
      const fileName = basename(path);
      return success({ exportId, fileName, organizations: rows.value.length, requested });
    },
    openExported: ({ exportId }) => exportedFiles.open(exportId),
    showExported: ({ exportId }) => exportedFiles.showInFolder(exportId),
    async import() {
      const path = await dialogs.open();
      if (path === null) return success(null);
      const file = basename(path);
      const read = await fileQueue.take(() => readTable(file, readChosenFile(path)));
      return read.ok ? read : { ok: false, failure: { ...read.failure, file } };
    },
    addContent: ({ piece, isFirst }) => handedOver.add(piece, isFirst),
    importContent({ title }) {
      const pieces = handedOver.take();
      return fileQueue.take(() => readTable(title, pieces));
    },
    async cancelImport() {
      // Whoever cancels reading keeps the table that was there before.
      if (!stopReading()) tables.forget();
      return success(null);
    },
    matchImport: (choices) => tables.counts(choices),
    readUnread: ({ importId }) => tables.readUnread(importId),
    importDrafts: (choices) => tables.makeDrafts(choices),
    notImported: ({ importId, ...page }) => notImported(importId, page),
    async exportNotImported({ importId, format }) {
      const known = notImported(importId, { offset: 0, limit: 1 });
      if (!known.ok) return known;
      const names = {
        title: m.not_imported_dialog_title(),
        name: m.not_imported_file_name({ date: date() }),
        sheet: m.not_imported_sheet(),
      };
      const titles = {
        number: m.not_imported_row(),
        value: m.not_imported_value(),
        field: m.not_imported_column(),
        reason: m.csv_heading_reason(),
      };
      let failure = null as Failure | null;
      const rows = notImportedRows(importId, (one) => (failure = one));
      const saved = await saveTable(names, format, notImportedTable(rows, titles));
      return failure ? { ok: false, failure } : saved;
    },
  };

  return {
    handlers,
    /** The texts that the table about to be imported would give an entry. */
    planned: tables.planned,
    /** How many rows of the file that is being imported are read; null while none is. */
    importProgress: reader.progress,
    /** Forgets the table about to be imported, and one that is being read: the window that shows it has closed. */
    forgetImport(): void {
      stopReading();
      tables.forget();
    },
    /** Stops reading and writing files, for quitting. */
    stop() {
      reader.cancel();
      deleteUnfinished();
    },
    /**
     * Writes the activity to a file that the person chooses, which `openExported` can open; the id is null if they chose
     * none. Fails with `export.text-too-long` or `export.too-many-rows` if a text or the rows do not fit into a workbook.
     * @param read reads the rows, and throws if that fails
     * @param format suggested; the answer has that of the file
     */
    async saveActivity(
      read: () => AsyncIterable<ActivityTexts[]>,
      format: ExportFormat,
    ): Promise<Result<{ exportId: string | null; format: ExportFormat }>> {
      const name = m.activity_file_name({ date: date() });
      const path = await dialogs.save(m.activity_dialog_title(), name, format);
      if (path === null) return success({ exportId: null, format });
      let left = isXlsx(path) ? MAX_SHEET_ROWS - 1 : Infinity;
      const fits = isXlsx(path) ? fitsXlsxCell : () => true;
      let tooMuch = null as FailureCode | null;
      async function* rows(): AsyncGenerator<ActivityExportRow[]> {
        for await (const some of read()) {
          const converted = some.flatMap(activityRowsOf);
          left -= converted.length;
          if (left < 0) tooMuch = 'export.too-many-rows';
          if (!converted.every(({ before, after }) => fits(before) && fits(after)))
            tooMuch = 'export.text-too-long';
          if (tooMuch) throw new Error(tooMuch);
          yield converted;
        }
      }
      const table = activityTable(rows(), activityHeadings());
      const written = await writeTable(path, table, m.activity_title());
      if (tooMuch) return failed(tooMuch);
      if (!written.ok) return written;
      const exportId = exportedFiles.remember(path);
      return success({ exportId, format: isXlsx(path) ? 'xlsx' : 'csv' });
    },
    /**
     * Writes a save's results to a file that the person chooses, which `openExported` can open; the id is null if they
     * chose none.
     */
    async saveResults(
      results: readonly SaveResult[],
    ): Promise<Result<{ exportId: string | null }>> {
      const rows = results.map(({ entryId, state, failure, ...names }) => {
        const text = failure && describeFailure(failure);
        return {
          id: entryId,
          name: nameOf(names),
          result: RESULT_TEXTS[state](),
          reason: text ? `${text.what} ${text.next}`.trim() : '',
        };
      });
      const titles = {
        id: m.csv_heading_id(),
        name: m.csv_heading_name(),
        result: m.csv_heading_result(),
        reason: m.csv_heading_reason(),
      };
      const names = {
        title: m.csv_results_dialog_title(),
        name: m.csv_results_file_name({ date: date() }),
        sheet: m.csv_sheet_results(),
      };
      return saveTable(names, 'csv', resultsTable(rows, titles));
    },
  };
}

/** Export and import. */
export type CsvService = ReturnType<typeof createCsv>;
