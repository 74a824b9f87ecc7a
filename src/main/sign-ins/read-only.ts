/**
 * Read-only sign-ins. The person can choose that a sign-in only reads. A token without the permission to write becomes
 * read-only when Cloudflare refuses its first write: the app never writes just to find out. Changes are kept, paused.
 */
import type { Result } from '../../shared/result';
import type { Tables } from '../database';
import type { SignIn } from '../../shared/sign-in';
import { signInView } from './verify';
import type { SignInContext } from './context';

/**
 * Makes a sign-in read-only, or lets it write again: then its paused changes are sent. Fails with
 * `sign-in.not-found` or `database.*`.
 */
export function setReadOnly(context: SignInContext, id: string, readOnly: boolean): Result<SignIn> {
  const saved = context.saved(id);
  if (!saved.ok) return saved;
  const changed = context.database.write(({ signIns }) =>
    signIns.setReadOnly(id, readOnly ? 'chosen' : null),
  );
  return changed.ok ? signInView(context, id) : changed;
}

/**
 * Makes a sign-in read-only, because Cloudflare refused a write; as if the person had chosen it if its row may not be ours.
 * Call inside `Database.write`.
 */
export function refuseWrites({ signIns }: Tables, id: string): void {
  const row = signIns.get(id);
  if (!row || row.state === 'removing' || row.readOnly !== null) return;
  signIns.setReadOnly(id, signIns.isOurs(id) ? 'refused' : 'chosen');
}

/** Lets a sign-in write again whose writes Cloudflare had refused, because one worked. */
export function allowWrites(context: SignInContext, id: string): void {
  const row = context.saved(id);
  if (!row.ok || row.value.readOnly !== 'refused') return;
  context.database.write(({ signIns }) => {
    if (signIns.isOurs(id)) signIns.setReadOnly(id, null);
  });
}

/**
 * The person entered the key of a saved sign-in. It may then write until Cloudflare refuses it, unless they chose _Read-only_.
 * The row of one whose key was only in memory is signed, too. Call inside `Database.write`.
 * @param wasInMemory whether the key was only in memory
 */
export function keyEntered({ signIns }: Tables, id: string, wasInMemory: boolean): void {
  const row = signIns.get(id);
  if (!row || !(wasInMemory || signIns.isOurs(id))) return;
  signIns.setReadOnly(id, row.readOnly === 'refused' ? null : row.readOnly);
}
