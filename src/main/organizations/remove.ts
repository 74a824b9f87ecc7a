/** Removes an organization from this computer, and previews what that deletes. */
import { failed, success, type Outcome } from '../../shared/outcome';
import type { Store } from '../database';

/** What removing an organization would delete. */
export interface Removal {
  /** Whether a change has been submitted and is not confirmed yet. */
  waiting: boolean;
  /** Whether there is a draft. */
  draft: boolean;
  /** The organization's sign-in; null if it has none or if other organizations use the same sign-in. */
  lastOf: { signInId: string; label: string } | null;
}

/** Previews a removal, so that the confirmation dialog can say what is deleted. */
export function removalOf(store: Store, id: string): Outcome<Removal> {
  const read = store.read((tables) => {
    const organization = tables.organizations.get(id);
    if (!organization) return null;
    const credential = organization.credentialId
      ? tables.credentials.get(organization.credentialId)
      : null;
    const isLast = credential !== null && tables.credentials.useCounts().get(credential.id) === 1;
    return {
      waiting: tables.outbox.get(id) !== null,
      draft: tables.drafts.get(id) !== null,
      lastOf: isLast ? { signInId: credential.id, label: credential.label } : null,
    };
  });
  if (!read.ok) return read;
  return read.value ? success(read.value) : failed('organization.not-saved-here');
}

/**
 * Removes an organization with its copies, drafts and history.
 * @param signInToo whether to remove its sign-in as well; has no effect if other organizations use the sign-in
 * @param removeSignIn removes a sign-in and its key. Called after the organization is removed, so that a failing
 *   keychain does not prevent that.
 */
export async function removeOrganization(
  store: Store,
  id: string,
  signInToo: boolean,
  removeSignIn: (signInId: string) => Promise<Outcome<null>>,
): Promise<Outcome<null>> {
  const removal = removalOf(store, id);
  if (!removal.ok) return removal;
  const removed = store.write((tables) => tables.organizations.remove(id));
  if (!removed.ok) return removed;
  const { lastOf } = removal.value;
  return signInToo && lastOf ? removeSignIn(lastOf.signInId) : success(null);
}
