/**
 * The log: what went wrong, in codes and places, never in a person's words. One file of at most a
 * megabyte and one before it, in the folder `logs` beside the database.
 */
import { join } from 'node:path';

/** Writes one line about something that should not have happened. */
export type LogUnexpected = (where: string, error: unknown) => void;

/** Where a file grows past this, in bytes, it becomes the one before, which it replaces. */
export const MAX_LOG_BYTES = 1_000_000;

/** The folder of the log files. */
export function logFolder(userData: string): string {
  return join(userData, 'logs');
}

/** The files of the log, the older one first. */
export function logFiles(userData: string): string[] {
  return ['main.old.log', 'main.log'].map((name) => join(logFolder(userData), name));
}

async function open(userData: string): Promise<(line: string) => void> {
  const { default: electronLog } = await import('electron-log/node');
  const log = electronLog.create({ logId: 'main' });
  log.transports.console.level = false;
  log.transports.file.resolvePathFn = () => join(logFolder(userData), 'main.log');
  log.transports.file.maxSize = MAX_LOG_BYTES;
  return (line) => log.error(line);
}

/**
 * Builds the log in the folder `userData`. Nothing is printed to the console. What writes it is read with
 * the first line, which is there a moment later: most starts have none, and it brings half of Node along.
 */
export function createLog(userData: string): LogUnexpected {
  let opened: Promise<(line: string) => void> | null = null;
  return (where, error) => {
    // Where it happened is known only now.
    const line = `${where}: ${traceOf(error)}`;
    opened ??= open(userData);
    void opened.then((write) => write(line));
  };
}

/** Frames kept: enough to see the way, few enough to read. */
const FRAMES = 12;

/** The name of an error class; a text somebody put in its place is not believed. */
function kindOf(error: Error): string {
  return /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : 'Error';
}

/** A frame with the file's name instead of its path: `at open (index.js:1:2)`. */
function withoutFolder(frame: string): string {
  const [, name, place] = /^\s+at (?:(.*) \()?(.*?)\)?$/.exec(frame) ?? [];
  // Node's own parts have no folder; whatever is before the last separator of a path is one.
  const file = place?.startsWith('node:') ? place : (place ?? '').replace(/^.*[/\\]/, '');
  return name === undefined ? `    at ${file}` : `    at ${name} (${file})`;
}

/** The kind of an error and its frames, one per line. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { message, stack = '' } = error;
  // A message of several lines may look like a trace itself: only what stands behind it is one.
  const end = stack.indexOf(message);
  const trace = end < 0 ? '' : stack.slice(end + message.length);
  const frames = trace.split('\n').filter((line) => /^\s+at /.test(line));
  return [kindOf(error), ...frames.slice(0, FRAMES).map(withoutFolder)].join('\n');
}
