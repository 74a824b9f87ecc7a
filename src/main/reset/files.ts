/** Removes every file of ours from the app's folder: logs, databases set aside, the database. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { logFolder } from '../support/log';
import { INDEX_ID_FILE, indexIdIn } from '../keychain';
import { DATABASE_FILE, isSetAsideFile } from '../database';

/** Whether a file belongs to a database of ours: the one in use, one set aside, one being made. */
function isOurs(name: string): boolean {
  return name.startsWith(DATABASE_FILE) || isSetAsideFile(name);
}

/**
 * Removes them; the database must be closed. The database itself goes last: interrupted before that,
 * the app still shows what is left.
 *
 * @param keysToo whether the keys are gone; while they are not, the file by which they are found stays
 * @returns the paths that could not be removed
 */
export function removeFiles(userData: string, keysToo: boolean): string[] {
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
  remove(join(userData, `${INDEX_ID_FILE}-new`));
  // One that is damaged finds nothing, and would keep any key from being stored from now on.
  if (keysToo || !indexIdIn(userData).read().ok) remove(join(userData, INDEX_ID_FILE));
  return left;
}
