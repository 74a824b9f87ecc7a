/**
 * Removes sign-ins, and finishes work that was interrupted: rows in the states *storing* and *removing*, and keys
 * in the keychain that were replaced by a key for this session only. A row is deleted last, after verifying that
 * the keychain no longer has the key.
 */
import type { Failure } from '../../shared/failure';
import { needsDecision } from '../../shared/organization';
import { failed, success, type Result } from '../../shared/result';
import type { SignInRow, Tables } from '../database';
import type { SignInContext } from './context';

/**
 * Removes a sign-in and its key. Organizations that use it stay here without a sign-in, and their pending changes
 * are paused until they have another sign-in. If the keychain cannot delete the key now, this fails with
 * `keychain.*`; the row stays *removing*, which is unusable, and `finishInterrupted` tries again later.
 * @param which `unused`: fail with `sign-in.in-use` if any organization uses the sign-in
 */
export function removeSignIn(
  context: SignInContext,
  id: string,
  which: 'unused' | 'even-used',
): Promise<Result<null>> {
  return context.queue.take(async () => {
    const begun = context.database.write((tables) => {
      const { signIns } = tables;
      const row = signIns.get(id);
      if (!row) return 'sign-in.not-found';
      if (which === 'unused' && signIns.useCounts().get(id)) return 'sign-in.in-use';
      release(tables, id);
      // The key of a session-only sign-in was never in the keychain, which may not even exist.
      const inKeychain = row.state !== 'session-only';
      if (inKeychain) signIns.put({ ...row, state: 'removing' });
      else signIns.remove(id);
      return { inKeychain };
    });
    if (!begun.ok) return begun;
    if (typeof begun.value === 'string') return failed(begun.value);
    const { inKeychain } = begun.value;
    context.authorizations.forget(id);
    context.sessionKeys.delete(id);
    return inKeychain ? finishRemoving(context, id) : success(null);
  });
}

/** Removes the sign-in from its organizations and pauses their queued changes. */
function release(tables: Tables, id: string): void {
  const released = new Set(tables.organizations.release(id));
  const failure: Failure = { code: 'sign-in.not-found' };
  const waiting = tables.outbox
    .entries()
    // Changes that wait for the person's decision stay as they are.
    .filter((change) => released.has(change.entryId) && !needsDecision(change));
  tables.outbox.move(
    waiting.map(({ entryId }) => entryId),
    'paused',
    failure,
  );
}

async function finishRemoving(context: SignInContext, id: string): Promise<Result<null>> {
  const deleted = await context.keychain.delete(id);
  if (!deleted.ok) return deleted;
  const gone = context.database.write(({ signIns }) => signIns.remove(id));
  return gone.ok ? success(null) : gone;
}

/** Finishes a row in the state *storing*, according to what the keychain contains. */
async function finishStoring(context: SignInContext, row: SignInRow): Promise<Result<unknown>> {
  const { id } = row;
  const key = await context.keychain.get(id);
  // Cloudflare confirmed the key before it was stored, so the sign-in is complete.
  if (key.ok) return context.put({ ...row, state: 'stored', issue: null });
  if (key.failure.code !== 'keychain.lost') return key;
  // No key was written, but the index may already list the id.
  const deleted = await context.keychain.delete(id);
  if (!deleted.ok) return deleted;
  return context.database.write(({ signIns }) => {
    const { failure: issue } = key;
    const uses = signIns.useCounts().get(id) ?? 0;
    if (context.sessionKeys.has(id)) signIns.put({ ...row, state: 'session-only' });
    else if (uses > 0) signIns.put({ ...row, state: 'session-only', issue });
    else signIns.remove(id);
  });
}

/**
 * Deletes the keychain entry of a sign-in whose new key is kept for this session only. While this runs, the row
 * is in the state *storing*: after an interruption it is unknown whether the entry still exists.
 */
async function finishReplacing(
  context: SignInContext,
  { id, state }: SignInRow,
): Promise<Result<unknown>> {
  const begun = context.change(id, { state: 'storing' });
  if (!begun.ok) return begun;
  const deleted = await context.keychain.delete(id);
  if (!deleted.ok && deleted.failure.code === 'keychain.locked') context.change(id, { state });
  if (!deleted.ok) return deleted;
  context.sessionKeys.markReplaced(id);
  return context.change(id, { state: 'session-only' });
}

/** The work that finishes an interrupted sign-in, or null if there is none. */
function unfinishedWork(
  context: SignInContext,
  row: SignInRow,
): (() => Promise<Result<unknown>>) | null {
  if (row.state === 'removing') return () => finishRemoving(context, row.id);
  if (context.sessionKeys.isReplacing(row.id)) return () => finishReplacing(context, row);
  return row.state === 'storing' ? () => finishStoring(context, row) : null;
}

/** Records that the keys of an earlier session have to be entered again. */
function reportLostSessionKeys(context: SignInContext, rows: readonly SignInRow[]): void {
  for (const { id, state } of rows) {
    if (state === 'session-only' && !context.sessionKeys.has(id)) {
      context.health.record(id, { code: 'keychain.lost' });
    }
  }
}

/**
 * Finishes work that was interrupted because the app ended or because the keychain could not be used. Uses the
 * keychain only if there is something to finish. Stops at the first failure, because the same keychain would also
 * fail for the next row.
 */
export function finishInterrupted(context: SignInContext): Promise<void> {
  return context.queue.take(async () => {
    const rows = context.database.read(({ signIns }) => signIns.all());
    if (!rows.ok) return;
    reportLostSessionKeys(context, rows.value);
    for (const row of rows.value) {
      const finish = unfinishedWork(context, row);
      if (!finish) continue;
      const finished = await finish();
      context.authorizations.forget(row.id);
      if (!finished.ok) break;
    }
  });
}
