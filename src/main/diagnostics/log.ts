/**
 * The log: what went wrong, in codes and places, never in a person's words. One file of at most a
 * megabyte and one before it, in the folder `logs` beside the database.
 */
import { join } from 'node:path';
import electronLog from 'electron-log/node';
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

/** Builds the log in the folder `userData`. Nothing is printed to the console. */
export function createLog(userData: string): LogUnexpected {
  const log = electronLog.create({ logId: 'main' });
  log.transports.console.level = false;
  log.transports.file.resolvePathFn = () => join(logFolder(userData), 'main.log');
  log.transports.file.maxSize = MAX_LOG_BYTES;
  return (where, error) => log.error(`${where}: ${traceOf(error)}`);
}
