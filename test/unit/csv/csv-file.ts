/** The CSV file of an export. */
import { csvPieces, exportTable, type ExportRow } from '../../../src/main/csv/export';
import type { Column } from '../../../src/shared/headings';

/** The whole file as a text. */
export async function csvFile(
  rows: Iterable<ExportRow>,
  headings: Record<Column, string>,
  separator: string,
): Promise<string> {
  let file = '';
  for await (const piece of csvPieces(exportTable(rows, headings), separator)) file += piece;
  return file;
}
