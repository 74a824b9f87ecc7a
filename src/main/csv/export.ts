/** Writes tables as CSV (RFC 4180) for spreadsheet programs. */
import Papa from 'papaparse';
import { tagOf } from '../../shared/language';
import { FIELD_NAMES, type Profile } from '../../shared/profile';
import { toCell } from './cells';
import { COLUMNS, type Column } from './columns';

/** A row of an export. */
export interface ExportRow {
  id: string;
  /** What the entry is, in words. */
  kind: string;
  /** The name of the organization above it, or `''`. */
  parent: string;
  name: string;
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
export function separatorOf(language: string): ',' | ';' {
  const parts = numberFormatOf(language).formatToParts(1.5);
  return parts.find(({ type }) => type === 'decimal')?.value === ',' ? ';' : ',';
}

/** Rows as CSV lines: every cell quoted, lines ended by CRLF. */
function toCsv(lines: readonly (readonly string[])[], separator: string): string {
  const text = Papa.unparse(lines as string[][], {
    delimiter: separator,
    newline: '\r\n',
    quotes: true,
  });
  return `${text}\r\n`;
}

/** How many rows are converted per piece, which takes a few ms. */
const SLICE = 200;

/**
 * The file of an export, in pieces.
 * @param headings the headings of the columns
 */
export function* exportCsv(
  rows: Iterable<ExportRow>,
  headings: Readonly<Record<Column, string>>,
  separator: string,
): Generator<string> {
  yield BYTE_ORDER_MARK + toCsv([COLUMNS.map((column) => headings[column])], separator);
  let lines: string[][] = [];
  for (const { id, kind, parent, name, fields } of rows) {
    lines.push([id, kind, parent, name, ...FIELD_NAMES.map((field) => fields[field])].map(toCell));
    if (lines.length < SLICE) continue;
    yield toCsv(lines, separator);
    lines = [];
  }
  if (lines.length > 0) yield toCsv(lines, separator);
}

/** A row of a job's results. */
export interface ResultRow {
  id: string;
  name: string;
  result: string;
  reason: string;
}

/**
 * The file of a job's results, in pieces.
 * @param headings the headings of the columns
 */
export function* resultsCsv(
  rows: readonly ResultRow[],
  headings: Readonly<Record<keyof ResultRow, string>>,
  separator: string,
): Generator<string> {
  const line = ({ id, name, result, reason }: ResultRow): string[] =>
    [id, name, result, reason].map(toCell);
  yield BYTE_ORDER_MARK + toCsv([line(headings)], separator);
  for (let from = 0; from < rows.length; from += SLICE) {
    yield toCsv(rows.slice(from, from + SLICE).map(line), separator);
  }
}
