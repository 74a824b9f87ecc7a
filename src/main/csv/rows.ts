/**
 * The rows of a CSV text, in slices of a few milliseconds: the window stays answered while a large file
 * is read.
 */
import Papa from 'papaparse';

/** A row as it stands in the file. */
export interface RawRow {
  /** The line it begins at, from 1. */
  line: number;
  cells: string[];
}

/** How a text is gone through. */
export interface Slicing {
  /** Resolves after other work had its turn. */
  yieldToEventLoop: () => Promise<void>;
  /** Characters parsed in one go. */
  chunk?: number;
}

const CHUNK = 65_536;
/** Enough of a file to hold the end of its heading row. */
const HEAD = 65_536;

/** How lines end: as the first one outside of quotes does. */
export function lineEndOf(text: string): '\r\n' | '\r' | '\n' {
  const unquoted = text.slice(0, HEAD).replace(/"[^"]*("|$)/g, '');
  const first = /\r\n|\r|\n/.exec(unquoted)?.[0];
  return first === '\r\n' || first === '\r' ? first : '\n';
}

/** How many lines of the file a row takes up: line breaks inside its cells count. */
function linesOf(cells: readonly string[]): number {
  return cells.reduce((lines, cell) => lines + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 1);
}

/**
 * Every row, in slices.
 * @param firstLine the line of the file the text begins at
 */
export async function* rowsOf(
  text: string,
  delimiter: string,
  firstLine: number,
  { yieldToEventLoop, chunk = CHUNK }: Slicing,
): AsyncGenerator<RawRow[]> {
  const parser = new Papa.Parser({ delimiter, newline: lineEndOf(text) });
  let line = firstLine;
  let rest = '';
  let size = chunk;
  for (let at = 0; at < text.length;) {
    rest += text.slice(at, at + size);
    at += size;
    const parsed = parser.parse(rest, 0, at < text.length) as Papa.ParseResult<string[]>;
    // A quote that is never closed: looked through in growing steps, or it would take forever.
    size = parsed.data.length === 0 ? size * 2 : chunk;
    rest = at < text.length ? rest.slice(parsed.meta.cursor) : '';
    yield parsed.data.map((cells) => {
      const row = { line, cells };
      line += linesOf(cells);
      return row;
    });
    await yieldToEventLoop();
  }
}
