/**
 * The log: what went wrong, in codes and places, never in a person's words. One file of at most a
 * megabyte and one before it, in the folder `logs` beside the database.
 */
import { join } from 'node:path';
import { traceOf } from './trace';

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
