/**
 * Removing a sign-in, and tidying up what an interruption left: rows that say *storing* or *removing*.
 * The row goes last, when the keychain has been seen without the key.
 */
import { failed, success, type Outcome } from '../../shared/failure';
import type { CredentialRow } from '../store/tables';
import type { Parts } from './parts';

/**
 * Removes a sign-in and its key. Refused with `sign-in.in-use` while organizations use it. Where the
 * keychain cannot delete the key now, the failure says so, the row stays *removing*, can be used for
 * nothing, and is tried again later.
 */
export function removeSignIn(parts: Parts, id: string): Promise<Outcome<null>> {
  return parts.turns.take(async () => {
    const begun = parts.store.write(({ credentials }) => {
      const row = credentials.get(id);
      if (!row) return 'sign-in.none';
      if (credentials.useCounts().get(id)) return 'sign-in.in-use';
      // A key of this session was never in the keychain, which may not even exist.
      if (row.state === 'session-only') credentials.remove(id);
      else credentials.put({ ...row, state: 'removing' });
      return row.state;
    });
    if (!begun.ok) return begun;
    if (begun.value === 'sign-in.none' || begun.value === 'sign-in.in-use') {
      return failed(begun.value);
    }
    parts.authorizations.forget(id);
    parts.sessionKeys.delete(id);
    const done = begun.value === 'session-only' ? success(null) : await finishRemoving(parts, id);
    parts.listeners.onSignInsChanged();
    return done;
  });
}

async function finishRemoving(parts: Parts, id: string): Promise<Outcome<null>> {
  const deleted = await parts.keychain.delete(id);
  if (!deleted.ok) return deleted;
  const gone = parts.store.write(({ credentials }) => credentials.remove(id));
  return gone.ok ? success(null) : gone;
}

/** Brings a row that says *storing* to what the keychain says. */
async function finishStoring(parts: Parts, row: CredentialRow): Promise<Outcome<unknown>> {
  const { id } = row;
  const key = await parts.keychain.get(id, true);
  // Cloudflare had confirmed it before it was stored, so it is complete.
  if (key.ok) return parts.put({ ...row, state: 'stored', trouble: null });
  if (key.failure.code !== 'keychain.lost') return key;
  // No key was written; the index may list it already.
  const cleaned = await parts.keychain.delete(id);
  if (!cleaned.ok) return cleaned;
  return parts.store.write(({ credentials }) => {
    const { failure: trouble } = key;
    const used = credentials.useCounts().get(id) ?? 0;
    if (parts.sessionKeys.has(id)) credentials.put({ ...row, state: 'session-only' });
    else if (used > 0) credentials.put({ ...row, state: 'session-only', trouble });
    else credentials.remove(id);
  });
}

/** Says of keys that were kept for an earlier session that they have to be entered again. */
function missSessionKeys(parts: Parts, rows: readonly CredentialRow[]): void {
  for (const { id, state } of rows) {
    if (state === 'session-only' && !parts.sessionKeys.has(id)) {
      parts.troubles.record(id, { code: 'keychain.lost' });
    }
  }
}

/**
 * Finishes what was interrupted, in an earlier run or by a keychain that could not be used. Touches
 * the keychain only if there is something to finish, and stops at the first row it cannot finish: the
 * next would meet the same keychain.
 */
export function finishInterrupted(parts: Parts): Promise<void> {
  return parts.turns.take(async () => {
    const rows = parts.store.read(({ credentials }) => credentials.all());
    if (!rows.ok) return;
    missSessionKeys(parts, rows.value);
    const unfinished = rows.value.filter(
      ({ state }) => state === 'storing' || state === 'removing',
    );
    for (const row of unfinished) {
      const finished =
        row.state === 'storing'
          ? await finishStoring(parts, row)
          : await finishRemoving(parts, row.id);
      parts.authorizations.forget(row.id);
      if (!finished.ok) break;
      parts.listeners.onSignInsChanged();
    }
  });
}
