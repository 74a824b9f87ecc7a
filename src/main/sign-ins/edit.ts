/**
 * Changes the name, email or key of a saved sign-in. The person confirms a new email first, but not a new key: only a key
 * of the confirmed email is accepted. The sign-in keeps its id, so its organizations, waiting
 * changes and keychain entry stay with it. A new email or key is first verified with Cloudflare and
 * must belong to the same Cloudflare user. A failure changes nothing.
 */
import { failed, success, type Outcome } from '../../shared/outcome';
import { MAX_LABEL } from '../../shared/limits';
import { emailProblem, parseKey, type SignIn } from '../../shared/sign-in';
import type { CredentialRow } from '../database';
import { fetchUser, signInView } from './verify';
import type { EnteredSignIn } from './add';
import { storeForSession, storeInKeychain } from './store-key';
import type { SignInContext } from './context';

/** Renames a sign-in. Trims the name; fails with `gate.malformed` if it is empty or too long. */
export function renameSignIn(context: SignInContext, id: string, typed: string): Outcome<SignIn> {
  const label = typed.trim();
  if (label === '' || label.length > MAX_LABEL) return failed('gate.malformed');
  const changed = context.change(id, { label });
  return changed.ok ? signInView(context, id) : changed;
}

/**
 * Changes the email of a sign-in, after the email of its Cloudflare user has changed. Fails with `sign-in.invalid-input`,
 * `sign-in.not-found`, `sign-in.not-confirmed`, `sign-in.confirm-later`, `sign-in.other-user`, Cloudflare's refusal,
 * `keychain.*` or `store.*`.
 */
export async function changeEmail(
  context: SignInContext,
  id: string,
  typed: string,
): Promise<Outcome<SignIn>> {
  if (emailProblem(typed)) return failed('sign-in.invalid-input');
  const email = typed.trim();
  const before = context.saved(id);
  if (!before.ok) return before;
  if (email !== before.value.email) {
    const question = { email, replaces: before.value.email };
    const confirmed = await context.confirmation.confirm(question);
    if (!confirmed.ok) return confirmed;
  }
  context.authorizations.retryRefused();
  const user = await fetchUser(context, {
    userId: before.value.userId ?? '',
    authorize: async () => {
      const saved = await context.authorizations.of(id);
      return saved.ok ? success({ ...saved.value, email }) : saved;
    },
  });
  if (!user.ok) return user;
  const { id: userId } = user.value;
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
 * Replaces the key by another one of the same Cloudflare user. After a failure, or if the app ends at
 * any moment, the sign-in has either the old or the new key. Fails with `sign-in.invalid-input`,
 * `sign-in.not-found`, `sign-in.other-user`, Cloudflare's refusal, `keychain.*` or `store.*`.
 */
export async function replaceKey(
  context: SignInContext,
  id: string,
  entered: Pick<EnteredSignIn, 'key' | 'keep'>,
): Promise<Outcome<SignIn>> {
  const reading = parseKey(entered.key);
  if (reading.blocks) return failed('sign-in.invalid-input');
  const { key } = reading;
  const before = context.saved(id);
  if (!before.ok) return before;
  const { email, userId } = before.value;
  const user = await fetchUser(context, { email, key, userId: userId ?? '' });
  if (!user.ok) return user;
  return context.queue.take(async () => {
    const row = context.saved(id);
    if (!row.ok) return row;
    if (!belongsTo(row.value, user.value)) return failed('sign-in.other-user');
    const works = { checkedAt: context.now(), issue: null, issueSince: null };
    const changes = { userId: user.value.id, ...works };
    const confirmed = { row: row.value, isNew: false, changes, key };
    const stored =
      entered.keep === 'session'
        ? storeForSession(context, confirmed)
        : await storeInKeychain(context, confirmed);
    if (!stored.ok) return stored;
    // The old key is deleted as soon as the keychain allows it (`finishInterrupted`).
    if (entered.keep === 'session') context.sessionKeys.markReplacing(id);
    return worksAgain(context, id);
  });
}

/** Whether a sign-in belongs to this Cloudflare user. Compares emails if the sign-in has no user id yet. */
function belongsTo(row: CredentialRow, user: { id: string; email: string }): boolean {
  if (row.userId !== null) return row.userId === user.id;
  return user.email === '' || user.email.toLowerCase() === row.email.toLowerCase();
}

/** Reports that the sign-in works, and returns its view. */
function worksAgain(context: SignInContext, id: string): Outcome<SignIn> {
  context.onRecovered();
  return signInView(context, id);
}
