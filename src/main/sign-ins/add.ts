/** Adds a sign-in: the person confirms its email, Cloudflare verifies it, then the key is stored (store-key.ts). */
import { failed, success, type Outcome } from '../../shared/outcome';
import { emailProblem, parseKey } from '../../shared/sign-in';
import type { CredentialRow } from '../database';
import { fetchUser } from './verify';
import { storeForSession, storeInKeychain } from './store-key';
import type { SignInContext } from './context';

/** What the person entered. */
export interface EnteredSignIn {
  label: string;
  email: string;
  key: string;
  keep: 'keychain' | 'session';
}

/**
 * Asks the person to confirm the email, verifies what was entered with Cloudflare, and saves it. If there already is a sign-in with the same email and
 * Cloudflare user, no second one is created; the existing one gets the entered key.
 *
 * @returns the sign-in's id. Fails with `sign-in.invalid-input`, `sign-in.not-confirmed`,
 *   `sign-in.confirm-later`, Cloudflare's refusal, `keychain.*` or `store.*`
 */
export async function addSignIn(
  context: SignInContext,
  entered: EnteredSignIn,
): Promise<Outcome<{ signInId: string }>> {
  const reading = parseKey(entered.key);
  if (reading.blocks || emailProblem(entered.email)) return failed('sign-in.invalid-input');
  const { key } = reading;
  const email = entered.email.trim();
  const confirmed = await context.confirmation.confirm({ email, replaces: null });
  if (!confirmed.ok) return confirmed;
  const user = await fetchUser(context, { email, key, userId: '' });
  if (!user.ok) return user;
  const saved = await context.queue.take(() =>
    save(context, { ...entered, email, key }, user.value.id),
  );
  if (saved.ok) context.confirmation.used();
  return saved;
}

/**
 * The saved sign-in with the same email and Cloudflare user, or null. If no user id is on record, the email is
 * enough. Ignores sign-ins that are being removed.
 */
export function sameSignIn(
  rows: readonly CredentialRow[],
  { email, userId }: { email: string; userId: string },
): CredentialRow | null {
  const isSame = (row: CredentialRow): boolean =>
    row.state !== 'removing' &&
    (row.userId ?? userId) === userId &&
    row.email.toLowerCase() === email.toLowerCase();
  return rows.find(isSame) ?? null;
}

async function save(
  context: SignInContext,
  entered: EnteredSignIn,
  userId: string,
): Promise<Outcome<{ signInId: string }>> {
  const rows = context.store.read(({ credentials }) => credentials.all());
  if (!rows.ok) return rows;
  const { email, key } = entered;
  const label = entered.label.trim();
  const existing = sameSignIn(rows.value, { email, userId });
  const changes = { email, userId, checkedAt: context.now(), issue: null, issueSince: null };
  const created = {
    id: context.newId(),
    label: label || email,
    state: 'storing',
    ...changes,
  } as const;
  const row: CredentialRow = existing ?? created;
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
