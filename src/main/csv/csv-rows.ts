/** Parses a CSV text. A cell with many quotation marks takes Papa Parse long, in proportion to the square of its length. */
import Papa from 'papaparse';
import { MAX_IMPORT_ROW_LENGTH } from '../../shared/limits';

/**
 * A cell that is not text. `number`: a whole number of up to 15 digits without a number format, so that its digits are what
 * the person sees. `not-text`: any other number, a date, a formula without a result, or the like.
 */
export interface NonText {
  column: number;
  kind: 'number' | 'not-text';
}

/** A row of the file. */
export interface RawRow {
  /** Its number in a spreadsheet program, which counts empty rows, too. The first row is 1. */
  number: number;
  cells: string[];
  /** The cells that are not text (XLSX). */
  nonText?: readonly NonText[];
}

const SLICE_LENGTH = 65_536;
/** How many characters are searched for the first line end. */
const HEAD_LENGTH = 65_536;

/** The line end of a text: the first one outside of quotes. */
export function lineEndOf(text: string): '\r\n' | '\r' | '\n' {
  const unquoted = text.slice(0, HEAD_LENGTH).replace(/"[^"]*("|$)/g, '');
  const first = /\r\n|\r|\n/.exec(unquoted)?.[0];
  return first === '\r\n' || first === '\r' ? first : '\n';
}

/**
 * The rows of a text, a slice of it at a time, because all rows together could be too many for the memory. Ends with
 * `row-too-long` at a row that has a quotation mark too few, so that it has taken in the rows after it.
 */
export function* rowsOf(
  text: string,
  delimiter: string,
  sliceLength = SLICE_LENGTH,
): Generator<RawRow[] | 'row-too-long'> {
  const parser = new Papa.Parser({ delimiter, newline: lineEndOf(text) });
  let number = 0;
  let rest = '';
  let size = sliceLength;
  for (let offset = 0; offset < text.length;) {
    rest += text.slice(offset, offset + size);
    offset += size;
    const parsed = parser.parse(rest, 0, offset < text.length) as Papa.ParseResult<string[]>;
    // An unclosed quote yields no row. Growing slices keep the total time linear instead of quadratic.
    size = parsed.data.length === 0 ? size * 2 : sliceLength;
    rest = offset < text.length ? rest.slice(parsed.meta.cursor) : '';
    const open = parsed.errors.findIndex(
      ({ code, row }) =>
        // A quotation mark inside a cell is harmless unless other rows have become part of that cell.
        code === 'MissingQuotes' || parsed.data[row ?? -1]?.some((cell) => /[\r\n]/.test(cell)),
    );
    const rows = open < 0 ? parsed.data : parsed.data.slice(0, parsed.errors[open]?.row);
    yield rows.map((cells) => ({ number: (number += 1), cells }));
    if (open >= 0 || rest.length > MAX_IMPORT_ROW_LENGTH) {
      yield 'row-too-long';
      return;
    }
  }
}
