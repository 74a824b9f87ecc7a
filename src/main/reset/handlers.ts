/**
 * Handlers of the namespace `reset`, for *Remove everything from this computer*: removes all keys, then all files,
 * and relaunches the app. Keys come first, because the keychain may refuse and nothing is lost then.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Handlers } from '../../shared/contract/bridge';
import { success, type Result } from '../../shared/result';
import { DATABASE_FILE, isSetAsideFile, type Database } from '../database';
import { INDEX_ID_FILE, indexIdIn, type SystemKeychain } from '../keychain';
import { logFolder } from '../support';

/** Ids of the sign-ins whose key is or may be in the keychain; empty while the database cannot be read. */
function recordedIds(database: Database): string[] {
  const rows = database.read((tables) => tables.signIns.all());
  if (!rows.ok) return [];
  return rows.value.filter(({ state }) => state !== 'session-only').map(({ id }) => id);
}

/**
 * Deletes every key of this data folder: those in the keychain's index and those of the sign-ins in the database.
 * Stops at the first key that cannot be deleted; calling this again continues. Does not touch the keychain if no
 * key was ever stored. Fails with `keychain.*`, and with `database.*` if the id of the index cannot be read.
 */
export async function removeAllKeys(
  database: Database,
  keychain: Pick<SystemKeychain, 'index' | 'delete' | 'deleteFolderKey'>,
): Promise<Result<null>> {
  const known = recordedIds(database);
  // The index comes first: with a locked keychain it fails before anything is deleted.
  const listed = await keychain.index();
  if (!listed.ok) return listed;
  for (const id of new Set([...listed.value, ...known])) {
    const deleted = await keychain.delete(id);
    if (!deleted.ok) return deleted;
  }
  return keychain.deleteFolderKey();
}

/** Whether a file belongs to one of our databases: in use, set aside, or being created. */
function isDatabaseFile(name: string): boolean {
  return name.startsWith(DATABASE_FILE) || isSetAsideFile(name);
}

/**
 * Removes the log, the databases that were set aside, and the database, which must be closed. The database is
 * removed last: if the app is interrupted before, the next launch still shows its data.
 *
 * @param keysToo whether the keys were removed. If not, the file with the id of their index is kept.
 * @returns paths that could not be removed
 */
function removeFiles(userData: string, keysToo: boolean): string[] {
  const undeleted: string[] = [];
  const remove = (path: string): void => {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      undeleted.push(path);
    }
  };
  /** The names in the folder or, if it cannot be listed, those that the database has. */
  const namesThere = (): string[] => {
    try {
      return readdirSync(userData);
    } catch {
      undeleted.push(userData);
      return ['', '-wal', '-shm'].map((end) => `${DATABASE_FILE}${end}`);
    }
  };
  remove(logFolder(userData));
  const names = namesThere().filter(isDatabaseFile);
  const others = names.filter((name) => name !== DATABASE_FILE);
  for (const name of [...others, DATABASE_FILE]) remove(join(userData, name));
  remove(join(userData, `${INDEX_ID_FILE}-new`));
  // With a damaged file no keys can be found, and no new ones can be stored.
  if (keysToo || !indexIdIn(userData).read().ok) remove(join(userData, INDEX_ID_FILE));
  return undeleted;
}

/** Dependencies of the handlers. */
export interface ResetOptions {
  database: Database;
  keychain: Pick<SystemKeychain, 'index' | 'delete' | 'deleteFolderKey'>;
  /** Absolute path of the folder with database and log. */
  userData: string;
  /** Stops all services and closes the database. */
  stop: () => void;
  /** Clears what Chromium stores for our pages and requests. */
  clearSessions: () => Promise<void>;
  /** Shows which files could not be removed; resolves when the person has confirmed. */
  reportUndeletedFiles: (paths: readonly string[]) => Promise<void>;
  /** Exits and starts the app again. */
  relaunchApp: () => void;
}

/** Builds the handlers. */
export function createReset(options: ResetOptions): Handlers<'reset'> {
  const { database, keychain, userData, stop, clearSessions, reportUndeletedFiles, relaunchApp } =
    options;
  let isRemoving = false;

  async function remove(keysToo: boolean) {
    if (keysToo) {
      const removed = await removeAllKeys(database, keychain);
      if (!removed.ok) return removed;
    }
    // Point of no return: the database is closed, and only a new process can open one.
    try {
      stop();
      const undeleted = removeFiles(userData, keysToo);
      await clearSessions().catch(() => undefined);
      if (undeleted.length > 0) await reportUndeletedFiles(undeleted);
    } finally {
      relaunchApp();
    }
    return success(null);
  }

  return {
    removal: () =>
      database.read(({ organizations, outbox, signIns }) => {
        const { saved, drafts } = organizations.totals();
        return {
          organizations: saved,
          drafts,
          waiting: outbox.entries().length,
          signIns: signIns.all().length,
        };
      }),
    async remove({ keysToo }) {
      if (isRemoving) return success(null);
      isRemoving = true;
      try {
        return await remove(keysToo);
      } finally {
        isRemoving = false;
      }
    },
  };
}
