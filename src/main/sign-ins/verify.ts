/** Verifies sign-ins with Cloudflare: to which Cloudflare user they belong, and whether they work. */
import { recoveryOf } from '../../shared/failure';
import { failed, success, type Outcome } from '../../shared/outcome';
import type { SignIn } from '../../shared/sign-in';
import { authorizerOf, type Authorization, type Authorizer } from '../cloudflare';
import type { SignInContext } from './context';
import { countsOf, toSignIn } from './view';

const PERSON = { priority: 'person' } as const;

/** The window's view of a sign-in; fails with `sign-in.not-found`. */
export function signInView(context: SignInContext, id: string): Outcome<SignIn> {
  const view = context.store.read((tables) => {
    const row = tables.credentials.get(id);
    return row && toSignIn(row, countsOf(tables));
  });
  if (!view.ok) return view;
  return view.value ? success(view.value) : failed('sign-in.not-found');
}

/** The Cloudflare user of an email and key. A refusal is not recorded as an issue. */
export async function fetchUser(
  context: SignInContext,
  auth: Authorization | Authorizer,
): Promise<Outcome<{ id: string; email: string }>> {
  const user = await context.cloudflare.user(auth, PERSON);
  return user.ok ? success(user.value.value) : user;
}

/**
 * Checks that the keychain has the key and that Cloudflare accepts it. A failure of the sign-in itself is recorded
 * as its issue, and the view is returned. Any other failure, such as no network, is returned as a failure.
 */
export async function checkSignIn(context: SignInContext, id: string): Promise<Outcome<SignIn>> {
  context.authorizations.askAgain(id);
  const auth = authorizerOf(context.store, context.authorizations.of, id);
  const user = await fetchUser(context, auth);
  const checkedAt = context.now();
  if (user.ok) {
    const userId = auth.userId || user.value.id;
    context.health.clear(id, 'any', { userId, checkedAt });
    return signInView(context, id);
  }
  const { code } = user.failure;
  // `Authorizations` has already recorded the failure.
  if (code.startsWith('keychain.')) return signInView(context, id);
  if (recoveryOf(code) !== 'sign-in' || code === 'sign-in.not-found') return user;
  context.health.record(id, user.failure, { checkedAt });
  return signInView(context, id);
}
