/** A table of profiles as the text of a CSV file (RFC 4180), for spreadsheet programs. */
import Papa from 'papaparse';
import { tagOf } from '../../shared/language';
import { FIELD_NAMES, type Profile } from '../../shared/profile';
import { toCell } from './cells';
import { COLUMNS, type Column } from './columns';

/** One line of an export. */
export interface ExportRow {
  id: string;
  name: string;
  fields: Profile;
}

/** Without this mark Excel takes UTF-8 for the system's old encoding. */
const MARK = '\ufeff';

/** How numbers are written in a language; in the program's own where it is none that is known. */
function numbersOf(language: string): Intl.NumberFormat {
  return new Intl.NumberFormat(tagOf(language) ?? undefined);
}

/**
 * The separator the spreadsheet programs of a language expect: a semicolon where the comma is in
 * numbers.
 * @param language a BCP 47 tag, or what a system says instead of one
 */
export function separatorOf(language: string): ',' | ';' {
  const parts = numbersOf(language).formatToParts(1.5);
  return parts.find(({ type }) => type === 'decimal')?.value === ',' ? ';' : ',';
}

/** The lines of a table, each cell quoted, ended by CRLF. */
export function toCsv(lines: readonly (readonly string[])[], separator: string): string {
  const text = Papa.unparse(lines as string[][], {
    delimiter: separator,
    newline: '\r\n',
    quotes: true,
  });
  return `${text}\r\n`;
}

/** A slice of lines: few enough to be made in a few milliseconds. */
const SLICE = 200;

/**
 * The whole file, in pieces.
 * @param headings what a person reads above each column
 */
export function* exportCsv(
  rows: Iterable<ExportRow>,
  headings: Readonly<Record<Column, string>>,
  separator: string,
): Generator<string> {
  yield MARK + toCsv([COLUMNS.map((column) => headings[column])], separator);
  let lines: string[][] = [];
  for (const { id, name, fields } of rows) {
    lines.push([id, name, ...FIELD_NAMES.map((field) => fields[field])].map(toCell));
    if (lines.length < SLICE) continue;
    yield toCsv(lines, separator);
    lines = [];
  }
  if (lines.length > 0) yield toCsv(lines, separator);
}

/** One line of a job's results. */
export interface ResultRow {
  id: string;
  name: string;
  result: string;
  reason: string;
}

/**
 * The results of a job as a whole file, in pieces.
 * @param headings what a person reads above each column
 */
export function* resultsCsv(
  rows: readonly ResultRow[],
  headings: Readonly<Record<keyof ResultRow, string>>,
  separator: string,
): Generator<string> {
  const line = ({ id, name, result, reason }: ResultRow): string[] =>
    [id, name, result, reason].map(toCell);
  yield MARK + toCsv([line(headings)], separator);
  for (let from = 0; from < rows.length; from += SLICE) {
    yield toCsv(rows.slice(from, from + SLICE).map(line), separator);
  }
}
