/** The tables of exports, and writing them as CSV (RFC 4180) for spreadsheet programs. */
import Papa from 'papaparse';
import { tagOf } from '../../shared/language';
import { FIELD_NAMES, type Profile } from '../../shared/profile';
import type { NotImported } from '../../shared/changes';
import { COLUMNS, type Column } from '../../shared/headings';
import { fieldLabel } from '../../shared/messages/field-labels';
import { notImportedReason } from '../../shared/messages/not-imported';
import { toCell } from './cells';
import { checkCell } from './check-column';

/** A row of an export. */
export interface ExportRow {
  id: string;
  /** What the entry is, in words. */
  kind: string;
  /** The name of the organization above it, or `''`. */
  parent: string;
  name: string;
  /** Its labels, separated by semicolons. */
  labels: string;
  fields: Profile;
}

/** Byte order mark. Without it Excel reads UTF-8 as the system's legacy encoding. */
const BYTE_ORDER_MARK = '\ufeff';

/** The number format of a language, or the default one if the language is unknown. */
function numberFormatOf(language: string): Intl.NumberFormat {
  return new Intl.NumberFormat(tagOf(language) ?? undefined);
}

/**
 * The separator that spreadsheet programs of a language expect: a semicolon if the comma is the decimal
 * separator.
 * @param language a BCP 47 tag, or the system's own notation
 */
export function separatorForLanguage(language: string): ',' | ';' {
  const parts = numberFormatOf(language).formatToParts(1.5);
  return parts.find(({ type }) => type === 'decimal')?.value === ',' ? ';' : ',';
}

/** How many rows are converted per piece, which takes a few ms. */
const SLICE = 200;

/** Rows in slices; the first one has only the headings. */
function* toSlices<Row>(
  headings: string[],
  rows: Iterable<Row>,
  cellsOf: (row: Row) => string[],
): Generator<string[][]> {
  yield [headings];
  let lines: string[][] = [];
  for (const row of rows) {
    lines.push(cellsOf(row));
    if (lines.length < SLICE) continue;
    yield lines;
    lines = [];
  }
  if (lines.length > 0) yield lines;
}

/** The table of an export, in slices of rows. The first one has the headings. */
export function exportTable(
  rows: Iterable<ExportRow>,
  headings: Readonly<Record<Column, string>>,
): Generator<string[][]> {
  return toSlices(
    COLUMNS.map((column) => headings[column]),
    rows,
    ({ id, kind, parent, name, labels, fields }) => [
      ...[id, kind, parent, name, labels],
      ...FIELD_NAMES.map((field) => fields[field]),
      checkCell(id, fields),
    ],
  );
}

/** A row of the activity: one field of a revision, or a revision in which none differs. */
export interface ActivityExportRow {
  at: string;
  id: string;
  name: string;
  what: string;
  field: string;
  before: string;
  after: string;
  by: string;
  save: string;
}

/** The table of the activity, in slices of rows. The first one has the headings. */
export async function* activityTable(
  slices: AsyncIterable<ActivityExportRow[]>,
  headings: Readonly<ActivityExportRow>,
): AsyncGenerator<string[][]> {
  const columns = ['at', 'id', 'name', 'what', 'field', 'before', 'after', 'by', 'save'] as const;
  const cellsOf = (row: ActivityExportRow): string[] => columns.map((column) => row[column]);
  yield [cellsOf(headings)];
  for await (const rows of slices) yield rows.map(cellsOf);
}

/** A row of a save's results. */
export interface ResultRow {
  id: string;
  name: string;
  result: string;
  reason: string;
}

/** The table of a save's results, in slices of rows. The first one has the headings. */
export function resultsTable(
  rows: Iterable<ResultRow>,
  headings: Readonly<Record<keyof ResultRow, string>>,
): Generator<string[][]> {
  const cellsOf = ({ id, name, result, reason }: ResultRow): string[] => [id, name, result, reason];
  return toSlices(cellsOf(headings), rows, cellsOf);
}

/** The table of what an import could not use, in slices of rows. The first one has the headings. */
export function notImportedTable(
  rows: Iterable<NotImported>,
  headings: Readonly<Record<keyof NotImported, string>>,
): Generator<string[][]> {
  const { number, value, field, reason } = headings;
  return toSlices([number, value, field, reason], rows, (row) => [
    String(row.number),
    row.value,
    row.field === null ? '' : fieldLabel(row.field),
    notImportedReason(row.reason),
  ]);
}

/** The CSV file of a table, in pieces: every cell quoted, lines ended by CRLF. */
export async function* csvPieces(
  slices: AsyncIterable<string[][]> | Iterable<string[][]>,
  separator: string,
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK;
  for await (const rows of slices) {
    const cells = rows.map((row) => row.map(toCell));
    yield `${Papa.unparse(cells, { delimiter: separator, newline: '\r\n', quotes: true })}\r\n`;
  }
}
