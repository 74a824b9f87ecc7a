/**
 * The log: what went wrong, in codes and places, never in a person's words. One file of at most a
 * megabyte and one before it, in the folder `logs` beside the database.
 */
import { join } from 'node:path';
import electronLog from 'electron-log/node';

/** Writes one line about something that should not have happened. */
export type LogUnexpected = (where: string, error: unknown) => void;

const MAX_BYTES = 1_000_000;

/** The stack without the message: messages may quote what a person typed or a key. */
function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { message, stack = '' } = error;
  // A message of several lines may look like a trace itself: only what stands behind it is one.
  const end = stack.indexOf(message);
  const trace = end < 0 ? '' : stack.slice(end + message.length);
  const frames = trace.split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 12)].join('\n');
}

/** Builds the log in `folder`. Nothing is printed to the console. */
export function createLog(folder: string): LogUnexpected {
  const log = electronLog.create({ logId: 'main' });
  log.transports.console.level = false;
  log.transports.file.resolvePathFn = () => join(folder, 'logs', 'main.log');
  log.transports.file.maxSize = MAX_BYTES;
  return (where, error) => log.error(`${where}: ${traceOf(error)}`);
}
