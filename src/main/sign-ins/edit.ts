/**
 * Changes the name, email, key, token or rights of a saved sign-in. The person confirms a new email or another token
 * first, but not a new key: only a key of the confirmed email is accepted. The sign-in keeps its id, so its
 * organizations, waiting changes and keychain entry stay with it. A new email, key or token is first verified with
 * Cloudflare and must not belong to another Cloudflare user. A failure changes nothing.
 */
import { failed, success, type Result } from '../../shared/result';
import { MAX_LABEL } from '../../shared/limits';
import { emailProblem, type SignIn } from '../../shared/sign-in';
import type { SignInRow } from '../database';
import { identify, identifyToken, signInView, type Identity, type TokenIdentity } from './verify';
import type { EnteredSignIn } from './add';
import { confirmEntered, type EnteredSecret } from './entered-secrets';
import { storeForSession, storeInKeychain } from './store-key';
import { tokenQuestion } from './token-question';
import type { SignInContext } from './context';

/** Renames a sign-in. Trims the name; fails with `gate.malformed` if it is empty or too long. */
export function renameSignIn(context: SignInContext, id: string, typed: string): Result<SignIn> {
  const label = typed.trim();
  if (label === '' || label.length > MAX_LABEL) return failed('gate.malformed');
  const changed = context.change(id, { label });
  return changed.ok ? signInView(context, id) : changed;
}

/**
 * Changes the email of a sign-in, after the email of its Cloudflare user has changed. Fails with
 * `sign-in.invalid-input`, `sign-in.not-found`, `sign-in.wrong-kind`, `sign-in.not-confirmed`,
 * `sign-in.confirm-later`, `sign-in.other-user`, Cloudflare's refusal, `keychain.*` or `database.*`.
 */
export async function changeEmail(
  context: SignInContext,
  id: string,
  typed: string,
): Promise<Result<SignIn>> {
  if (emailProblem(typed)) return failed('sign-in.invalid-input');
  const email = typed.trim();
  const before = context.saved(id);
  if (!before.ok) return before;
  if (before.value.kind !== 'key') return failed('sign-in.wrong-kind');
  if (email !== before.value.email) {
    const question = { about: 'email', email, replaces: before.value.email } as const;
    const confirmed = await context.confirmation.confirm(question);
    if (!confirmed.ok) return confirmed;
  }
  context.authorizations.retryRefused();
  const user = await identify(context, 'key', {
    userId: before.value.userId ?? '',
    authorize: async () => {
      const saved = await context.authorizations.of(id);
      return saved.ok ? success({ ...saved.value, email }) : saved;
    },
  });
  if (!user.ok) return user;
  const { userId } = user.value;
  const row = context.saved(id);
  if (!row.ok) return row;
  // A key belongs to one Cloudflare user. If no user id is on record, it is enough that the key works.
  if ((row.value.userId ?? userId) !== userId) return failed('sign-in.other-user');
  const changes = { email, userId, checkedAt: context.now(), issue: null, issueSince: null };
  const changed = context.change(id, changes);
  if (!changed.ok) return changed;
  context.confirmation.used();
  return worksAgain(context, id);
}

/**
 * Replaces the key by another one of the same Cloudflare user, or the token by another one. After a failure, or if
 * the app ends at any moment, the sign-in has either the old or the new one. Fails with `sign-in.invalid-input`,
 * `sign-in.not-found`, `sign-in.other-user`, `sign-in.not-confirmed`, `sign-in.confirm-later`, `sign-in.forgotten`,
 * Cloudflare's refusal, `keychain.*` or `database.*`.
 */
export async function replaceKey(
  context: SignInContext,
  id: string,
  entered: Pick<EnteredSignIn, 'key' | 'keep'>,
): Promise<Result<SignIn>> {
  const before = context.saved(id);
  if (!before.ok) return before;
  const { kind, email, userId } = before.value;
  return context.secrets.use(kind, entered, async (secret) => {
    const identity =
      kind === 'key'
        ? await identify(context, kind, secret.authorizer({ kind, email, userId: userId ?? '' }))
        : await confirmToken(context, before.value, secret);
    if (!identity.ok) return identity;
    if (!belongsTo(before.value, identity.value)) return failed('sign-in.other-user');
    const replaced = await context.queue.take(() =>
      storeReplacement(context, id, { secret, keep: entered.keep }, identity.value),
    );
    if (replaced.ok) context.confirmation.used();
    return replaced;
  });
}

/** Asks Cloudflare about a token that replaces the one of a sign-in, then the person if it is another token. */
async function confirmToken(
  context: SignInContext,
  row: SignInRow,
  secret: EnteredSecret,
): Promise<Result<TokenIdentity>> {
  const { kind, userId, label, readOnly } = row;
  const unconfirmed = await context.confirmation.beforeUnconfirmed();
  if (!unconfirmed.ok) return unconfirmed;
  const auth = secret.authorizer({ kind, email: '', userId: userId ?? '' });
  const identity = await identifyToken(context, auth);
  if (!identity.ok) return identity;
  if (!belongsTo(row, identity.value)) return failed('sign-in.other-user');
  // A token that was only rolled keeps its id and opens the same accounts.
  if (identity.value.tokenId !== row.tokenId) {
    const choices = { readOnly: readOnly === 'chosen', replaces: label };
    const question = await tokenQuestion(context, auth, identity.value, choices);
    const confirmed = await confirmEntered(context.confirmation, question, secret);
    if (!confirmed.ok) return confirmed;
  }
  unconfirmed.value();
  return identity;
}

async function storeReplacement(
  context: SignInContext,
  id: string,
  { secret, keep }: Pick<EnteredSignIn, 'keep'> & { secret: EnteredSecret },
  identity: Identity,
): Promise<Result<SignIn>> {
  const row = context.saved(id);
  if (!row.ok) return row;
  if (!belongsTo(row.value, identity)) return failed('sign-in.other-user');
  const { tokenId, expiresAt } = identity;
  const changes = {
    userId: identity.userId ?? row.value.userId,
    tokenId,
    expiresAt,
    checkedAt: context.now(),
    issue: null,
    issueSince: null,
  };
  const confirmed = { row: row.value, isNew: false, changes, secret };
  const stored =
    keep === 'session'
      ? storeForSession(context, confirmed)
      : await storeInKeychain(context, confirmed);
  if (!stored.ok) return stored;
  return worksAgain(context, id);
}

/**
 * Whether a sign-in may belong to this Cloudflare user. Compares emails if a key's user is not on record yet. The user
 * of a token is often unknown; then the person decides.
 */
function belongsTo(row: SignInRow, { userId, email }: Identity): boolean {
  if (row.userId !== null && userId !== null) return row.userId === userId;
  return row.kind === 'token' || email === '' || email.toLowerCase() === row.email.toLowerCase();
}

/** Reports that the sign-in works, and returns its view. */
function worksAgain(context: SignInContext, id: string): Result<SignIn> {
  context.onRecovered();
  return signInView(context, id);
}
