/**
 * What is pasted into the table: reads the text of a spreadsheet, and lays its cells over those of the table. Only text is
 * read, so nothing that is formatted or executable gets in.
 */
import { MAX_FIELD_LENGTH } from '../../../shared/limits';
import type { FieldName } from '../../../shared/profile';
import type { RowRun } from '../../../shared/table';
import { rowCount } from './display-rows';

/** Cells, row by row; each row has as many. */
export type CellBlock = readonly (readonly string[])[];

/**
 * The cells of a text with tabs and line ends, as spreadsheets put it on the clipboard. A cell with a tab, a line end or a
 * quote is quoted; any other quote is part of the text, because Excel leaves it as it is.
 */
export function cellsOfText(text: string): CellBlock {
  const rows: string[][] = [[]];
  const source = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  let at = 0;
  for (;;) {
    const { cell, end } = quotedCell(source, at) ?? plainCell(source, at);
    rows.at(-1)?.push(cell);
    if (end >= source.length) break;
    if (source[end] === '\n') rows.push([]);
    at = end + 1;
  }
  // Not with `Math.max(...)`, which has a limit that large blocks exceed.
  const width = rows.reduce((most, { length }) => Math.max(most, length), 0);
  return rows.map((row) => [...row, ...Array<string>(width - row.length).fill('')]);
}

function plainCell(source: string, at: number): { cell: string; end: number } {
  const ends = /[\t\n]/g;
  ends.lastIndex = at;
  const end = ends.exec(source)?.index ?? source.length;
  return { cell: source.slice(at, end), end };
}

/** The quoted cell at a place; null if there is none. */
function quotedCell(source: string, at: number): { cell: string; end: number } | null {
  if (source[at] !== '"') return null;
  let close = source.indexOf('"', at + 1);
  while (close >= 0 && source[close + 1] === '"') close = source.indexOf('"', close + 2);
  const next = source[close + 1];
  if (close < 0 || (next !== undefined && next !== '\t' && next !== '\n')) return null;
  const inside = source.slice(at + 1, close);
  if (!/[\t\n]|""/.test(inside)) return null;
  return { cell: inside.replaceAll('""', '"'), end: close + 1 };
}

/** The text of cells for the clipboard. */
export const textOfCells = (block: CellBlock): string =>
  block
    .map((row) =>
      row
        .map((cell) => (/[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join('\t'),
    )
    .join('\n');

/** The text of a table as the reader of files takes it: with a first line that names the separator. */
export const tableText = (block: CellBlock): string => `sep=\t\n${textOfCells(block)}`;

/** Where a block lands: rows of the snapshot, fields, and a text for each cell; or those of one row for all rows. */
export interface Landing {
  rows: readonly RowRun[];
  fields: readonly FieldName[];
  texts: readonly (string | null)[];
  /** The cells of the block that have no place, row by row; empty if all have one. */
  left: CellBlock;
}

/** What a block lands on. */
export interface Target {
  /** The selected rows, without headings. */
  selected: readonly RowRun[];
  /** The first `count` rows from the first selected one on, without headings and folded rows. */
  rowsFrom: (count: number) => readonly RowRun[];
  /** The selected columns, and those after the first of them; null where a cell cannot be changed. */
  selectedColumns: number;
  columns: readonly (FieldName | null)[];
}

/** A text as main takes it; null: it is too long. */
const sendable = (text: string): string | null => (text.length > MAX_FIELD_LENGTH ? null : text);

/** Lays a block over the cells of a table. A single row or column fills a selection that is larger in that direction. */
export function landingOf(block: CellBlock, target: Target): Landing {
  const [height, width] = [block.length, block[0]?.length ?? 0];
  const isRepeatedRow = height === 1 && rowCount(target.selected) > 1;
  const isRepeatedColumn = width === 1 && target.selectedColumns > 1;
  const rows = isRepeatedRow ? target.selected : target.rowsFrom(height);
  const filled = isRepeatedRow ? 1 : rowCount(rows);
  const columns = target.columns.slice(0, isRepeatedColumn ? target.selectedColumns : width);
  const fields = columns.filter((field) => field !== null);
  const usable = columns.flatMap((field, n) => (field === null ? [] : [isRepeatedColumn ? 0 : n]));
  const texts = block
    .slice(0, filled)
    .flatMap((row) => usable.map((column) => sendable(row[column] ?? '')));
  const left = block
    .map((row, n) =>
      row.filter(
        (text, column) => n >= filled || !usable.includes(column) || sendable(text) === null,
      ),
    )
    .filter((row) => row.length > 0);
  return { rows, fields, texts, left };
}

/** How many cells a block has. */
export const cellCount = (block: CellBlock): number =>
  block.reduce((sum, row) => sum + row.length, 0);
