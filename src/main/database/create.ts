/**
 * Creates a new database under a temporary name and then renames it, so that the file under the real name is
 * always complete. Therefore an empty file under the real name is damage, not an interrupted first launch.
 */
import { closeSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { SqliteFile } from './sqlite-file';
import { createSchema } from './schema';
import { syncFolder } from '../lib/sync-folder';

/**
 * Creates a new database next to `path`. Throws errors of the driver and the file system.
 * @returns `moveIntoPlace` renames the new database to `path`
 */
export function createDatabaseFile(path: string): { moveIntoPlace(): void } {
  const temporary = `${path}-new`;
  const discard = (): void => {
    rmSync(temporary, { force: true });
    rmSync(`${temporary}-journal`, { force: true });
  };
  discard();
  closeSync(openSync(temporary, 'wx', 0o600));
  try {
    build(temporary);
  } catch (error) {
    discard();
    throw error;
  }
  return {
    moveIntoPlace() {
      renameSync(temporary, path);
      syncFolder(dirname(path));
    },
  };
}

function build(path: string): void {
  const file = new SqliteFile(path, { busyTimeout: 0 });
  try {
    createSchema(file);
  } finally {
    file.close();
  }
}
