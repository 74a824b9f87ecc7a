/**
 * Keys in the keychain that no record knows, after the database was lost or set aside: listing them,
 * removing them, or using them again.
 */
import { failed, success, type Outcome } from '../../shared/failure';
import { emailProblem } from '../../shared/sign-in';
import { sameSignIn } from './add';
import { userOf } from './verify';
import type { SignInContext } from './context';

/**
 * The ids of keys without a record. Each is looked at: an id that is only in the index, because its key
 * was never written, is taken out of it and not offered.
 */
export async function findOrphans(parts: SignInContext): Promise<Outcome<string[]>> {
  // The index first: a row always exists before its id is listed, so nothing new looks like an orphan.
  const listed = await parts.keychain.index();
  if (!listed.ok) return listed;
  const rows = parts.store.read(({ credentials }) => credentials.all());
  if (!rows.ok) return rows;
  const known = new Set(rows.value.map(({ id }) => id));
  const orphans: string[] = [];
  for (const id of listed.value.filter((one) => !known.has(one))) {
    const key = await parts.keychain.get(id, true);
    if (key.ok) {
      orphans.push(id);
      continue;
    }
    if (key.failure.code !== 'keychain.lost') return key;
    const cleaned = await parts.keychain.delete(id);
    if (!cleaned.ok) return cleaned;
  }
  return success(orphans);
}

/** The handlers for keys without a record. */
export function orphanKeys(parts: SignInContext) {
  return {
    /** Ids of keys no record knows; `keychain.*` when the keychain cannot tell. */
    list: (): Promise<Outcome<string[]>> => parts.turns.take(() => findOrphans(parts)),

    /** Deletes all of them. Stops at the first the keychain cannot delete; asking again goes on. */
    removeKeys: (): Promise<Outcome<null>> =>
      parts.turns.take(async () => {
        const orphans = await findOrphans(parts);
        if (!orphans.ok) return orphans;
        for (const id of orphans.value) {
          const deleted = await parts.keychain.delete(id);
          if (!deleted.ok) return deleted;
        }
        return success(null);
      }),

    /**
     * Uses such a key again with the e-mail the person gives; Cloudflare says whether they fit. When
     * the same sign-in was entered again meanwhile, that one stays and the doubled key is deleted.
     */
    adoptKey: (request: {
      signInId: string;
      label: string;
      email: string;
    }): Promise<Outcome<{ signInId: string }>> => parts.turns.take(() => adopt(parts, request)),
  };
}

async function adopt(
  parts: SignInContext,
  request: { signInId: string; label: string; email: string },
): Promise<Outcome<{ signInId: string }>> {
  const { signInId: id } = request;
  if (emailProblem(request.email)) return failed('sign-in.input');
  const rows = parts.store.read(({ credentials }) => credentials.all());
  if (!rows.ok) return rows;
  // Asked for twice: it has its record already.
  if (rows.value.some((row) => row.id === id)) return success({ signInId: id });

  const key = await parts.keychain.get(id, true);
  if (!key.ok) return key;
  if (key.value === null) return failed('keychain.lost');
  const email = request.email.trim();
  const authorization = { email, key: key.value, userId: '' };
  const user = await userOf(parts, authorization);
  if (!user.ok) return user;
  const userId = user.value.id;

  const same = sameSignIn(rows.value, { email, userId });
  if (same) {
    const deleted = await parts.keychain.delete(id);
    return deleted.ok ? success({ signInId: same.id }) : deleted;
  }
  const written = parts.put({
    id,
    label: request.label.trim() || email,
    email,
    userId,
    state: 'stored',
    checkedAt: parts.now(),
    issue: null,
    issueSince: null,
  });
  return written.ok ? success({ signInId: id }) : written;
}
