/** Removes every key of ours from the keychain, also those that no record knows any more. */
import { success, type Outcome } from '../../shared/failure';
import type { CredentialStore } from '../keychain';
import type { Store } from '../database/tables';

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
