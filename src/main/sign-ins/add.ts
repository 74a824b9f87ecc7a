/** Adding a sign-in: Cloudflare is asked first, then the key is kept (store-key.ts). */
import { failed, success, type Outcome } from '../../shared/failure';
import { emailProblem, readKey } from '../../shared/sign-in';
import type { CredentialRow } from '../database/tables';
import { userOf } from './verify';
import { keepForSession, keepInKeychain } from './store-key';
import type { SignInContext } from './context';

/** What the person entered. */
export interface Entered {
  label: string;
  email: string;
  key: string;
  keep: 'keychain' | 'session';
}

/**
 * Checks what was entered with Cloudflare and keeps it. A saved sign-in of the same Cloudflare user and
 * e-mail gets the key instead of being doubled.
 *
 * @returns the sign-in's id, or `sign-in.input`, Cloudflare's refusal, `keychain.*` or `store.*`
 */
export async function addSignIn(
  parts: SignInContext,
  entered: Entered,
): Promise<Outcome<{ signInId: string }>> {
  const reading = readKey(entered.key);
  if (reading.blocks || emailProblem(entered.email)) return failed('sign-in.input');
  const { key } = reading;
  const email = entered.email.trim();
  const user = await userOf(parts, { email, key, userId: '' });
  if (!user.ok) return user;
  return parts.turns.take(() => keep(parts, { ...entered, email, key }, user.value.id));
}

/** The saved sign-in this one would double, or null. One that is being removed is left alone. */
export function sameSignIn(
  rows: readonly CredentialRow[],
  { email, userId }: { email: string; userId: string },
): CredentialRow | null {
  const same = (row: CredentialRow): boolean =>
    row.state !== 'removing' &&
    (row.userId ?? userId) === userId &&
    row.email.toLowerCase() === email.toLowerCase();
  return rows.find(same) ?? null;
}

async function keep(
  parts: SignInContext,
  entered: Entered,
  userId: string,
): Promise<Outcome<{ signInId: string }>> {
  const rows = parts.store.read(({ credentials }) => credentials.all());
  if (!rows.ok) return rows;
  const { email, key } = entered;
  const label = entered.label.trim();
  const before = sameSignIn(rows.value, { email, userId });
  const changes = { email, userId, checkedAt: parts.now(), issue: null, issueSince: null };
  const begun = { id: parts.newId(), label: label || email, state: 'storing', ...changes } as const;
  const row: CredentialRow = before ?? begun;
  const confirmed = {
    ...{ row, isNew: before === null, key },
    changes: label ? { ...changes, label } : changes,
  };
  const kept =
    entered.keep === 'session'
      ? keepForSession(parts, confirmed)
      : await keepInKeychain(parts, confirmed);
  if (!kept.ok) return kept;
  if (before) parts.onHealed();
  return success({ signInId: row.id });
}
