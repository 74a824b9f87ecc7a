/** Adds a sign-in: the person confirms it, Cloudflare verifies it, then the key or token is stored (store-key.ts). */
import { m } from '../../shared/messages';
import { failed, success, type Result } from '../../shared/result';
import { emailProblem, type SignInKind } from '../../shared/sign-in';
import type { SignInRow } from '../database';
import { confirmEntered, type EnteredSecret } from './entered-secrets';
import { tokenQuestion } from './token-question';
import { identify, identifyToken, type Identity } from './verify';
import { storeForSession, storeInKeychain } from './store-key';
import type { SignInContext } from './context';

/** What the person entered. */
export interface EnteredSignIn {
  kind: SignInKind;
  label: string;
  /** Not for a token. */
  email?: string;
  /** The Global API Key, or the token. It is taken out. */
  key: string;
  keep: 'keychain' | 'session';
  readOnly: boolean;
}

/** What is saved. */
interface ConfirmedSignIn {
  kind: SignInKind;
  label: string;
  /** `''` for a token. */
  email: string;
  keep: 'keychain' | 'session';
  /** `unless-ours`: as it is saved, or read-only if that may not be ours. */
  readOnly: boolean | 'unless-ours';
}

/**
 * Asks the person to confirm what was entered, verifies it with Cloudflare, and saves it. A key is sent only after the
 * person has confirmed its email. A token is verified first, because only Cloudflare can say which accounts it opens, and
 * if many were not confirmed, the person is asked before that, too.
 * If the sign-in is already saved, no second one is created: the existing one gets the entered key or token and name.
 * Adding it again can make it read-only, but not let it write. For a key, an empty name leaves the name as it is.
 *
 * @returns the sign-in's id. Fails with `sign-in.invalid-input`, `sign-in.not-confirmed`,
 *   `sign-in.confirm-later`, `sign-in.forgotten`, Cloudflare's refusal, `keychain.*` or `database.*`
 */
export function addSignIn(
  context: SignInContext,
  entered: EnteredSignIn,
): Promise<Result<{ signInId: string }>> {
  return context.secrets.use(entered.kind, entered, async (secret) => {
    const { kind, keep, readOnly } = entered;
    const email = kind === 'key' ? (entered.email ?? '').trim() : '';
    const given = { kind, label: entered.label.trim(), email, keep, readOnly };
    const confirmed =
      kind === 'key'
        ? await confirmKey(context, given, secret)
        : await confirmToken(context, given, secret);
    if (!confirmed.ok) return confirmed;
    const { identity, label } = confirmed.value;
    const saved = await context.queue.take(() =>
      saveSignIn(context, { ...given, label }, secret, identity),
    );
    if (saved.ok) context.confirmation.used();
    return saved;
  });
}

/** What Cloudflare says about a sign-in, and its name. */
interface Confirmed {
  identity: Identity;
  label: string;
}

/** Asks about the email of a key, then asks Cloudflare. */
async function confirmKey(
  context: SignInContext,
  { kind, email, label }: ConfirmedSignIn,
  secret: EnteredSecret,
): Promise<Result<Confirmed>> {
  if (emailProblem(email)) return failed('sign-in.invalid-input');
  const question = { about: 'email', email, replaces: null } as const;
  const confirmed = await confirmEntered(context.confirmation, question, secret);
  if (!confirmed.ok) return confirmed;
  const identity = await identify(context, kind, secret.authorizer({ kind, email, userId: '' }));
  return identity.ok ? success({ identity: identity.value, label }) : identity;
}

/** Asks Cloudflare about a token, then the person. */
async function confirmToken(
  context: SignInContext,
  { kind, label, readOnly }: Pick<EnteredSignIn, 'kind' | 'label' | 'readOnly'>,
  secret: EnteredSecret,
): Promise<Result<Confirmed>> {
  const unconfirmed = await context.confirmation.beforeUnconfirmed();
  if (!unconfirmed.ok) return unconfirmed;
  const auth = secret.authorizer({ kind, email: '', userId: '' });
  const identity = await identifyToken(context, auth);
  if (!identity.ok) return identity;
  const choices = { readOnly, replaces: null };
  const question = await tokenQuestion(context, auth, identity.value, choices);
  const confirmed = await confirmEntered(context.confirmation, question, secret);
  if (!confirmed.ok) return confirmed;
  unconfirmed.value();
  const suggested = question.accounts[0] ?? m.add_token();
  return success({ identity: identity.value, label: label || suggested });
}

/**
 * Adds the sample sign-in of the demo without asking the person: it comes from main's environment, so the page cannot
 * substitute another one. If the keychain fails, its key is kept in memory.
 *
 * @returns the sign-in's id. Fails like `addSignIn`
 */
export async function addSample(
  context: SignInContext,
  { email, key }: { email: string; key: string },
): Promise<Result<{ signInId: string }>> {
  return context.secrets.use('key', { key }, async (secret) => {
    const auth = secret.authorizer({ kind: 'key', email, userId: '' });
    const identity = await identify(context, 'key', auth);
    if (!identity.ok) return identity;
    const keep = (await context.keychain.probe()).ok ? 'keychain' : 'session';
    const sample = {
      kind: 'key',
      label: m.sign_in_sample(),
      email,
      keep,
      readOnly: false,
    } as const;
    return context.queue.take(() => saveSignIn(context, sample, secret, identity.value));
  });
}

/**
 * The saved sign-in with the same token, or with the same email and Cloudflare user; or null. If no user id is on
 * record, the email is enough. Ignores sign-ins that are being removed.
 */
export function sameSignIn(
  rows: readonly SignInRow[],
  wanted: Pick<SignInRow, 'kind' | 'email' | 'userId' | 'tokenId'>,
): SignInRow | null {
  const isSameUser = (row: SignInRow): boolean =>
    (row.userId ?? wanted.userId) === wanted.userId &&
    row.email.toLowerCase() === wanted.email.toLowerCase();
  const isSame = (row: SignInRow): boolean =>
    row.state !== 'removing' &&
    row.kind === wanted.kind &&
    (row.kind === 'token' ? row.tokenId === wanted.tokenId : isSameUser(row));
  return rows.find(isSame) ?? null;
}

/** Stores a confirmed key or token: for the same sign-in if it is saved, or for a new one. */
export async function saveSignIn(
  context: SignInContext,
  entered: ConfirmedSignIn,
  secret: EnteredSecret,
  { userId, tokenId, expiresAt }: Identity,
): Promise<Result<{ signInId: string }>> {
  const rows = context.database.read(({ signIns }) => signIns.all());
  if (!rows.ok) return rows;
  const { kind, email, label } = entered;
  const existing = sameSignIn(rows.value, { kind, email, userId, tokenId });
  const works = { checkedAt: context.now(), issue: null, issueSince: null };
  const changes = { kind, email, userId, tokenId, expiresAt, ...works } as const;
  const created: SignInRow = {
    id: context.newId(),
    label: label || email,
    state: 'storing',
    readOnly: entered.readOnly ? 'chosen' : null,
    ...changes,
  };
  const row = existing ?? created;
  const confirmed = {
    row,
    isNew: existing === null,
    secret,
    changes: label ? { ...changes, label } : changes,
    // What the person chose for a saved sign-in stays until they choose otherwise in Settings.
    isReadOnly: entered.readOnly,
  };
  const stored =
    entered.keep === 'session'
      ? storeForSession(context, confirmed)
      : await storeInKeychain(context, confirmed);
  if (!stored.ok) return stored;
  if (existing) context.onRecovered();
  return success({ signInId: row.id });
}
