/** Verifies sign-ins with Cloudflare: whose they are, and whether they work. */
import { recoveryOf } from '../../shared/failure';
import { failed, success, type Outcome } from '../../shared/outcome';
import type { SignIn } from '../../shared/sign-in';
import type { Authorization } from '../cloudflare';
import type { SignInContext } from './context';
import { countsOf, toSignIn } from './view';

const PERSON = { priority: 'person' } as const;

/** The window's view of a sign-in; fails with `sign-in.none`. */
export function viewOf(context: SignInContext, id: string): Outcome<SignIn> {
  const view = context.store.read((tables) => {
    const row = tables.credentials.get(id);
    return row && toSignIn(row, countsOf(tables));
  });
  if (!view.ok) return view;
  return view.value ? success(view.value) : failed('sign-in.none');
}

/** The Cloudflare user of an email and key. A refusal is not recorded as an issue. */
export async function userOf(
  context: SignInContext,
  authorization: Authorization,
): Promise<Outcome<{ id: string; email: string }>> {
  const user = await context.cloudflare.user(authorization, PERSON);
  return user.ok ? success(user.value.value) : user;
}

/**
 * Checks a sign-in with keychain and Cloudflare. An issue of the sign-in itself is recorded and part of the
 * returned view. Any other failure, such as no network, says nothing about the sign-in and is returned.
 */
export async function checkSignIn(context: SignInContext, id: string): Promise<Outcome<SignIn>> {
  context.authorizations.forget(id);
  const authorization = await context.authorizations.of(id);
  if (!authorization.ok) {
    // `Authorizations` has recorded it.
    const { code } = authorization.failure;
    return code.startsWith('keychain.') ? viewOf(context, id) : authorization;
  }
  const user = await userOf(context, authorization.value);
  const checkedAt = context.now();
  if (user.ok) {
    const userId = authorization.value.userId || user.value.id;
    context.health.clear(id, 'any', { userId, checkedAt });
    return viewOf(context, id);
  }
  if (recoveryOf(user.failure.code) !== 'sign-in') return user;
  context.health.record(id, user.failure, { checkedAt });
  return viewOf(context, id);
}
