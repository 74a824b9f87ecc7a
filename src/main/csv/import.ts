/**
 * Reading a CSV file: which organization each row is about and which texts it wants there. A column that
 * is not in the file means "leave as it is"; a row that cannot be used is named with its line and reason.
 */
import Papa from 'papaparse';
import { unsendable } from '../../shared/advice';
import type { Import } from '../../shared/csv';
import { failed, success, type Outcome } from '../../shared/failure';
import { readOrganizationId } from '../../shared/organization';
import { FIELD_NAMES, isFieldName, type Edits } from '../../shared/profile';
import { fromCell } from './cells';
import { columnOf, type Column } from './columns';
import { lineEndOf, rowsOf, type RawRow, type Slicing } from './rows';

/** A row that can be used. */
export interface WantedRow {
  organizationId: string;
  edits: Edits;
}

/** What a file says. */
export interface ReadFile extends Pick<Import, 'ignoredColumns' | 'problems'> {
  rows: WantedRow[];
}

type Problem = Import['problems'][number]['reason'];

/** A row with what it is about. */
interface AddressedRow extends RawRow {
  /** What stands in its id column. */
  typed: string;
  id: string | null;
}

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** How much of a problem row's id is shown. */
const SHOWN = 60;
/** Enough of a file to hold its heading row. */
const HEAD = 65_536;

/** A first line in which Excel is told the separator. */
const NAMED = /^sep=(.)(?:\r\n|\r|\n)/i;

/** The separator whose headings are understood best; null when no heading means an id. */
function separatorOf(text: string): string | null {
  const head = text.slice(0, HEAD);
  const newline = lineEndOf(head);
  const known = (delimiter: string): number => {
    const parser = new Papa.Parser({ delimiter, newline, preview: 1 });
    const [row = []] = (parser.parse(head, 0, false) as Papa.ParseResult<string[]>).data;
    const columns = row.map(columnOf);
    return columns.includes('id') ? columns.filter((column) => column !== null).length : 0;
  };
  const [best = null] = [...SEPARATORS].sort((one, other) => known(other) - known(one));
  return best !== null && known(best) > 0 ? best : null;
}

const isEmpty = ({ cells }: RawRow): boolean => cells.every((cell) => cell.trim() === '');

function editsOf(columns: readonly (Column | null)[], cells: readonly string[]): Edits {
  const edits: Edits = {};
  columns.forEach((column, index) => {
    const cell = cells[index];
    // A row that ends early leaves the rest as it is, like a column that is not there.
    if (column !== null && isFieldName(column) && cell !== undefined)
      edits[column] = fromCell(cell);
  });
  return edits;
}

/** Whether two columns mean the same: which of them is meant is not ours to guess. */
function hasTwice(columns: readonly (Column | null)[]): boolean {
  const used = columns.filter((column) => column !== null && column !== 'name');
  return new Set(used).size < used.length;
}

/** The columns of a file, and its rows with the organization each is about. */
class Table {
  headings: string[] | null = null;
  readonly rows: AddressedRow[] = [];
  /** How often each organization is named. */
  readonly times = new Map<string, number>();
  #columns: (Column | null)[] = [];

  get columns(): readonly (Column | null)[] {
    return this.#columns;
  }

  add(row: RawRow): void {
    if (this.headings === null) {
      this.headings = row.cells;
      this.#columns = row.cells.map(columnOf);
      return;
    }
    if (isEmpty(row)) return;
    const typed = fromCell(row.cells[this.#columns.indexOf('id')] ?? '').trim();
    const id = readOrganizationId(typed);
    if (id !== null) this.times.set(id, (this.times.get(id) ?? 0) + 1);
    this.rows.push({ ...row, typed, id });
  }
}

/** Why a row cannot be used, or what it wants. */
function use(
  { cells, typed, id }: AddressedRow,
  { columns, times }: Table,
  knows: (organizationId: string) => boolean,
): WantedRow | Problem {
  if (typed === '') return 'no-id';
  if (id === null) return 'bad-id';
  if (cells.slice(columns.length).some((cell) => cell.trim() !== '')) return 'too-many-columns';
  if (!knows(id)) return 'unknown-id';
  // Which of them is meant is not ours to guess.
  if ((times.get(id) ?? 0) > 1) return 'duplicate-id';
  const edits = editsOf(columns, cells);
  if (FIELD_NAMES.some((field) => unsendable(edits[field] ?? ''))) return 'unsendable';
  return { organizationId: id, edits };
}

/** Rows judged in one go. */
const SLICE = 1_000;

/**
 * Reads the text of a file.
 *
 * @param knows whether an organization is saved here
 * @returns the usable rows and the problems; fails with `import.empty`,
 *   `import.no-id-column` or `import.column-twice`
 */
export async function readCsv(
  whole: string,
  knows: (organizationId: string) => boolean,
  slicing: Slicing,
): Promise<Outcome<ReadFile>> {
  const text = whole.replace(/^\ufeff/, '');
  if (!/\S/.test(text)) return failed('import.empty');
  const named = NAMED.exec(text);
  const content = text.slice(named?.[0].length ?? 0);
  const separator = named?.[1] ?? separatorOf(content);
  if (separator === null) return failed('import.no-id-column');
  const table = new Table();
  for await (const rows of rowsOf(content, separator, named ? 2 : 1, slicing)) {
    for (const row of rows) table.add(row);
    if (!table.columns.includes('id') && table.headings) break;
  }
  const { headings, columns } = table;
  if (headings === null) return failed('import.empty');
  if (!columns.includes('id')) return failed('import.no-id-column');
  if (hasTwice(columns)) return failed('import.column-twice');
  if (table.rows.length === 0) return failed('import.empty');

  const ignoredColumns = headings.filter(
    (heading, index) => !columns[index] && heading.trim() !== '',
  );
  const result: ReadFile = { rows: [], problems: [], ignoredColumns };
  for (const [index, row] of table.rows.entries()) {
    const used = use(row, table, knows);
    if (typeof used !== 'string') result.rows.push(used);
    else {
      result.problems.push({ line: row.line, reason: used, value: row.typed.slice(0, SHOWN) });
    }
    if (index % SLICE === SLICE - 1) await slicing.yieldToEventLoop();
  }
  return success(result);
}
