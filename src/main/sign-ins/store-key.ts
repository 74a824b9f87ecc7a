/**
 * Stores a key that Cloudflare has confirmed, so that every key in the keychain has a row: first the
 * row is written (*storing*), then the key goes into the keychain and is read back, then the row
 * becomes *stored*. If that fails, the row is removed only when it is certain that no key was left
 * behind. A row that was already *stored* keeps its id and its entry, which holds either the old or the
 * new key.
 */
import type { Failure } from '../../shared/failure';
import { success, type Outcome } from '../../shared/outcome';
import type { CredentialRow } from '../database';
import type { SignInContext } from './context';

/** A key that Cloudflare confirmed, and its row. */
export interface ConfirmedKey {
  /** The current row; for a new sign-in its first row, which is not written yet. */
  row: CredentialRow;
  isNew: boolean;
  /** Changes of the row once the key is stored. */
  changes: Partial<Omit<CredentialRow, 'id' | 'state'>>;
  key: string;
}

/** Failures after which the key was certainly not written, besides `store.*` (see `Keychain.set`). */
const NOT_WRITTEN: readonly string[] = [
  'keychain.bad-value',
  'keychain.locked',
  'keychain.unavailable',
];

/** Stores the key in the keychain, and drops one that was kept for this session only. */
export async function keepInKeychain(
  context: SignInContext,
  confirmed: ConfirmedKey,
): Promise<Outcome<null>> {
  const { row, changes, key } = confirmed;
  const { id } = row;
  if (row.state !== 'stored') {
    const begun = context.put({ ...row, state: 'storing' });
    if (!begun.ok) return begun;
  }
  const set = await context.keychain.set(id, key);
  if (!set.ok) return undo(context, confirmed, set.failure);
  context.authorizations.remember(id, key);
  context.sessionKeys.delete(id);
  // Only these changes, because the person may have renamed it meanwhile.
  return context.change(id, { ...changes, state: 'stored' });
}

/** Keeps the key in memory only. A sign-in that also has a key in the keychain keeps its state. */
export function keepForSession(
  context: SignInContext,
  { row, isNew, changes, key }: ConfirmedKey,
): Outcome<null> {
  const written = context.put({ ...row, ...changes, ...(isNew ? { state: 'session-only' } : {}) });
  if (!written.ok) return written;
  context.authorizations.forget(row.id);
  context.sessionKeys.set(row.id, key);
  return success(null);
}

/** Undoes what is certain after a failure; `finishInterrupted` does the rest later. */
async function undo(
  context: SignInContext,
  { row, isNew }: ConfirmedKey,
  failure: Failure,
): Promise<Outcome<null>> {
  const { id, state } = row;
  const outcome: Outcome<null> = { ok: false, failure };
  context.authorizations.forget(id);
  // The keychain has either the old or the new key; the row is right in both cases.
  if (!isNew && state !== 'session-only') return outcome;
  const { code } = failure;
  const isAbsent =
    NOT_WRITTEN.includes(code) ||
    code.startsWith('store.') ||
    (code === 'keychain.not-kept' && (await context.keychain.delete(id)).ok);
  if (isAbsent && isNew) context.store.write(({ credentials }) => credentials.remove(id));
  else if (isAbsent) context.change(id, { state });
  return outcome;
}
