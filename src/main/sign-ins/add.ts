/** Adds a sign-in: the person confirms it, Cloudflare verifies it, then the key or token is stored (store-key.ts). */
import { m } from '../../shared/messages';
import { failed, success, type Outcome } from '../../shared/outcome';
import { emailProblem, parseSecret, type SignInKind } from '../../shared/sign-in';
import type { CredentialRow } from '../database';
import { tokenQuestion } from './token-question';
import { identify, type Identity } from './verify';
import { storeForSession, storeInKeychain } from './store-key';
import type { SignInContext } from './context';

/** What the person entered. */
export interface EnteredSignIn {
  kind: SignInKind;
  label: string;
  /** `''` for a token. */
  email: string;
  /** The Global API Key, or the token. */
  key: string;
  keep: 'keychain' | 'session';
  readOnly: boolean;
}

/**
 * Asks the person to confirm what was entered, verifies it with Cloudflare, and saves it. A key is sent only after the
 * person has confirmed its email. A token is verified first, because only Cloudflare can say which accounts it opens.
 * If the sign-in is already saved, no second one is created: the existing one gets the entered key or token and name.
 * Adding it again can make it read-only, but not let it write. For a key, an empty name leaves the name as it is.
 *
 * @returns the sign-in's id. Fails with `sign-in.invalid-input`, `sign-in.not-confirmed`,
 *   `sign-in.confirm-later`, Cloudflare's refusal, `keychain.*` or `store.*`
 */
export async function addSignIn(
  context: SignInContext,
  entered: EnteredSignIn,
): Promise<Outcome<{ signInId: string }>> {
  const { kind } = entered;
  const reading = parseSecret(kind, entered.key);
  const email = kind === 'key' ? entered.email.trim() : '';
  if (reading.blocks || (kind === 'key' && emailProblem(email))) {
    return failed('sign-in.invalid-input');
  }
  const auth = { kind, email, key: reading.secret, userId: '' };
  if (kind === 'key') {
    const confirmed = await context.confirmation.confirm({ about: 'email', email, replaces: null });
    if (!confirmed.ok) return confirmed;
  }
  const identity = await identify(context, kind, auth);
  if (!identity.ok) return identity;
  let label = entered.label.trim();
  if (identity.value.kind === 'token') {
    const choices = { readOnly: entered.readOnly, replaces: null };
    const question = await tokenQuestion(context, auth, identity.value, choices);
    label ||= question.accounts[0] ?? m.sign_in_token_unnamed();
    const confirmed = await context.confirmation.confirm(question);
    if (!confirmed.ok) return confirmed;
  }
  const saved = await context.queue.take(() =>
    save(context, { ...entered, label, email, key: reading.secret }, identity.value),
  );
  if (saved.ok) context.confirmation.used();
  return saved;
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
): Promise<Outcome<{ signInId: string }>> {
  const identity = await identify(context, 'key', { kind: 'key', email, key, userId: '' });
  if (!identity.ok) return identity;
  const keep = (await context.keychain.probe()).ok ? 'keychain' : 'session';
  const label = m.sign_in_sample();
  const sample = { kind: 'key', label, email, key, keep, readOnly: false } as const;
  return context.queue.take(() => save(context, sample, identity.value));
}

/**
 * The saved sign-in with the same token, or with the same email and Cloudflare user; or null. If no user id is on
 * record, the email is enough. Ignores sign-ins that are being removed.
 */
export function sameSignIn(
  rows: readonly CredentialRow[],
  wanted: Pick<CredentialRow, 'kind' | 'email' | 'userId' | 'tokenId'>,
): CredentialRow | null {
  const isSameUser = (row: CredentialRow): boolean =>
    (row.userId ?? wanted.userId) === wanted.userId &&
    row.email.toLowerCase() === wanted.email.toLowerCase();
  const isSame = (row: CredentialRow): boolean =>
    row.state !== 'removing' &&
    row.kind === wanted.kind &&
    (row.kind === 'token' ? row.tokenId === wanted.tokenId : isSameUser(row));
  return rows.find(isSame) ?? null;
}

async function save(
  context: SignInContext,
  entered: EnteredSignIn,
  { userId, tokenId, expiresAt }: Identity,
): Promise<Outcome<{ signInId: string }>> {
  const rows = context.store.read(({ credentials }) => credentials.all());
  if (!rows.ok) return rows;
  const { kind, email, key, label } = entered;
  const existing = sameSignIn(rows.value, { kind, email, userId, tokenId });
  // What the person chose for a saved sign-in stays until they choose otherwise in Settings.
  const readOnly = entered.readOnly || existing?.readOnly === 'chosen' ? 'chosen' : null;
  const works = { checkedAt: context.now(), issue: null, issueSince: null };
  const changes = { kind, email, userId, tokenId, expiresAt, readOnly, ...works } as const;
  const created: CredentialRow = {
    id: context.newId(),
    label: label || email,
    state: 'storing',
    ...changes,
  };
  const row = existing ?? created;
  const confirmed = {
    row,
    isNew: existing === null,
    key,
    changes: label ? { ...changes, label } : changes,
  };
  const stored =
    entered.keep === 'session'
      ? storeForSession(context, confirmed)
      : await storeInKeychain(context, confirmed);
  if (!stored.ok) return stored;
  if (existing) context.onRecovered();
  return success({ signInId: row.id });
}
