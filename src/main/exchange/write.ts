/** A table of profiles as the text of a CSV file (RFC 4180), for spreadsheet programs. */
import Papa from 'papaparse';
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

/**
 * The separator the spreadsheet programs of a language expect: a semicolon where the comma is in
 * numbers.
 * @param language a BCP 47 tag
 */
export function separatorOf(language: string): ',' | ';' {
  const parts = new Intl.NumberFormat(language).formatToParts(1.5);
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

/**
 * The whole file.
 * @param headings what a person reads above each column
 */
export function exportCsv(
  rows: readonly ExportRow[],
  headings: Readonly<Record<Column, string>>,
  separator: string,
): string {
  const lines = rows.map(({ id, name, fields }) =>
    [id, name, ...FIELD_NAMES.map((field) => fields[field])].map(toCell),
  );
  return MARK + toCsv([COLUMNS.map((column) => headings[column]), ...lines], separator);
}
