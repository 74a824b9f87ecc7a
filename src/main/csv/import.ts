/**
 * Reads a CSV file or a workbook: the organization of each row and its new texts. A column that is not in the file
 * means "leave as it is". A row that cannot be used becomes a problem, with its number and reason.
 */
import Papa from 'papaparse';
import { unsendable } from '../../shared/advice';
import type { Import } from '../../shared/csv';
import type { FailureCode } from '../../shared/failure';
import { failed, success, type Outcome } from '../../shared/outcome';
import {
  MAX_IGNORED_COLUMNS,
  MAX_IMPORT_ROWS,
  MAX_PLAN_LENGTH,
  MAX_PROBLEMS,
  MAX_SHOWN_CELL,
} from '../../shared/limits';
import { readEntryId } from '../../shared/organization';
import { FIELD_NAMES, isFieldName, type Edits } from '../../shared/profile';
import { fromCell, MAX_CELL_LENGTH } from './cells';
import { columnOf, isInformation, type Column } from './columns';
import { lineEndOf, rowsOf, SPREADSHEET_COLUMNS, type RawRow, type SliceOptions } from './csv-rows';
import { WorkbookError } from './workbook-error';
import { openWorkbook, type Sheet } from './xlsx-read';

/** A row that can be used. */
export interface UsableRow {
  /** Its number in a spreadsheet program. */
  number: number;
  entryId: string;
  edits: Edits;
}

/** The content of a file. */
export interface ImportedFile extends Pick<
  Import,
  'sheets' | 'ignoredColumns' | 'problems' | 'problemCount'
> {
  rows: UsableRow[];
}

type Problem = Import['problems'][number]['reason'];

/** A row without the cells that are not needed, because a file may have millions of them. */
interface ReadRow {
  /** Its number in a spreadsheet program. */
  number: number;
  /** The text of its id column, shortened. */
  value: string;
  id: string | null;
  /** Its texts, or why it cannot be used. */
  found: Edits | Problem;
}

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

/** How much work a row is: its characters and cells. */
const sizeOf = ({ cells }: RawRow): number =>
  cells.reduce((sum, cell) => sum + cell.length, cells.length);

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

/** The columns and rows of a file. */
class Table {
  headings: string[] | null = null;
  readonly rows: ReadRow[] = [];
  /** By organization id, how many rows have it. */
  readonly counts = new Map<string, number>();
  #columns: (Column | null)[] = [];
  #hasId = false;
  readonly #isKnown: (entryId: string) => boolean;

  constructor(isKnown: (entryId: string) => boolean) {
    this.#isKnown = isKnown;
  }

  /** Whether the headings are known, and none of them stands for the id. */
  get hasNoId(): boolean {
    return this.headings !== null && !this.#hasId;
  }

  get columns(): readonly (Column | null)[] {
    return this.#columns;
  }

  add(row: RawRow): void {
    if (this.headings === null) {
      // Only formulas without a result, such as a title.
      if (row.cells.length === 0) return;
      // Cells after these count as cells without a heading.
      this.headings = row.cells.slice(0, SPREADSHEET_COLUMNS);
      this.#columns = this.headings.map(columnOf);
      this.#hasId = this.#columns.includes('id');
      return;
    }
    const nonText = (row.nonTextColumns ?? []).map((index) => this.#columns[index]).filter(isUsed);
    if (isEmpty(row) && nonText.length === 0) return;
    const cell = row.cells[this.#columns.indexOf('id')] ?? '';
    const typed = fromCell(cell.slice(0, MAX_ID_CELL)).trim();
    const id = cell.length > MAX_ID_CELL ? null : readEntryId(typed);
    if (id !== null) this.counts.set(id, (this.counts.get(id) ?? 0) + 1);
    const value = typed.slice(0, MAX_SHOWN_CELL);
    this.rows.push({
      number: row.number,
      value,
      id,
      found: this.#read(row.cells, nonText, typed, id),
    });
  }

  #read(
    cells: readonly string[],
    nonText: readonly (Column | null | undefined)[],
    typed: string,
    id: string | null,
  ): Edits | Problem {
    if (typed === '') return nonText.includes('id') ? 'not-text' : 'no-id';
    if (nonText.length > 0) return 'not-text';
    if (id === null) return 'bad-id';
    const extra = cells.slice(this.#columns.length);
    if (extra.some((cell) => cell.trim() !== '')) return 'too-many-columns';
    if (!this.#isKnown(id)) return 'unknown-id';
    // Such a cell is not even decoded.
    const isTooLong = (column: Column | null, index: number): boolean =>
      isUsed(column) && (cells[index]?.length ?? 0) > MAX_CELL_LENGTH;
    if (this.#columns.some(isTooLong)) return 'unsendable';
    const edits = editsOf(this.#columns, cells);
    return FIELD_NAMES.some((field) => unsendable(edits[field] ?? '')) ? 'unsendable' : edits;
  }
}

/** The usable row, or why it cannot be used. */
function validate({ number, id, found }: ReadRow, { counts }: Table): UsableRow | Problem {
  const isProblem = typeof found === 'string';
  if (id === null || (isProblem && found !== 'unsendable')) return isProblem ? found : 'bad-id';
  // We must not guess which of the rows is right.
  if ((counts.get(id) ?? 0) > 1) return 'duplicate-id';
  return isProblem ? found : { number, entryId: id, edits: found };
}

/** How many rows are validated before yielding to the event loop. */
const SLICE = 1_000;
/** How many characters and cells are read before yielding to the event loop, which takes a few ms. */
const SLICE_SIZE = 1_000_000;

/**
 * Reads the text of a CSV file.
 *
 * @param isKnown whether an organization is saved here
 * @returns the usable rows and the problems; fails like `readTable`
 */
export async function readCsv(
  whole: string,
  isKnown: (entryId: string) => boolean,
  slicing: SliceOptions,
): Promise<Outcome<ImportedFile>> {
  const text = whole.replace(/^\ufeff/, '');
  if (!/\S/.test(text)) return failed('import.empty');
  const separatorLine = SEPARATOR_LINE.exec(text);
  const content = text.slice(separatorLine?.[0].length ?? 0);
  const separator = separatorLine?.[1] ?? detectSeparator(content);
  if (separator === null) return failed('import.no-id-column');
  // Spreadsheet programs do not show the line with the separator, so it is no row.
  return readTable(rowsOf(content, separator, slicing), isKnown, slicing.yieldToEventLoop);
}

/**
 * Reads a workbook: the first sheet with organization IDs that is not hidden.
 *
 * @returns the usable rows and the problems; fails like `readTable`, or with `import.unknown-format`, `import.damaged` or
 *   `file.too-large`
 */
export async function readXlsx(
  bytes: Uint8Array,
  isKnown: (entryId: string) => boolean,
  { yieldToEventLoop }: Pick<SliceOptions, 'yieldToEventLoop'>,
): Promise<Outcome<ImportedFile>> {
  try {
    const workbook = await openWorkbook(bytes, yieldToEventLoop);
    if (!workbook) return failed('import.unknown-format');
    let first: Outcome<ImportedFile> = failed('import.empty');
    for (const [index, { name, rows }] of workbook.sheets.entries()) {
      const read = await readTable(rows(), isKnown, yieldToEventLoop);
      if (read.ok) {
        const others = await withIds(workbook.sheets.slice(index + 1), yieldToEventLoop);
        return success({ ...read.value, sheets: { read: name, others } });
      }
      if (!['import.no-id-column', 'import.empty'].includes(read.failure.code)) return read;
      if (!first.ok && first.failure.code === 'import.empty') first = read;
    }
    return first;
  } catch (error) {
    return failed(error instanceof WorkbookError ? error.code : 'import.damaged');
  }
}

/** The names of the sheets with an organization ID. One that cannot be read has none. */
async function withIds(
  sheets: readonly Sheet[],
  yieldToEventLoop: () => Promise<void>,
): Promise<string[]> {
  const names: string[] = [];
  for (const { name, rows } of sheets) {
    const table = new Table(() => false);
    const isEnough = (): boolean => table.hasNoId || table.counts.size > 0;
    try {
      await fill(table, rows(), yieldToEventLoop, isEnough);
    } catch {
      continue;
    }
    if (table.counts.size > 0) names.push(name);
  }
  return names;
}

/**
 * Adds rows to a table until `isEnough`, which is asked after every row. Returns why the table is too large, or null.
 */
async function fill(
  table: Table,
  slices: AsyncIterable<RawRow[] | 'row-too-long'>,
  yieldToEventLoop: () => Promise<void>,
  isEnough: () => boolean,
): Promise<FailureCode | null> {
  let count = 0;
  let length = 0;
  let size = 0;
  for await (const rows of slices) {
    if (rows === 'row-too-long') return 'import.row-too-long';
    count += rows.length;
    if (count > MAX_IMPORT_ROWS) return 'import.too-many-rows';
    for (const row of rows) {
      const rowSize = sizeOf(row);
      length += rowSize - row.cells.length;
      if (length > MAX_PLAN_LENGTH) return 'file.too-large';
      table.add(row);
      if (isEnough()) return null;
      size += rowSize;
      if (size < SLICE_SIZE) continue;
      size = 0;
      await yieldToEventLoop();
    }
  }
  return null;
}

/**
 * Reads the rows of a table.
 *
 * @param isKnown whether an organization is saved here
 * @returns the usable rows and the problems; fails with `import.empty`, `import.no-id-column`,
 *   `import.duplicate-column`, `import.too-many-rows`, `import.row-too-long`, or `file.too-large` if the cells have too
 *   many characters together: a small workbook can repeat a long text in every row
 */
async function readTable(
  slices: AsyncIterable<RawRow[] | 'row-too-long'>,
  isKnown: (entryId: string) => boolean,
  yieldToEventLoop: () => Promise<void>,
): Promise<Outcome<ImportedFile>> {
  const table = new Table(isKnown);
  const problem = await fill(table, slices, yieldToEventLoop, () => table.hasNoId);
  if (problem !== null) return failed(problem);
  const { headings, columns } = table;
  if (headings === null) return failed('import.empty');
  if (table.hasNoId) return failed('import.no-id-column');
  if (hasDuplicates(columns)) return failed('import.duplicate-column');
  if (table.rows.length === 0) return failed('import.empty');

  const ignoredColumns = headings
    .filter((heading, index) => !columns[index] && heading.trim() !== '')
    .slice(0, MAX_IGNORED_COLUMNS)
    .map((heading) => heading.slice(0, MAX_SHOWN_CELL));
  const result: ImportedFile = {
    ...{ rows: [], problems: [], problemCount: 0 },
    ...{ sheets: null, ignoredColumns },
  };
  for (const [index, row] of table.rows.entries()) {
    const validated = validate(row, table);
    if (typeof validated !== 'string') result.rows.push(validated);
    else {
      const { number, value } = row;
      if (result.problemCount < MAX_PROBLEMS)
        result.problems.push({ number, reason: validated, value });
      result.problemCount += 1;
    }
    if (index % SLICE === SLICE - 1) await yieldToEventLoop();
  }
  return success(result);
}
