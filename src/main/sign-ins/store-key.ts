/**
 * Keeping a key that Cloudflare has confirmed, so that no key is ever without a record that knows it:
 * first the row exists (*storing*), then the key goes into the keychain and is read back, then the row
 * says *stored*. On the way back the row goes only when it is certain that no key was left behind. A
 * row that is *stored* keeps its id and its entry: the entry holds the old key or the new one, never
 * neither, and the keychain's index does not change.
 */
import { success, type Failure, type Outcome } from '../../shared/failure';
import type { CredentialRow } from '../database/tables';
import type { SignInContext } from './context';

/** A confirmed key, and the row it belongs to. */
export interface Confirmed {
  /** The row as it is; for a new sign-in as it begins, not written yet. */
  row: CredentialRow;
  isNew: boolean;
  /** What is true of the row once the key is kept. */
  changes: Partial<Omit<CredentialRow, 'id' | 'state'>>;
  key: string;
}

/** Besides `store.*`, failures after which a key was certainly not written (see `Keychain.set`). */
const NOT_WRITTEN: readonly string[] = [
  'keychain.bad-value',
  'keychain.locked',
  'keychain.unavailable',
];

/** Keeps the key in the keychain; one that was kept for this session only is dropped. */
export async function keepInKeychain(
  parts: SignInContext,
  confirmed: Confirmed,
): Promise<Outcome<null>> {
  const { row, changes, key } = confirmed;
  const { id } = row;
  if (row.state !== 'stored') {
    const begun = parts.put({ ...row, state: 'storing' });
    if (!begun.ok) return begun;
  }
  const set = await parts.keychain.set(id, key);
  if (!set.ok) return undo(parts, confirmed, set.failure);
  parts.authorizations.remember(id, key);
  parts.sessionKeys.delete(id);
  // Only what changed: the person may have given it another name meanwhile.
  return parts.change(id, { ...changes, state: 'stored' });
}

/** Keeps the key in memory. A sign-in the keychain knows as well keeps its state. */
export function keepForSession(
  parts: SignInContext,
  { row, isNew, changes, key }: Confirmed,
): Outcome<null> {
  const written = parts.put({ ...row, ...changes, ...(isNew ? { state: 'session-only' } : {}) });
  if (!written.ok) return written;
  parts.authorizations.forget(row.id);
  parts.sessionKeys.set(row.id, key);
  return success(null);
}

/** Takes the row back as far as that is certain to be true; what is left is tidied up later. */
async function undo(
  parts: SignInContext,
  { row, isNew }: Confirmed,
  failure: Failure,
): Promise<Outcome<null>> {
  const { id, state } = row;
  const outcome: Outcome<null> = { ok: false, failure };
  parts.authorizations.forget(id);
  // Its key may be the old one or the new one; either way the record is true.
  if (!isNew && state !== 'session-only') return outcome;
  const { code } = failure;
  const clean =
    NOT_WRITTEN.includes(code) ||
    code.startsWith('store.') ||
    (code === 'keychain.not-kept' && (await parts.keychain.delete(id)).ok);
  if (clean && isNew) parts.store.write(({ credentials }) => credentials.remove(id));
  else if (clean) parts.change(id, { state });
  return outcome;
}
