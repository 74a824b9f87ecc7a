/**
 * The handlers of the namespace `csv`: they export profiles to a CSV file and import such a file. An import only
 * creates a plan, which is submitted like the plan of any bulk change.
 */
import { basename } from 'node:path';
import type { Handlers } from '../../shared/contract/bridge';
import type { BulkResult } from '../../shared/bulk';
import type { Import } from '../../shared/csv';
import { success, type Outcome } from '../../shared/outcome';
import type { ListQuery } from '../../shared/list-query';
import { m } from '../../shared/messages';
import { describeFailure } from '../../shared/messages/describe-failure';
import { fieldLabel } from '../../shared/messages/field-labels';
import type { EntryKind } from '../../shared/organization';
import { normalizeLineEnds, mapFields } from '../../shared/profile';
import { textsWithoutDraft, type Plans, type AdaptText } from '../bulk';
import type { FileDialogs } from '../desktop';
import type { Store } from '../database';
import { SerialQueue } from '../lib/serial-queue';
import type { Column } from './columns';
import { decodeFile } from './decode';
import { createExportedFiles, type FileOpener } from './exported-files';
import { readChosenFile, writeChosenFile } from './files';
import { readCsv } from './import';
import { exportCsv, resultsCsv, separatorOf, type ExportRow } from './export';

/** Dependencies of export and import. */
export interface CsvOptions {
  store: Store;
  plans: Plans;
  /** The selected organizations, in the order of the list. */
  selected: () => Outcome<string[]>;
  dialogs: FileDialogs;
  opener: FileOpener;
  now: () => number;
  /** The language of the system's number format, as a BCP 47 tag. */
  language: () => string;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** Export and import. */
export interface CsvService {
  handlers: Handlers<'csv'>;
  /** Writes a job's results to a file that the person chooses; `saved` is false if they chose none. */
  saveResults(results: readonly BulkResult[]): Promise<Outcome<{ saved: boolean }>>;
}

function headings(): Record<Column, string> {
  return {
    id: m.csv_heading_id(),
    kind: m.csv_heading_kind(),
    parent: m.csv_heading_parent(),
    name: m.csv_heading_name(),
    ...mapFields(fieldLabel),
  };
}

const KIND_TEXTS: Record<EntryKind, () => string> = {
  organization: m.csv_kind_organization,
  account: m.csv_kind_account,
};

const RESULT_TEXTS: Record<BulkResult['state'], () => string> = {
  done: m.csv_result_done,
  waiting: m.csv_result_waiting,
  failed: m.csv_result_failed,
  cancelled: m.csv_result_canceled,
};

/**
 * Ignores a change of line ends only, because spreadsheet programs change them. Any other difference counts as a
 * change.
 */
const ignoreLineEnds: AdaptText = (before, text) =>
  normalizeLineEnds(text) === normalizeLineEnds(before) ? before : text;

/** How many organizations are read in one transaction, which takes a few ms. */
const SLICE = 250;

/** Creates export and import. */
export function createCsv(options: CsvOptions): CsvService {
  const { store, plans, dialogs, now, language, yieldToEventLoop } = options;
  /** Today's date for a file name, such as 2026-11-24. */
  const date = (): string => {
    const today = new Date(now());
    const two = (part: number): string => String(part).padStart(2, '0');
    return `${today.getFullYear()}-${two(today.getMonth() + 1)}-${two(today.getDate())}`;
  };

  /** The organizations of a query, or all, in the order of the list. */
  const idsOf = (which: 'all' | { matching: ListQuery }): Outcome<string[]> =>
    store.read(({ list, organizations }) => {
      if (which !== 'all') return list.ids(which.matching, 0, list.total(which.matching));
      // A list that is being built has no order yet.
      return list.building() ? organizations.ids() : list.inOrder();
    });

  /** The rows of these organizations, with the texts that the app shows; skips those never read. */
  async function rowsOf(ids: readonly string[]): Promise<Outcome<ExportRow[]>> {
    const rows: ExportRow[] = [];
    for (let from = 0; from < ids.length; from += SLICE) {
      const slice = ids.slice(from, from + SLICE);
      const read = store.read((tables) => tables.organizations.entries(slice));
      if (!read.ok) return read;
      const entries = new Map(read.value.map((entry) => [entry.organization.id, entry]));
      for (const id of slice) {
        const entry = entries.get(id);
        const fields = entry && textsWithoutDraft(entry);
        if (!fields) continue;
        const { kind, parent, name } = entry.organization;
        rows.push({ id, kind: KIND_TEXTS[kind](), parent: parent?.name ?? '', name, fields });
      }
      await yieldToEventLoop();
    }
    return success(rows);
  }

  /** Yields to the event loop after every piece. */
  async function* paced(pieces: Iterable<string>): AsyncGenerator<string> {
    for (const piece of pieces) {
      yield piece;
      await yieldToEventLoop();
    }
  }

  const exportedFiles = createExportedFiles(options.opener);
  /** One file at a time, because a large one takes much memory. */
  const reading = new SerialQueue();

  /** Reads a file and plans its changes. `name` is only for display. */
  async function planFile(name: string, bytes: Uint8Array): Promise<Outcome<Import>> {
    const decoded = decodeFile(bytes);
    if (!decoded.ok) return decoded;
    const { text, encoding } = decoded.value;
    const ids = store.read((tables) => tables.organizations.ids());
    if (!ids.ok) return ids;
    const known = new Set(ids.value);
    const file = await readCsv(text, (id) => known.has(id), { yieldToEventLoop });
    if (!file.ok) return file;
    const { rows, ...found } = file.value;
    const plan = await plans.make('import', rows, ignoreLineEnds);
    if (!plan.ok) return plan;
    const numbers = new Map(rows.map(({ organizationId, number }) => [organizationId, number]));
    const rowNumbers = plan.value.rows.map(
      ({ organizationId }) => numbers.get(organizationId) ?? 0,
    );
    return success({ fileName: name, encoding, rowNumbers, ...plan.value, ...found });
  }

  return {
    handlers: {
      async export(which) {
        const ids = which === 'selected' ? options.selected() : idsOf(which);
        if (!ids.ok) return ids;
        const requested = ids.value.length;
        const name = m.csv_export_file_name({ date: date() });
        const path = await dialogs.save(m.csv_export_dialog_title(), name);
        if (path === null) return success({ exportId: null, organizations: 0, requested });
        const rows = await rowsOf(ids.value);
        if (!rows.ok) return rows;
        const pieces = exportCsv(rows.value, headings(), separatorOf(language()));
        const written = await writeChosenFile(path, paced(pieces));
        if (!written.ok) return written;
        const exportId = exportedFiles.remember(path);
        return success({ exportId, organizations: rows.value.length, requested });
      },
      openExported: ({ exportId }) => exportedFiles.open(exportId),
      showExported: ({ exportId }) => exportedFiles.showInFolder(exportId),
      async import() {
        const path = await dialogs.open();
        if (path === null) return success(null);
        return reading.take(async () => {
          const bytes = await readChosenFile(path);
          return bytes.ok ? planFile(basename(path), bytes.value) : bytes;
        });
      },
      importDropped: ({ name, content }) =>
        reading.take(() => planFile(name, new Uint8Array(content))),
    },
    async saveResults(results) {
      const name = m.csv_results_file_name({ date: date() });
      const path = await dialogs.save(m.csv_results_dialog_title(), name);
      if (path === null) return success({ saved: false });
      const rows = results.map(({ organizationId, name: organization, state, failure }) => {
        const text = failure && describeFailure(failure);
        return {
          id: organizationId,
          name: organization,
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
      const pieces = resultsCsv(rows, titles, separatorOf(language()));
      const written = await writeChosenFile(path, paced(pieces));
      return written.ok ? success({ saved: true }) : written;
    },
  };
}
