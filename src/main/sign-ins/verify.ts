/** Asking Cloudflare about a sign-in: whose it is, and whether it works. */
import { failed, recoveryOf, success, type Outcome } from '../../shared/failure';
import type { SignIn } from '../../shared/sign-in';
import type { Authorization } from '../cloudflare/types';
import type { SignInContext } from './context';
import { countsOf, toSignIn } from './view';

const PERSON = { priority: 'person' } as const;

/** The sign-in as the window knows it, or `sign-in.none`. */
export function viewOf(parts: SignInContext, id: string): Outcome<SignIn> {
  const view = parts.store.read((tables) => {
    const row = tables.credentials.get(id);
    return row && toSignIn(row, countsOf(tables));
  });
  if (!view.ok) return view;
  return view.value ? success(view.value) : failed('sign-in.none');
}

/** Asks Cloudflare whose e-mail and key these are. What it refuses is recorded nowhere. */
export async function userOf(
  parts: SignInContext,
  authorization: Authorization,
): Promise<Outcome<{ id: string; email: string }>> {
  const user = await parts.cloudflare.user(authorization, PERSON);
  return user.ok ? success(user.value.value) : user;
}

/**
 * Checks a sign-in with keychain and Cloudflare. What is wrong with the sign-in itself is recorded and
 * part of the answer; a network that does not let us ask says nothing about it and is the failure.
 */
export async function checkSignIn(parts: SignInContext, id: string): Promise<Outcome<SignIn>> {
  parts.authorizations.forget(id);
  const authorization = await parts.authorizations.of(id);
  if (!authorization.ok) {
    // Recorded by those who asked the keychain.
    const { code } = authorization.failure;
    return code.startsWith('keychain.') ? viewOf(parts, id) : authorization;
  }
  const user = await userOf(parts, authorization.value);
  const checkedAt = parts.now();
  if (user.ok) {
    const userId = authorization.value.userId || user.value.id;
    parts.health.clear(id, 'any', { userId, checkedAt });
    return viewOf(parts, id);
  }
  if (recoveryOf(user.failure.code) !== 'sign-in') return user;
  parts.health.record(id, user.failure, { checkedAt });
  return viewOf(parts, id);
}
