/**
 * Adding a sign-in so that no key is ever without a record that knows it: Cloudflare is asked first,
 * then the row exists (*storing*), then the key goes into the keychain and is read back, then the row
 * says *stored*. On the way back the row goes only when it is certain that no key was left behind.
 */
import { failed, success, type Failure, type Outcome } from '../../shared/failure';
import { emailProblem, readKey } from '../../shared/sign-in';
import type { CredentialRow } from '../store/tables';
import type { Parts } from './parts';

/** What the person entered. */
export interface Entered {
  label: string;
  email: string;
  key: string;
  keep: 'keychain' | 'session';
}

/** A sign-in Cloudflare has confirmed. */
interface Confirmed {
  label: string;
  email: string;
  key: string;
  userId: string;
}

/** Failures of the keychain after which a key was certainly not written (see `Keychain.set`). */
const NOT_WRITTEN: readonly string[] = [
  'keychain.bad-value',
  'keychain.locked',
  'keychain.unavailable',
];

/**
 * Checks what was entered with Cloudflare and keeps it. A saved sign-in of the same Cloudflare user and
 * e-mail gets the key instead of being doubled.
 *
 * @returns the sign-in's id, or `sign-in.input`, Cloudflare's refusal, `keychain.*` or `store.*`
 */
export async function addSignIn(
  parts: Parts,
  entered: Entered,
): Promise<Outcome<{ signInId: string }>> {
  const reading = readKey(entered.key);
  if (reading.blocks || emailProblem(entered.email)) return failed('sign-in.input');
  const { key } = reading;
  const email = entered.email.trim();
  const checked = await parts.cloudflare.user({ email, key, userId: '' }, { priority: 'person' });
  if (!checked.ok) return checked;
  const userId = checked.value.value.id;
  const confirmed = { label: entered.label.trim(), email, key, userId };
  return parts.turns.take(async () => {
    const outcome = await keep(parts, confirmed, entered.keep);
    parts.listeners.onSignInsChanged();
    return outcome;
  });
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
  parts: Parts,
  confirmed: Confirmed,
  where: Entered['keep'],
): Promise<Outcome<{ signInId: string }>> {
  const rows = parts.store.read(({ credentials }) => credentials.all());
  if (!rows.ok) return rows;
  const before = sameSignIn(rows.value, confirmed);
  const row: CredentialRow = {
    id: before?.id ?? parts.newId(),
    label: confirmed.label || before?.label || confirmed.email,
    email: confirmed.email,
    userId: confirmed.userId,
    state: before?.state ?? (where === 'session' ? 'session-only' : 'storing'),
    checkedAt: parts.now(),
    trouble: null,
  };
  const kept =
    where === 'session'
      ? keepForSession(parts, row, confirmed.key)
      : await keepInKeychain(parts, before, row, confirmed.key);
  if (!kept.ok) return kept;
  if (before) parts.listeners.onSignInHealed(row.id);
  return success({ signInId: row.id });
}

/** A sign-in the keychain knows as well keeps its state: only this session uses the key given now. */
function keepForSession(parts: Parts, row: CredentialRow, key: string): Outcome<null> {
  const written = parts.put(row);
  if (!written.ok) return written;
  parts.authorizations.forget(row.id);
  parts.sessionKeys.set(row.id, key);
  return success(null);
}

async function keepInKeychain(
  parts: Parts,
  before: CredentialRow | null,
  row: CredentialRow,
  key: string,
): Promise<Outcome<null>> {
  const { id } = row;
  if (before?.state !== 'stored') {
    const begun = parts.put({ ...(before ?? row), state: 'storing' });
    if (!begun.ok) return begun;
  }
  const set = await parts.keychain.set(id, key);
  if (!set.ok) return undo(parts, before, row, set.failure);
  parts.authorizations.remember(id, key);
  parts.sessionKeys.delete(id);
  return parts.put({ ...row, state: 'stored' });
}

/** Takes the row back as far as that is certain to be true; what is left is tidied up later. */
async function undo(
  parts: Parts,
  before: CredentialRow | null,
  { id }: CredentialRow,
  failure: Failure,
): Promise<Outcome<null>> {
  const outcome: Outcome<null> = { ok: false, failure };
  parts.authorizations.forget(id);
  // Its key may be the old one or the new one; either way the record is true.
  if (before?.state === 'stored' || before?.state === 'storing') return outcome;
  const { code } = failure;
  const clean =
    NOT_WRITTEN.includes(code) ||
    (code === 'keychain.not-kept' && (await parts.keychain.delete(id)).ok);
  if (clean && before) parts.put(before);
  else if (clean) parts.store.write(({ credentials }) => credentials.remove(id));
  return outcome;
}
