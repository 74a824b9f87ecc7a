/**
 * Parses a CSV text in slices of a few ms, so that main stays responsive while a large file is read. A file that is made
 * for it, with many quotes in one cell, takes Papa Parse longer, in proportion to the square of its size.
 */
import Papa from 'papaparse';
import { MAX_IMPORT_ROW_LENGTH } from '../../shared/limits';

/** A row of the file. */
export interface RawRow {
  /** Its number in a spreadsheet program, which counts empty rows, too. The first row is 1. */
  number: number;
  cells: string[];
  /** The columns whose cell is a number, a date, a formula without a result or the like instead of text (XLSX). */
  nonTextColumns?: readonly number[];
}

/** How a text is split into slices. */
export interface SliceOptions {
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
  /** Characters per slice; default `SLICE_LENGTH`. */
  sliceLength?: number;
}

const SLICE_LENGTH = 65_536;
/** The most columns of a spreadsheet, so the most cells of a row. */
export const SPREADSHEET_COLUMNS = 16_384;
/** How many characters are searched for the first line end. */
const HEAD_LENGTH = 65_536;

/** The line end of a text: the first one outside of quotes. */
export function lineEndOf(text: string): '\r\n' | '\r' | '\n' {
  const unquoted = text.slice(0, HEAD_LENGTH).replace(/"[^"]*("|$)/g, '');
  const first = /\r\n|\r|\n/.exec(unquoted)?.[0];
  return first === '\r\n' || first === '\r' ? first : '\n';
}

/**
 * The rows of a text, in slices. Ends with `row-too-long` if a row does not end, as after a quotation mark that is
 * not closed, or has too many cells.
 */
export async function* rowsOf(
  text: string,
  delimiter: string,
  { yieldToEventLoop, sliceLength = SLICE_LENGTH }: SliceOptions,
): AsyncGenerator<RawRow[] | 'row-too-long'> {
  const parser = new Papa.Parser({ delimiter, newline: lineEndOf(text) });
  let number = 0;
  let rest = '';
  let size = sliceLength;
  for (let offset = 0; offset < text.length;) {
    rest += text.slice(offset, offset + size);
    offset += size;
    const parsed = parser.parse(rest, 0, offset < text.length) as Papa.ParseResult<string[]>;
    // Without a complete row, counts the cells so far: a slice has few, but a row could have millions.
    const counted =
      parsed.data.length > 0 ? parsed : (parser.parse(rest, 0, false) as typeof parsed);
    if (counted.data.some((cells) => cells.length > SPREADSHEET_COLUMNS))
      return void (yield 'row-too-long');
    // An unclosed quote yields no row. Growing slices keep the total time linear instead of quadratic.
    size = parsed.data.length === 0 ? size * 2 : sliceLength;
    rest = offset < text.length ? rest.slice(parsed.meta.cursor) : '';
    yield parsed.data.map((cells) => ({ number: (number += 1), cells }));
    if (rest.length > MAX_IMPORT_ROW_LENGTH) return void (yield 'row-too-long');
    await yieldToEventLoop();
  }
}
