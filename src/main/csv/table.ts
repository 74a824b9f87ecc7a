/**
 * Reads the headings and rows of a CSV file or a workbook. The first row with two filled cells has the headings, so there may
 * be a title above the table. The person decides what the columns mean, not this process.
 */
import Papa from 'papaparse';
import { unsendable } from '../../shared/advice';
import { columnOf, type Column } from '../../shared/headings';
import { MAX_IMPORT_COLUMNS, MAX_IMPORT_ROWS, MAX_SHOWN_CELL } from '../../shared/limits';
import { failed, success, type Result } from '../../shared/result';
import { isFieldName } from '../../shared/profile';
import { fromCell, isShortened, MAX_CELL_LENGTH, MAX_XLSX_CELL_LENGTH } from './cells';
import { lineEndOf, rowsOf, type RawRow } from './csv-rows';
import { decodeFile } from './decode';
import type { AboutFile, CellIssue, ReadRow } from './parser-protocol';
import { isArchive } from './xlsx-archive';
import { openWorkbook, type Sheet } from './xlsx-read';

/** Yields the rows of a file. Returns its headings and encoding, or why it cannot be read (`import.*`). */
type ReadFile<About = AboutFile> = AsyncGenerator<ReadRow[], Result<About>>;

/** The columns of a table. */
type AboutTable = Pick<AboutFile, 'headings' | 'samples' | 'moreColumns'>;

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** How many characters, and how many rows, are searched for the headings. */
const HEAD_LENGTH = 65_536;
const HEAD_ROWS = 20;

/** A first line that tells Excel the separator. */
const SEPARATOR_LINE = /^sep=(.)(?:\r\n|\r|\n)/i;

const isFilled = (cell: string): boolean => cell.trim() !== '';
const isEmpty = ({ cells }: RawRow): boolean => !cells.some(isFilled);

/** The headings: the cells of the first row with two filled ones, without empty ones at the end. Null if there is none. */
function headingsIn(rows: readonly (readonly string[])[]): string[] | null {
  const row = rows.find((cells) => cells.filter(isFilled).length > 1);
  return row ? row.slice(0, row.findLastIndex(isFilled) + 1) : null;
}

/** How likely these are the headings: the ID counts most, then the known ones, then how many there are. */
function scoreOf(headings: readonly string[] | null): number {
  const columns = (headings ?? []).map(columnOf);
  const known = columns.filter((column: Column | null) => column !== null).length;
  return (columns.includes('id') ? 1e9 : 0) + known * 1e5 + columns.length;
}

/** Whether headings name the ID or a field. */
const isOfProfiles = (headings: readonly string[] | null): boolean =>
  (headings ?? []).map(columnOf).some((column) => column === 'id' || isFieldName(column ?? ''));

/** The separator that gives the most likely headings; null if none gives any. */
function detectSeparator(text: string): string | null {
  const head = text.slice(0, HEAD_LENGTH);
  const newline = lineEndOf(head);
  const scoreWith = (delimiter: string): number => {
    const parser = new Papa.Parser({ delimiter, newline, preview: HEAD_ROWS });
    const { data } = parser.parse(head, 0, false) as Papa.ParseResult<string[]>;
    return scoreOf(headingsIn(data));
  };
  const scores = SEPARATORS.map((separator) => ({ separator, score: scoreWith(separator) }));
  const best = Math.max(...scores.map(({ score }) => score));
  return best === 0 ? null : (scores.find(({ score }) => score === best)?.separator ?? null);
}

/** What a row contains; null if it is empty. */
function readRow(row: RawRow, columns: number): ReadRow | null {
  const { number, nonText } = row;
  if (isEmpty(row) && !nonText?.length) return null;
  const length = Math.min(columns, MAX_IMPORT_COLUMNS);
  const issues: CellIssue[] = (nonText ?? []).filter(({ column }) => column < length);
  const cells: string[] = [];
  for (let column = 0; column < length; column += 1) {
    // Programs leave out empty cells at the end of a row.
    const cell = row.cells[column] ?? '';
    // Such a cell is not even decoded.
    const text = cell.length > MAX_CELL_LENGTH ? null : fromCell(cell);
    // The cells of a workbook say themselves what they are.
    if (!nonText && isShortened(cell)) issues.push({ column, kind: 'not-text' });
    const isTooLong = text === null || unsendable(text);
    if (isTooLong) issues.push({ column, kind: 'too-long' });
    else if (cell.length === MAX_XLSX_CELL_LENGTH) issues.push({ column, kind: 'cut' });
    cells.push(isTooLong ? '' : text);
  }
  return { number, from: 0, cells, issues, isTooWide: row.cells.slice(columns).some(isFilled) };
}

/** Reads a file. Its content decides how, because an extension may be wrong or missing. Never throws. */
export async function* readFile(bytes: Uint8Array): ReadFile {
  if (isArchive(bytes)) return yield* readXlsx(bytes);
  const decoded = decodeFile(bytes);
  if (!decoded.ok) return decoded;
  const { text, encoding } = decoded.value;
  const read = yield* readCsv(text);
  return read.ok ? success({ ...read.value, encoding, sheets: null }) : read;
}

/** Reads the text of a CSV file. */
async function* readCsv(whole: string): ReadFile<AboutTable> {
  const text = whole.replace(/^\ufeff/, '');
  if (!/\S/.test(text)) return failed('import.empty');
  const separatorLine = SEPARATOR_LINE.exec(text);
  const content = text.slice(separatorLine?.[0].length ?? 0);
  const separator = separatorLine?.[1] ?? detectSeparator(content);
  if (separator === null) return failed('import.no-table');
  // Spreadsheet programs do not show the line with the separator, so it is no row.
  return yield* readTable(rowsOf(content, separator));
}

/** The headings of a sheet; null if it has none, or cannot be read. */
async function headingsOf({ rows }: Sheet): Promise<string[] | null> {
  const head: string[][] = [];
  try {
    for await (const slice of rows()) {
      head.push(...slice.map(({ cells }) => cells));
      if (headingsIn(head) || head.length >= HEAD_ROWS) break;
    }
  } catch {
    return null;
  }
  return headingsIn(head);
}

/** Reads the sheet with the most likely headings. Hidden sheets are ignored. */
async function* readXlsx(bytes: Uint8Array): ReadFile {
  try {
    const workbook = await openWorkbook(bytes);
    if (!workbook) return failed('import.unknown-format');
    const sheets: { sheet: Sheet; headings: string[] | null }[] = [];
    for (const sheet of workbook.sheets) sheets.push({ sheet, headings: await headingsOf(sheet) });
    const best = Math.max(0, ...sheets.map(({ headings }) => scoreOf(headings)));
    const chosen = sheets.find(({ headings }) => scoreOf(headings) === best)?.sheet;
    if (!chosen) return failed('import.empty');
    const read = yield* readTable(chosen.rows());
    if (!read.ok) return read;
    const others = sheets
      .filter(({ sheet, headings }) => sheet !== chosen && isOfProfiles(headings))
      .map(({ sheet }) => sheet.name);
    return success({ ...read.value, encoding: 'utf-8', sheets: { read: chosen.name, others } });
  } catch {
    return failed('import.damaged');
  }
}

/**
 * Reads the rows of a table. Fails with `import.empty`, `import.no-table`, `import.too-many-rows` or
 * `import.row-too-long`; throws only what `slices` throws.
 */
async function* readTable(
  slices: AsyncIterable<RawRow[]> | Iterable<RawRow[] | 'row-too-long'>,
): ReadFile<AboutTable> {
  let headings: string[] | null = null;
  const samples: string[] = [];
  let count = 0;
  let isAnyFilled = false;
  let hasRows = false;
  for await (const slice of slices) {
    if (slice === 'row-too-long') return failed('import.row-too-long');
    count += slice.length;
    if (count > MAX_IMPORT_ROWS) return failed('import.too-many-rows');
    const rows: ReadRow[] = [];
    for (const raw of slice) {
      isAnyFilled ||= !isEmpty(raw);
      const row = headings && readRow(raw, headings.length);
      if (row) rows.push(row);
      headings ??= headingsIn([raw.cells]);
    }
    if (rows.length === 0) continue;
    hasRows = true;
    for (const { cells } of rows)
      cells.forEach((cell, at) => (samples[at] ||= cell.trim().slice(0, MAX_SHOWN_CELL)));
    yield rows;
  }
  if (!isAnyFilled || (headings && !hasRows)) return failed('import.empty');
  if (!headings) return failed('import.no-table');
  const shown = headings.slice(0, MAX_IMPORT_COLUMNS);
  return success({
    headings: shown.map((heading) => fromCell(heading.slice(0, MAX_SHOWN_CELL)).trim()),
    samples,
    moreColumns: headings.length - shown.length,
  });
}
