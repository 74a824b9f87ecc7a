/**
 * Removing a sign-in, and tidying up what was left: rows that say *storing* or *removing*, and keys
 * that one of this session took the place of. The row goes last, when the keychain has been seen
 * without the key.
 */
import { failed, success, type Failure, type Outcome } from '../../shared/failure';
import type { CredentialRow, Tables } from '../database/tables';
import type { SignInContext } from './context';

/**
 * Removes a sign-in and its key. Organizations that use it stay, without a sign-in, and so do their
 * pending changes, paused until the person gives them another one; `unused` refuses with
 * `sign-in.in-use` instead. Where the keychain cannot delete the key now, the failure says so, the row
 * stays *removing*, can be used for nothing, and is tried again later.
 */
export function removeSignIn(
  parts: SignInContext,
  id: string,
  which: 'unused' | 'even-used',
): Promise<Outcome<null>> {
  return parts.turns.take(async () => {
    const begun = parts.store.write((tables) => {
      const { credentials } = tables;
      const row = credentials.get(id);
      if (!row) return 'sign-in.none';
      if (which === 'unused' && credentials.useCounts().get(id)) return 'sign-in.in-use';
      release(tables, id);
      // A key of this session was never in the keychain, which may not even exist.
      const inKeychain = row.state !== 'session-only';
      if (inKeychain) credentials.put({ ...row, state: 'removing' });
      else credentials.remove(id);
      return { inKeychain };
    });
    if (!begun.ok) return begun;
    if (typeof begun.value === 'string') return failed(begun.value);
    const { inKeychain } = begun.value;
    parts.authorizations.forget(id);
    parts.sessionKeys.delete(id);
    return inKeychain ? finishRemoving(parts, id) : success(null);
  });
}

/** Takes the sign-in from its organizations; what they still have to send says what it waits for. */
function release(tables: Tables, id: string): void {
  const released = new Set(tables.organizations.release(id));
  const failure: Failure = { code: 'sign-in.none' };
  const waiting = tables.outbox
    .entries()
    .filter(({ organizationId }) => released.has(organizationId))
    // What waits for a decision of the person still waits for it.
    .filter(({ state }) => state === 'queued' || state === 'waiting' || state === 'paused');
  tables.outbox.move(
    waiting.map(({ organizationId }) => organizationId),
    'paused',
    failure,
  );
}

async function finishRemoving(parts: SignInContext, id: string): Promise<Outcome<null>> {
  const deleted = await parts.keychain.delete(id);
  if (!deleted.ok) return deleted;
  const gone = parts.store.write(({ credentials }) => credentials.remove(id));
  return gone.ok ? success(null) : gone;
}

/** Brings a row that says *storing* to what the keychain says. */
async function finishStoring(parts: SignInContext, row: CredentialRow): Promise<Outcome<unknown>> {
  const { id } = row;
  const key = await parts.keychain.get(id, true);
  // Cloudflare had confirmed it before it was stored, so it is complete.
  if (key.ok) return parts.put({ ...row, state: 'stored', issue: null });
  if (key.failure.code !== 'keychain.lost') return key;
  // No key was written; the index may list it already.
  const cleaned = await parts.keychain.delete(id);
  if (!cleaned.ok) return cleaned;
  return parts.store.write(({ credentials }) => {
    const { failure: issue } = key;
    const used = credentials.useCounts().get(id) ?? 0;
    if (parts.sessionKeys.has(id)) credentials.put({ ...row, state: 'session-only' });
    else if (used > 0) credentials.put({ ...row, state: 'session-only', issue });
    else credentials.remove(id);
  });
}

/**
 * Deletes the key that one of this session took the place of. Meanwhile the row says *storing*: after
 * an interruption nobody knows whether the key is still there.
 */
async function finishReplacing(
  parts: SignInContext,
  { id, state }: CredentialRow,
): Promise<Outcome<unknown>> {
  const begun = parts.change(id, { state: 'storing' });
  if (!begun.ok) return begun;
  const deleted = await parts.keychain.delete(id);
  if (!deleted.ok && deleted.failure.code === 'keychain.locked') parts.change(id, { state });
  if (!deleted.ok) return deleted;
  parts.sessionKeys.alone(id);
  return parts.change(id, { state: 'session-only' });
}

/** How to finish what is unfinished about a sign-in, or null. */
function finishing(
  parts: SignInContext,
  row: CredentialRow,
): (() => Promise<Outcome<unknown>>) | null {
  if (row.state === 'removing') return () => finishRemoving(parts, row.id);
  if (parts.sessionKeys.tookPlace(row.id)) return () => finishReplacing(parts, row);
  return row.state === 'storing' ? () => finishStoring(parts, row) : null;
}

/** Says of keys that were kept for an earlier session that they have to be entered again. */
function missSessionKeys(parts: SignInContext, rows: readonly CredentialRow[]): void {
  for (const { id, state } of rows) {
    if (state === 'session-only' && !parts.sessionKeys.has(id)) {
      parts.health.record(id, { code: 'keychain.lost' });
    }
  }
}

/**
 * Finishes what was interrupted, in an earlier run or by a keychain that could not be used. Touches
 * the keychain only if there is something to finish, and stops at the first row it cannot finish: the
 * next would meet the same keychain.
 */
export function finishInterrupted(parts: SignInContext): Promise<void> {
  return parts.turns.take(async () => {
    const rows = parts.store.read(({ credentials }) => credentials.all());
    if (!rows.ok) return;
    missSessionKeys(parts, rows.value);
    for (const row of rows.value) {
      const finish = finishing(parts, row);
      if (!finish) continue;
      const finished = await finish();
      parts.authorizations.forget(row.id);
      if (!finished.ok) break;
    }
  });
}
