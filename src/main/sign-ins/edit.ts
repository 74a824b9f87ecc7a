/**
 * Changing a saved sign-in: its name, its e-mail, its key. It keeps its id, so organizations, waiting
 * changes and the keychain's entry all follow. E-mail and key are checked with Cloudflare first, and
 * only those of the same Cloudflare user are taken; whatever fails changes nothing.
 */
import { failed, type Outcome } from '../../shared/failure';
import { emailProblem, MAX_LABEL, readKey, type SignIn } from '../../shared/sign-in';
import type { CredentialRow } from '../database/tables';
import { userOf, viewOf } from './verify';
import type { Entered } from './add';
import { keepForSession, keepInKeychain } from './store-key';
import type { SignInContext } from './context';

/** Gives a sign-in another name; spaces around it go, and an empty one is `gate.malformed`. */
export function renameSignIn(parts: SignInContext, id: string, typed: string): Outcome<SignIn> {
  const label = typed.trim();
  if (label === '' || label.length > MAX_LABEL) return failed('gate.malformed');
  const changed = parts.change(id, { label });
  return changed.ok ? viewOf(parts, id) : changed;
}

/**
 * Gives a sign-in the e-mail its Cloudflare user has now. Fails with `sign-in.input`, `sign-in.none`,
 * `sign-in.other-user`, Cloudflare's refusal, `keychain.*` or `store.*`.
 */
export async function changeEmail(
  parts: SignInContext,
  id: string,
  typed: string,
): Promise<Outcome<SignIn>> {
  if (emailProblem(typed)) return failed('sign-in.input');
  const email = typed.trim();
  parts.authorizations.askAgain();
  const authorization = await parts.authorizations.of(id);
  if (!authorization.ok) return authorization;
  const user = await userOf(parts, { ...authorization.value, email });
  if (!user.ok) return user;
  const { id: userId } = user.value;
  const row = parts.saved(id);
  if (!row.ok) return row;
  // A key belongs to one user: without an id of theirs on record, that it works is proof enough.
  if ((row.value.userId ?? userId) !== userId) return failed('sign-in.other-user');
  const changes = { email, userId, checkedAt: parts.now(), issue: null, issueSince: null };
  const changed = parts.change(id, changes);
  return changed.ok ? worksAgain(parts, id) : changed;
}

/**
 * Puts another key of the same Cloudflare user in the place of the saved one. After a failure, and
 * after an end of the app at any moment, the old key or the new one is there, under the same id.
 * Fails with `sign-in.input`, `sign-in.none`, `sign-in.other-user`, Cloudflare's refusal, `keychain.*`
 * or `store.*`.
 */
export async function replaceKey(
  parts: SignInContext,
  id: string,
  entered: Pick<Entered, 'key' | 'keep'>,
): Promise<Outcome<SignIn>> {
  const reading = readKey(entered.key);
  if (reading.blocks) return failed('sign-in.input');
  const { key } = reading;
  const before = parts.saved(id);
  if (!before.ok) return before;
  const { email, userId } = before.value;
  const user = await userOf(parts, { email, key, userId: userId ?? '' });
  if (!user.ok) return user;
  return parts.turns.take(async () => {
    const row = parts.saved(id);
    if (!row.ok) return row;
    if (!isTheirs(row.value, user.value)) return failed('sign-in.other-user');
    const works = { checkedAt: parts.now(), issue: null, issueSince: null };
    const changes = { userId: user.value.id, ...works };
    const confirmed = { row: row.value, isNew: false, changes, key };
    const kept =
      entered.keep === 'session'
        ? keepForSession(parts, confirmed)
        : await keepInKeychain(parts, confirmed);
    if (!kept.ok) return kept;
    // The old key goes from the keychain as soon as that lets it go (`finishInterrupted`).
    if (entered.keep === 'session') parts.sessionKeys.takePlace(id);
    return worksAgain(parts, id);
  });
}

/** Whether a sign-in is this user's; one that was never checked goes by its e-mail. */
function isTheirs(row: CredentialRow, user: { id: string; email: string }): boolean {
  if (row.userId !== null) return row.userId === user.id;
  return user.email === '' || user.email.toLowerCase() === row.email.toLowerCase();
}

/** A keychain that works again can finish what it could not before. */
function worksAgain(parts: SignInContext, id: string): Outcome<SignIn> {
  parts.onHealed();
  return viewOf(parts, id);
}
