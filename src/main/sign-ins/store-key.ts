/**
 * Stores a key that Cloudflare has confirmed. Every key in the keychain must have a row in the database, so there
 * are three steps: the row is written (*storing*), the key is written to the keychain and read back, and the row
 * becomes *stored*. After a failure, the row of a new sign-in is removed only if the keychain certainly has no
 * key. A row that was already *stored* keeps its id; its entry in the keychain has either the old or the new key.
 */
import type { Failure } from '../../shared/failure';
import { success, type Result } from '../../shared/result';
import type { SignInRow, Tables } from '../database';
import type { SignInContext } from './context';
import type { EnteredSecret } from './entered-secrets';
import { keyEntered } from './read-only';

/** A key that Cloudflare confirmed, and its row. */
export interface ConfirmedKey {
  /** The current row. For a new sign-in, the row to write. */
  row: SignInRow;
  /** Whether the sign-in is new, so that its row is not written yet. */
  isNew: boolean;
  /** Changes of the row once the key is stored. */
  changes: Partial<Omit<SignInRow, 'id' | 'state' | 'readOnly'>>;
  /** Whether a saved sign-in only reads from now on, as the person just chose. `unless-ours`: if its row may not be ours. */
  isReadOnly?: boolean | 'unless-ours';
  secret: EnteredSecret;
}

/** Failures after which the key was certainly not written, besides `database.*` (see `SystemKeychain.set`). */
const NOT_WRITTEN: readonly string[] = [
  'keychain.invalid-value',
  'keychain.full',
  'keychain.locked',
  'keychain.unavailable',
  'sign-in.forgotten',
];

function decideReadOnly(tables: Tables, { row, isReadOnly }: ConfirmedKey): void {
  const isKept = isReadOnly === 'unless-ours' && tables.signIns.isOurs(row.id);
  if (isReadOnly && !isKept) tables.signIns.setReadOnly(row.id, 'chosen');
  else keyEntered(tables, row.id, row.state === 'session-only');
}

/** Stores the key in the keychain, and drops a key that was kept for this session only. */
export async function storeInKeychain(
  context: SignInContext,
  confirmed: ConfirmedKey,
): Promise<Result<null>> {
  const { row, changes, secret } = confirmed;
  const { id } = row;
  // What is saved with this sign-in can then be checked at the next launch.
  const prepared = await context.folderKeyStored();
  if (!prepared.ok) return prepared;
  if (row.state !== 'stored') {
    const begun = context.put({ ...row, state: 'storing' });
    if (!begun.ok) return begun;
  }
  const set = await context.keychain.set(id, secret.read);
  if (!set.ok) return undo(context, confirmed, set.failure);
  context.authorizations.remember(id, secret.read());
  context.sessionKeys.delete(id);
  // Change only these columns, because the person may have renamed the sign-in in the meantime.
  return context.change(id, { ...changes, state: 'stored' }, (tables) =>
    decideReadOnly(tables, confirmed),
  );
}

/**
 * Keeps the key in memory only. A sign-in that may have an older one in the keychain keeps its state until that one is
 * deleted, as soon as the keychain allows it (`finishInterrupted`).
 */
export function storeForSession(context: SignInContext, confirmed: ConfirmedKey): Result<null> {
  const { row, isNew, changes, secret } = confirmed;
  const key = secret.read();
  if (!key.ok) return key;
  const written = context.database.write((tables) => {
    tables.signIns.put({ ...row, ...changes, ...(isNew ? { state: 'session-only' } : {}) });
    decideReadOnly(tables, confirmed);
  });
  if (!written.ok) return written;
  context.authorizations.replaced(row.id);
  context.sessionKeys.set(row.id, key.value);
  if (!isNew && row.state !== 'session-only') context.sessionKeys.markReplacing(row.id);
  return success(null);
}

/**
 * Restores the row if the keychain certainly does not have the key. Otherwise the row stays *storing*, and
 * `finishInterrupted` finishes it later.
 */
async function undo(
  context: SignInContext,
  { row, isNew }: ConfirmedKey,
  failure: Failure,
): Promise<Result<null>> {
  const { id, state } = row;
  const result: Result<null> = { ok: false, failure };
  context.authorizations.replaced(id);
  // The keychain has either the old or the new key. The row fits both.
  if (!isNew && state !== 'session-only') return result;
  const { code } = failure;
  const isAbsent =
    NOT_WRITTEN.includes(code) ||
    code.startsWith('database.') ||
    (code === 'keychain.not-stored' && (await context.keychain.delete(id)).ok);
  if (isAbsent && isNew) context.database.write(({ signIns }) => signIns.remove(id));
  else if (isAbsent) context.change(id, { state });
  return result;
}
