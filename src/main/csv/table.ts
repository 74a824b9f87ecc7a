/**
 * Reads a CSV file or a workbook: the organization of each row and its new texts. A column that is not in the file
 * means "leave as it is". A row that cannot be used has the reason.
 */
import Papa from 'papaparse';
import { unsendable } from '../../shared/advice';
import type { FailureCode } from '../../shared/failure';
import { MAX_IGNORED_COLUMNS, MAX_IMPORT_ROWS, MAX_SHOWN_CELL } from '../../shared/limits';
import { readEntryId } from '../../shared/organization';
import { failed, success, type Outcome } from '../../shared/outcome';
import { FIELD_NAMES, isFieldName, type Edits } from '../../shared/profile';
import { fromCell, MAX_CELL_LENGTH } from './cells';
import { columnOf, isInformation, type Column } from './columns';
import { lineEndOf, rowsOf, type RawRow } from './csv-rows';
import { decodeFile } from './decode';
import type { AboutFile, ReadRow } from './parser-protocol';
import { isArchive } from './xlsx-archive';
import { openWorkbook, type Sheet } from './xlsx-read';

/** The rows of a file, and at its end what is known about it; or why it cannot be read (`import.*`). */
type ReadFile<About = AboutFile> = AsyncGenerator<ReadRow[], Outcome<About>>;

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** The longest cell that can be an organization id, with the blanks around it. */
const MAX_ID_CELL = 1_000;
/** How many characters are searched for the heading row. */
const HEAD_LENGTH = 65_536;

/** A first line that tells Excel the separator. */
const SEPARATOR_LINE = /^sep=(.)(?:\r\n|\r|\n)/i;

/** The separator with which the most headings are recognized; null if no separator yields a heading for the id. */
function detectSeparator(text: string): string | null {
  const head = text.slice(0, HEAD_LENGTH);
  const newline = lineEndOf(head);
  const knownHeadings = (delimiter: string): number => {
    const parser = new Papa.Parser({ delimiter, newline, preview: 1 });
    const [row = []] = (parser.parse(head, 0, false) as Papa.ParseResult<string[]>).data;
    const columns = row.map(columnOf);
    return columns.includes('id') ? columns.filter((column) => column !== null).length : 0;
  };
  const [best = null] = [...SEPARATORS].sort(
    (one, other) => knownHeadings(other) - knownHeadings(one),
  );
  return best !== null && knownHeadings(best) > 0 ? best : null;
}

const isEmpty = ({ cells }: RawRow): boolean => cells.every((cell) => cell.trim() === '');

function editsOf(columns: readonly (Column | null)[], cells: readonly string[]): Edits {
  const edits: Edits = {};
  columns.forEach((column, index) => {
    const cell = cells[index];
    // A row that ends early leaves the remaining fields as they are, like a missing column.
    if (column !== null && isFieldName(column) && cell !== undefined)
      edits[column] = fromCell(cell);
  });
  return edits;
}

/** Whether two columns stand for the id or for the same field. We must not guess which column is right. */
function hasDuplicates(columns: readonly (Column | null)[]): boolean {
  const used = columns.filter(isUsed);
  return new Set(used).size < used.length;
}

/** Whether the texts of a column are read. */
function isUsed(column: Column | null | undefined): boolean {
  return column !== null && column !== undefined && !isInformation(column);
}

/** The columns of a file, which say what its rows mean. */
class Columns {
  readonly #headings: readonly string[];
  readonly #columns: readonly (Column | null)[];
  readonly #idColumn: number;

  constructor(headings: readonly string[]) {
    this.#headings = headings;
    this.#columns = headings.map(columnOf);
    this.#idColumn = this.#columns.indexOf('id');
  }

  /** Why the columns cannot be used, or null. */
  get problem(): FailureCode | null {
    if (this.#idColumn < 0) return 'import.no-id-column';
    return hasDuplicates(this.#columns) ? 'import.duplicate-column' : null;
  }

  /** The headings that name no field, shortened. */
  get ignored(): string[] {
    return this.#headings
      .filter((heading, index) => !this.#columns[index] && heading.trim() !== '')
      .slice(0, MAX_IGNORED_COLUMNS)
      .map((heading) => heading.slice(0, MAX_SHOWN_CELL));
  }

  /** What a row means; null if it is empty. */
  read(row: RawRow): ReadRow | null {
    const nonText = (row.nonTextColumns ?? []).map((index) => this.#columns[index]).filter(isUsed);
    if (isEmpty(row) && nonText.length === 0) return null;
    const cell = row.cells[this.#idColumn] ?? '';
    const typed = fromCell(cell.slice(0, MAX_ID_CELL)).trim();
    const id = cell.length > MAX_ID_CELL ? null : readEntryId(typed);
    const found = this.#found(row.cells, nonText, typed, id);
    return { number: row.number, value: typed.slice(0, MAX_SHOWN_CELL), id, found };
  }

  #found(
    cells: readonly string[],
    nonText: readonly (Column | null | undefined)[],
    typed: string,
    id: string | null,
  ): ReadRow['found'] {
    if (typed === '') return nonText.includes('id') ? 'not-text' : 'no-id';
    if (nonText.length > 0) return 'not-text';
    if (id === null) return 'bad-id';
    const extra = cells.slice(this.#columns.length);
    if (extra.some((cell) => cell.trim() !== '')) return 'too-many-columns';
    // Such a cell is not even decoded.
    const isTooLong = (column: Column | null, index: number): boolean =>
      isUsed(column) && (cells[index]?.length ?? 0) > MAX_CELL_LENGTH;
    if (this.#columns.some(isTooLong)) return 'unsendable';
    const edits = editsOf(this.#columns, cells);
    return FIELD_NAMES.some((field) => unsendable(edits[field] ?? '')) ? 'unsendable' : edits;
  }
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
async function* readCsv(whole: string): ReadFile<Pick<AboutFile, 'ignoredColumns'>> {
  const text = whole.replace(/^\ufeff/, '');
  if (!/\S/.test(text)) return failed('import.empty');
  const separatorLine = SEPARATOR_LINE.exec(text);
  const content = text.slice(separatorLine?.[0].length ?? 0);
  const separator = separatorLine?.[1] ?? detectSeparator(content);
  if (separator === null) return failed('import.no-id-column');
  // Spreadsheet programs do not show the line with the separator, so it is no row.
  return yield* readTable(rowsOf(content, separator));
}

/** Reads a workbook: the first sheet with organization IDs that is not hidden. */
async function* readXlsx(bytes: Uint8Array): ReadFile {
  try {
    const workbook = await openWorkbook(bytes);
    if (!workbook) return failed('import.unknown-format');
    let first: Outcome<AboutFile> = failed('import.empty');
    for (const [index, { name, rows }] of workbook.sheets.entries()) {
      const read = yield* readTable(rows());
      if (read.ok) {
        const others: string[] = [];
        for (const other of workbook.sheets.slice(index + 1))
          if (await hasId(other)) others.push(other.name);
        return success({ ...read.value, encoding: 'utf-8', sheets: { read: name, others } });
      }
      if (!['import.no-id-column', 'import.empty'].includes(read.failure.code)) return read;
      if (!first.ok && first.failure.code === 'import.empty') first = read;
    }
    return first;
  } catch {
    return failed('import.damaged');
  }
}

/** Whether a sheet has an organization ID. One that cannot be read has none. */
async function hasId({ rows }: Sheet): Promise<boolean> {
  try {
    for await (const read of readTable(rows())) if (read.some(({ id }) => id !== null)) return true;
  } catch {
    return false;
  }
  return false;
}

/**
 * Reads the rows of a table. Fails with `import.empty`, `import.no-id-column`, `import.duplicate-column`,
 * `import.too-many-rows` or `import.row-too-long`; throws only what `slices` throws.
 */
async function* readTable(
  slices: AsyncIterable<RawRow[]> | Iterable<RawRow[] | 'row-too-long'>,
): ReadFile<Pick<AboutFile, 'ignoredColumns'>> {
  let columns = null as Columns | null;
  let count = 0;
  let isEmptyTable = true;
  for await (const slice of slices) {
    if (slice === 'row-too-long') return failed('import.row-too-long');
    count += slice.length;
    if (count > MAX_IMPORT_ROWS) return failed('import.too-many-rows');
    const rows: ReadRow[] = [];
    for (const raw of slice) {
      const row = columns?.read(raw);
      if (row) rows.push(row);
      // A row without cells has only formulas without a result, such as a title.
      if (columns !== null || raw.cells.length === 0) continue;
      columns = new Columns(raw.cells);
      if (columns.problem) return failed(columns.problem);
    }
    if (rows.length === 0) continue;
    isEmptyTable = false;
    yield rows;
  }
  if (isEmptyTable) return failed('import.empty');
  return success({ ignoredColumns: columns?.ignored ?? [] });
}
