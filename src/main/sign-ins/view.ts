/** A sign-in as the window may know it: its row without what only main needs, and never its key. */
import type { SignIn } from '../../shared/sign-in';
import type { CredentialRow } from '../store/tables';

/**
 * The window's view of a sign-in.
 * @param useCounts how many organizations use each sign-in, by its id
 */
export function toSignIn(row: CredentialRow, useCounts: ReadonlyMap<string, number>): SignIn {
  const { id, label, email, state, checkedAt, trouble } = row;
  return { id, label, email, state, checkedAt, trouble, organizations: useCounts.get(id) ?? 0 };
}
