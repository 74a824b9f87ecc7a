/**
 * The calls of room `everything`: what *Remove everything from this computer* would take away, and
 * taking it away. Keys first, because only the keychain can refuse; then nothing can come back.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Handlers } from '../../shared/contract/bridge';
import { success, type Outcome } from '../../shared/failure';
import { DATABASE_FILE, isSetAsideFile } from '../database';
import type { Store } from '../database/tables';
import { INDEX_ID_FILE, indexIdIn, type CredentialStore } from '../keychain';
import { logFolder } from '../support/log';

/** Ids of the sign-ins whose key is, or may be, in the keychain; none while the database cannot be read. */
function recorded(store: Store): string[] {
  const rows = store.read((tables) => tables.credentials.all());
  if (!rows.ok) return [];
  return rows.value.filter(({ state }) => state !== 'session-only').map(({ id }) => id);
}

/**
 * Deletes every key of this data folder: those the keychain's own index lists and those of the records.
 * Stops at the first that cannot be deleted, with `keychain.*`, and with `store.*` where the index cannot
 * be found; asking again continues. Where no key was ever kept, the keychain is not asked.
 */
export async function removeAllKeys(
  store: Store,
  keychain: Pick<CredentialStore, 'index' | 'delete'>,
): Promise<Outcome<null>> {
  const known = recorded(store);
  // The index first: with a locked keychain it fails before anything is gone.
  const listed = await keychain.index();
  if (!listed.ok) return listed;
  for (const id of new Set([...listed.value, ...known])) {
    const deleted = await keychain.delete(id);
    if (!deleted.ok) return deleted;
  }
  return success(null);
}

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

/** What the room needs. */
export interface ResetOptions {
  store: Store;
  keychain: Pick<CredentialStore, 'index' | 'delete'>;
  /** The folder of database and log. */
  userData: string;
  /** Ends all work and closes the database. */
  stop: () => void;
  /** Clears what Chromium keeps for our pages and requests. */
  clearSessions: () => Promise<void>;
  /** Says which files could not be removed; ends when the person has read it. */
  reportLeftFiles: (paths: readonly string[]) => Promise<void>;
  /** Starts the app anew. */
  relaunchApp: () => void;
}

/** Builds the room. */
export function createReset(options: ResetOptions): Handlers<'reset'> {
  const { store, keychain, userData, stop, clearSessions, reportLeftFiles, relaunchApp } = options;
  let under = false;

  async function remove(keysToo: boolean) {
    if (keysToo) {
      const removed = await removeAllKeys(store, keychain);
      if (!removed.ok) return removed;
    }
    // From here on there is no way back: the database is closed, and only a new start opens one.
    stop();
    const left = removeFiles(userData, keysToo);
    await clearSessions().catch(() => undefined);
    if (left.length > 0) await reportLeftFiles(left);
    relaunchApp();
    return success(null);
  }

  return {
    removal: () =>
      store.read(({ organizations, outbox, credentials }) => {
        const { saved, drafts } = organizations.figures();
        return {
          organizations: saved,
          drafts,
          waiting: outbox.entries().length,
          signIns: credentials.all().length,
        };
      }),
    async remove({ keysToo }) {
      if (under) return success(null);
      under = true;
      try {
        return await remove(keysToo);
      } finally {
        under = false;
      }
    },
  };
}
