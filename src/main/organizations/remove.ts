/**
 * Removes an organization from this computer, and previews what that deletes. It removes only an organization without
 * edits, or with exactly the edits of the preview, so no edit is lost without asking.
 */
import { failed, success, type Result } from '../../shared/result';
import { lossesOf, type Database, type Tables } from '../database';

/** What removing an organization would delete. */
export interface Removal {
  /** Whether a change has been submitted and is not confirmed yet. */
  waiting: boolean;
  /** Whether there is a draft. */
  draft: boolean;
  /** Identifies these edits; null if there are none. */
  losses: string | null;
  /** The organization's sign-in; null if it has none or if other organizations use the same sign-in. */
  lastOf: { signInId: string; label: string } | null;
}

function readRemoval(tables: Tables, id: string): Removal | null {
  const organization = tables.organizations.get(id);
  const [edits] = tables.organizations.editFingerprints([id]);
  if (!organization || !edits) return null;
  const signIn = organization.signInId ? tables.signIns.get(organization.signInId) : null;
  const isLast = signIn !== null && tables.signIns.useCounts().get(signIn.id) === 1;
  return {
    waiting: edits.change !== null,
    draft: edits.draft !== null,
    losses: lossesOf(edits),
    lastOf: isLast ? { signInId: signIn.id, label: signIn.label } : null,
  };
}

/** Previews a removal, so that the confirmation dialog can say what is deleted. */
export function removalOf(database: Database, id: string): Result<Removal> {
  const read = database.read((tables) => readRemoval(tables, id));
  if (!read.ok) return read;
  return read.value ? success(read.value) : failed('organization.not-saved-here');
}

/** A removal that a person has confirmed. */
export interface ConfirmedRemoval {
  entryId: string;
  /** `losses` of the preview that the person saw. */
  losses: string | null;
  /** The sign-in of the preview if that is to be removed as well, else null. */
  signInId: string | null;
}

/** Dependencies of `removeOrganization`. */
export interface RemoveOptions {
  database: Database;
  /** Whether the change of an organization is being written or read back right now. */
  isWriting: (entryId: string) => boolean;
  /**
   * Removes a sign-in and its key. Called after the organization is removed, so that a failing keychain does not
   * prevent that.
   */
  removeSignIn: (signInId: string) => Promise<Result<null>>;
}

/**
 * Removes an organization with its copies, drafts and history. Fails with `change.outdated` if it has edits other than
 * those the person saw, if they are being written, or if its sign-in is to be removed and is not the one the person saw, or
 * no longer used by it alone.
 */
export async function removeOrganization(
  { database, isWriting, removeSignIn }: RemoveOptions,
  { entryId: id, losses, signInId }: ConfirmedRemoval,
): Promise<Result<null>> {
  const removed = database.write((tables) => {
    const removal = readRemoval(tables, id);
    if (!removal) return failed('organization.not-saved-here');
    const isAsSeen = removal.losses === losses && !isWriting(id);
    if (removal.losses !== null && !isAsSeen) return failed('change.outdated');
    if (signInId !== null && signInId !== removal.lastOf?.signInId)
      return failed('change.outdated');
    tables.organizations.remove(id);
    return success(null);
  });
  if (!removed.ok) return removed;
  if (!removed.value.ok) return removed.value;
  return signInId === null ? success(null) : removeSignIn(signInId);
}
