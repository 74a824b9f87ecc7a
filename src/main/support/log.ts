/**
 * The log: unexpected errors by kind and location, never anything that the person typed. It consists of one
 * file of up to a megabyte and its predecessor, in the folder `logs` beside the database.
 */
import { lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Logs an unexpected error. `where` must not contain anything that the person typed. */
export type LogUnexpected = (where: string, error: unknown) => void;

/** Above this size, in bytes, the log file replaces its predecessor and a new one begins. */
export const MAX_LOG_BYTES = 1_000_000;

/** Absolute path of the folder of the log files. */
export function logFolder(userData: string): string {
  return join(userData, 'logs');
}

/** Absolute paths of the log files, the older one first. */
export function logFiles(userData: string): string[] {
  return ['main.old.log', 'main.log'].map((name) => join(logFolder(userData), name));
}

/** Removes what is not a regular file: a write to a planted pipe would wait forever, and a link leads elsewhere. */
function removeForeign(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isFile()) rmSync(path, { recursive: true, force: true });
}

async function openLogFile(userData: string): Promise<(line: string) => void> {
  const { default: electronLog } = await import('electron-log/node');
  for (const path of logFiles(userData)) removeForeign(path);
  const log = electronLog.create({ logId: 'main' });
  log.transports.console.level = false;
  log.transports.file.resolvePathFn = () => join(logFolder(userData), 'main.log');
  log.transports.file.maxSize = MAX_LOG_BYTES;
  return (line) => log.error(line);
}

/**
 * Builds the log in the folder `userData`. Nothing is printed to the console. electron-log is loaded for
 * the first line only, because it imports half of Node and most sessions log nothing.
 * @returns the log, and `written`, which resolves once all lines so far are in it; never rejects
 */
export function createLog(userData: string) {
  let opened: Promise<(line: string) => void> | null = null;
  let last = Promise.resolve();
  const log: LogUnexpected = (where, error) => {
    // Format it now, because the error may have changed when the log is open.
    const line = `${where}: ${redactedStack(error)}`;
    opened ??= openLogFile(userData);
    // A log that cannot be written must not become another error to log.
    last = opened.then((write) => write(line)).catch(() => undefined);
  };
  return { log, written: () => last };
}

/** Number of stack frames in the log. */
const MAX_FRAMES = 12;

/** The name of an error's class. Anything that is not a plain word may contain data, so it is not logged. */
function kindOf(error: Error): string {
  return /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : 'Error';
}

/** A stack frame with the file's name instead of its path: `at open (index.js:1:2)`. */
function withoutFolder(frame: string): string {
  // A folder's name may contain a parenthesis, too; the name of a function never contains a separator.
  const [, name, place] = /^\s+at (?:([^/\\]*?) \()?(.*?)\)?$/.exec(frame) ?? [];
  // Node's own modules have no folder. In other places, everything before the last separator is one.
  const file = place?.startsWith('node:') ? place : (place ?? '').replace(/^.*[/\\]/, '');
  return name === undefined ? `    at ${file}` : `    at ${name} (${file})`;
}

/**
 * What may be logged of an error: its kind and its stack frames, one per line. Never its message, which may
 * quote a key or what the person typed, and no folder, which may contain the person's name.
 */
export function redactedStack(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { message, stack = '' } = error;
  // Lines of the message may look like stack frames, so only the text after the message counts.
  const end = stack.indexOf(message);
  const trace = end < 0 ? '' : stack.slice(end + message.length);
  const frames = trace.split('\n').filter((line) => /^\s+at /.test(line));
  return [kindOf(error), ...frames.slice(0, MAX_FRAMES).map(withoutFolder)].join('\n');
}
