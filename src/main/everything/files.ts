/** Taking every file of ours out of the app's folder: logs, databases set aside, the database. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { logFolder } from '../diagnostics/log';
import { DATABASE_FILE, isSetAsideFile } from '../store';

/** Whether a file belongs to a database of ours: the one in use, one set aside, one being made. */
function isOurs(name: string): boolean {
  return name.startsWith(DATABASE_FILE) || isSetAsideFile(name);
}

/**
 * Removes them; the database must be closed. The database itself goes last: interrupted before that,
 * the app still shows what is left.
 *
 * @returns the paths that could not be removed
 */
export function removeFiles(userData: string): string[] {
  const left: string[] = [];
  const remove = (path: string): void => {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      left.push(path);
    }
  };
  remove(logFolder(userData));
  const names = readdirSync(userData).filter(isOurs);
  const before = names.filter((name) => name !== DATABASE_FILE);
  for (const name of [...before, DATABASE_FILE]) remove(join(userData, name));
  return left;
}
