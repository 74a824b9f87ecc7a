/**
 * Log lines as they may leave this computer: times, places of the program and kinds of errors that we
 * know by name. The log itself holds nothing else, but a file can be changed by anybody, so nothing in
 * it is believed.
 */
import { calls, events } from '../../shared/contract/index';

const ENTRY = /^\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.\d{3}\] \[error\]\s+(.+): (\w+)$/;
const FRAME = /^\s+at .*?\b(index\.js|index\.cjs|keychain-helper\.js):(\d{1,5}):(\d{1,5})\)?$/;

const PLACES = new Set([
  ...Object.entries(calls).flatMap(([room, names]) =>
    Object.keys(names).map((name) => `${room}.${name}`),
  ),
  ...Object.keys(events).map((name) => `event ${name}`),
  ...['start', 'main', 'promise', 'store', 'window gone', 'window hangs', 'window not loaded'],
]);
const KINDS = new Set([
  ...['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'EvalError'],
  ...['URIError', 'AggregateError', 'DOMException', 'ValiError', 'AbortError'],
  ...['string', 'object', 'undefined'],
]);

/** One line, or null when nothing of it may be passed on. */
function reduce(line: string): string | null {
  const [, at, place, kind] = ENTRY.exec(line) ?? [];
  if (at && place && kind) {
    const where = PLACES.has(place) ? place : 'elsewhere';
    return `${at} ${where}: ${KINDS.has(kind) ? kind : 'another kind'}`;
  }
  const [, file, row, column] = FRAME.exec(line) ?? [];
  return file ? `  at ${file}:${row}:${column}` : null;
}

/**
 * The last lines of a log, reduced.
 * @param limit how many lines at most
 */
export function reducedLines(log: string, limit: number): string[] {
  // Only the end is read: a file of a megabyte has thousands of lines.
  const lines = log.slice(-100_000).split(/\r?\n/);
  return lines.flatMap((line) => reduce(line) ?? []).slice(-limit);
}
