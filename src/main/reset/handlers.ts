/**
 * The calls of room `everything`: what *Remove everything from this computer* would take away, and
 * taking it away. Keys first, because only the keychain can refuse; then nothing can come back.
 */
import type { Handlers } from '../../shared/contract/bridge';
import { success } from '../../shared/failure';
import type { CredentialStore } from '../keychain';
import type { Store } from '../database/tables';
import { removeFiles } from './files';
import { removeAllKeys } from './keys';

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
