/**
 * Read-only sign-ins. The person can choose that a sign-in only reads. A token without the permission to write becomes
 * read-only when Cloudflare refuses its first write: the app never writes just to find out. Changes are kept, paused.
 */
import type { Outcome } from '../../shared/outcome';
import type { Tables } from '../database';
import type { SignIn } from '../../shared/sign-in';
import { signInView } from './verify';
import type { SignInContext } from './context';

/**
 * Makes a sign-in read-only, or lets it write again: then its paused changes are sent. Fails with
 * `sign-in.not-found` or `database.*`.
 */
export function setReadOnly(
  context: SignInContext,
  id: string,
  readOnly: boolean,
): Outcome<SignIn> {
  const changed = context.change(id, { readOnly: readOnly ? 'chosen' : null });
  return changed.ok ? signInView(context, id) : changed;
}

/** Makes a sign-in read-only, because Cloudflare refused a write. Call inside `Database.write`. */
export function refuseWrites({ signIns }: Tables, id: string): void {
  const row = signIns.get(id);
  if (!row || row.state === 'removing' || row.readOnly !== null) return;
  signIns.put({ ...row, readOnly: 'refused' });
}

/** Lets a sign-in write again whose writes Cloudflare had refused, because one worked. */
export function allowWrites(context: SignInContext, id: string): void {
  const row = context.saved(id);
  if (row.ok && row.value.readOnly === 'refused') context.change(id, { readOnly: null });
}
