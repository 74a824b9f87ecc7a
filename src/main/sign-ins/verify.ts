/** Verifies sign-ins with Cloudflare: to which Cloudflare user they belong, and whether they work. */
import { recoveryOf } from '../../shared/failure';
import { failed, success, type Result } from '../../shared/result';
import type { SignIn, SignInKind } from '../../shared/sign-in';
import { authorizerOf, type Authorizer } from '../cloudflare';
import type { SignInRow } from '../database';
import type { SignInContext } from './context';
import { countsOf, toSignIn } from './view';

const PERSON = { priority: 'person' } as const;

/** What Cloudflare says about a sign-in with a key. */
interface KeyIdentity extends Pick<SignInRow, 'userId' | 'expiresAt'> {
  kind: 'key';
  tokenId: null;
  /** The email of the Cloudflare user. */
  email: string;
}

/** What Cloudflare says about a token. */
export interface TokenIdentity extends Pick<SignInRow, 'userId' | 'expiresAt'> {
  kind: 'token';
  tokenId: string;
  /** Cloudflare does not say it. */
  email: '';
}

/** What Cloudflare says about a sign-in. */
export type Identity = KeyIdentity | TokenIdentity;

/** The window's view of a sign-in; fails with `sign-in.not-found`. */
export function signInView(context: SignInContext, id: string): Result<SignIn> {
  const view = context.database.read((tables) => {
    const row = tables.signIns.get(id);
    return row && toSignIn(row, countsOf(tables));
  });
  if (!view.ok) return view;
  return view.value ? success(view.value) : failed('sign-in.not-found');
}

/** Asks Cloudflare about a sign-in, without writing anything. A refusal is not recorded as an issue. */
export async function identify(
  { cloudflare }: Pick<SignInContext, 'cloudflare'>,
  kind: SignInKind,
  auth: Authorizer,
): Promise<Result<Identity>> {
  if (kind === 'token') return identifyToken({ cloudflare }, auth);
  const user = await cloudflare.user(auth, PERSON);
  if (!user.ok) return user;
  const { id: userId, email } = user.value.value;
  return success({ kind, userId, email, tokenId: null, expiresAt: null });
}

/**
 * Asks Cloudflare about a token, like `identify`. Its user counts its requests, but only a token with *User Details:
 * Read* may ask for the user.
 */
export async function identifyToken(
  { cloudflare }: Pick<SignInContext, 'cloudflare'>,
  auth: Authorizer,
): Promise<Result<TokenIdentity>> {
  const token = await cloudflare.token(auth, PERSON);
  if (!token.ok) return token;
  const user = await cloudflare.user(auth, PERSON);
  const { id: tokenId, expiresAt } = token.value.value;
  const userId = user.ok ? user.value.value.id : null;
  return success({ kind: 'token', userId, email: '', tokenId, expiresAt });
}

/**
 * Checks that the keychain has the key or token and that Cloudflare accepts it. A failure of the sign-in itself is
 * recorded as its issue, and the view is returned. Any other failure, such as no network, is returned as a failure.
 */
export async function checkSignIn(context: SignInContext, id: string): Promise<Result<SignIn>> {
  const row = context.saved(id);
  if (!row.ok) return row;
  const version = context.authorizations.versionOf(id);
  context.authorizations.askAgain(id);
  const auth = authorizerOf(context.database, context.authorizations.of, id);
  const identity = await identify(context, row.value.kind, auth);
  // What Cloudflare says about a key that was replaced meanwhile says nothing about the new one.
  if (context.authorizations.versionOf(id) !== version) return signInView(context, id);
  const checkedAt = context.now();
  if (identity.ok) {
    const { expiresAt } = identity.value;
    const userId = row.value.userId ?? identity.value.userId;
    context.health.clear(id, 'any', { userId, expiresAt, checkedAt });
    return signInView(context, id);
  }
  const { code } = identity.failure;
  // `Authorizations` has already recorded the failure.
  if (code.startsWith('keychain.')) return signInView(context, id);
  if (recoveryOf(code) !== 'sign-in' || code === 'sign-in.not-found') return identity;
  context.health.record(id, identity.failure, { checkedAt });
  return signInView(context, id);
}
