/**
 * Reading a CSV file: which organization each row is about and which texts it wants there. A column that
 * is not in the file means "leave as it is"; a row that cannot be used is named with its line and reason.
 */
import Papa from 'papaparse';
import { unsendable } from '../../shared/advice';
import type { Import } from '../../shared/exchange';
import { failed, success, type Outcome } from '../../shared/failure';
import { readOrganizationId } from '../../shared/organization';
import { FIELD_NAMES, isFieldName, type Edits } from '../../shared/profile';
import { fromCell } from './cells';
import { columnOf, type Column } from './columns';

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

/** A row as it stands in the file. */
interface RawRow {
  /** The line it begins at, from 1. */
  line: number;
  cells: string[];
}

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** How much of a problem row's id is shown. */
const SHOWN = 60;
/** Enough of a file to hold its heading row. */
const HEAD = 65_536;

function parse(text: string, delimiter: string, preview = 0): string[][] {
  return Papa.parse<string[]>(text, { delimiter, preview, skipEmptyLines: false }).data;
}

/** A first line in which Excel is told the separator. */
const NAMED = /^sep=(.)(?:\r\n|\r|\n)/i;

/** The separator whose headings are understood best; null when no heading means an id. */
function separatorOf(text: string): string | null {
  const head = text.slice(0, HEAD);
  const known = (separator: string): number => {
    const columns = (parse(head, separator, 1)[0] ?? []).map(columnOf);
    return columns.includes('id') ? columns.filter((column) => column !== null).length : 0;
  };
  const [best = null] = [...SEPARATORS].sort((one, other) => known(other) - known(one));
  return best !== null && known(best) > 0 ? best : null;
}

/** How many lines of the file a row takes up: line breaks inside its cells count. */
function linesOf(cells: readonly string[]): number {
  return cells.reduce((lines, cell) => lines + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 1);
}

function rawRows(text: string, separator: string, firstLine: number): RawRow[] {
  let line = firstLine;
  return parse(text, separator).map((cells) => {
    const row = { line, cells };
    line += linesOf(cells);
    return row;
  });
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

/**
 * Reads the text of a file.
 *
 * @param knows whether an organization is saved here
 * @returns the usable rows and the problems; fails with `import.empty`, `import.not-csv` or
 *   `import.no-id-column`
 */
export function readCsv(
  whole: string,
  knows: (organizationId: string) => boolean,
): Outcome<ReadFile> {
  const text = whole.replace(/^\ufeff/, '');
  if (text.trim() === '') return failed('import.empty');
  const named = NAMED.exec(text);
  const table = text.slice(named?.[0].length ?? 0);
  const separator = named?.[1] ?? separatorOf(table);
  if (separator === null) return failed('import.no-id-column');
  const [head, ...body] = rawRows(table, separator, named ? 2 : 1);
  const rows = body.filter((row) => !isEmpty(row));
  if (!head || rows.length === 0) return failed('import.empty');

  const columns = head.cells.map(columnOf);
  const idColumn = columns.indexOf('id');
  if (idColumn < 0) return failed('import.no-id-column');
  const ignoredColumns = head.cells.filter(
    (heading, index) => !columns[index] && heading.trim() !== '',
  );
  const result: ReadFile = { rows: [], problems: [], ignoredColumns };
  const typed = rows.map(({ cells }) => fromCell(cells[idColumn] ?? '').trim());
  const ids = typed.map(readOrganizationId);
  const times = new Map<string | null, number>();
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
  rows.forEach(({ line, cells }, index) => {
    const value = typed[index] ?? '';
    const id = ids[index] ?? null;
    const edits = editsOf(columns, cells);
    const reason = ((): Problem | null => {
      if (value === '') return 'no-id';
      if (id === null) return 'bad-id';
      if (cells.slice(columns.length).some((cell) => cell.trim() !== '')) return 'too-many-columns';
      if (!knows(id)) return 'unknown-id';
      // Which of them is meant is not ours to guess.
      if ((times.get(id) ?? 0) > 1) return 'duplicate-id';
      if (FIELD_NAMES.some((field) => unsendable(edits[field] ?? ''))) return 'unsendable';
      result.rows.push({ organizationId: id, edits });
      return null;
    })();
    if (reason) result.problems.push({ line, reason, value: value.slice(0, SHOWN) });
  });
  return success(result);
}
