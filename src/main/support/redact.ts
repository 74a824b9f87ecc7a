/**
 * Redacts the log before it leaves this computer: only times, locations in the program, and known kinds of
 * errors remain. The log should contain nothing else, but anyone can edit a file, so it is not trusted.
 */
import { calls, events } from '../../shared/contract/index';
import { FAILURES } from '../../shared/failure';

const ENTRY = /^\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.\d{3}\] \[error\]\s+(.+): (\w+)$/;
const FRAME = /^\s+at (?:.*[ (/\\])?([\w.-]+):(\d{1,6}):(\d{1,7})\)?$/;

const PLACES = new Set([
  ...Object.entries(calls).flatMap(([namespace, names]) =>
    Object.keys(names).map((name) => `${namespace}.${name}`),
  ),
  ...Object.keys(events).map((name) => `event ${name}`),
  'start',
  'main',
  'promise',
  'help',
  'clipboard',
  'context-menu',
  'database',
  'window gone',
  'window hangs',
  'window not loaded',
]);
const KINDS = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'EvalError',
  'URIError',
  'AggregateError',
  'DOMException',
  'ValiError',
  'AbortError',
  'string',
  'object',
  'undefined',
]);

/** Whether a text says where an error was, and cannot be personal. */
function isPlace(text: string): boolean {
  const [, code = ''] = /^(?:refused|saving a moved database): (.+)$/.exec(text) ?? [];
  return PLACES.has(text) || Object.hasOwn(FAILURES, code);
}

/** Redacts one line. Null if it is neither an entry of the log nor a stack frame in one of these files of the program. */
function redactLine(line: string, files: ReadonlySet<string>): string | null {
  const [, time, place, kind] = ENTRY.exec(line) ?? [];
  if (time && place && kind) {
    const where = isPlace(place) ? place : 'elsewhere';
    return `${time} ${where}: ${KINDS.has(kind) ? kind : 'another kind'}`;
  }
  const [, file, row, column] = FRAME.exec(line) ?? [];
  return file && files.has(file) ? `  at ${file}:${row}:${column}` : null;
}

/**
 * The last lines of a log, redacted.
 * @param files names of the program's files
 * @param limit maximum number of lines
 */
export function redactedLines(log: string, limit: number, files: ReadonlySet<string>): string[] {
  // Read only the end, because a file of a megabyte has thousands of lines.
  const lines = log.slice(-100_000).split(/\r?\n/);
  return lines.flatMap((line) => redactLine(line, files) ?? []).slice(-limit);
}
