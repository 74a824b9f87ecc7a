/**
 * Orphaned keys are keys in the keychain that have no sign-in in the database, because the database was lost or
 * set aside. They can be listed, deleted, or used for a new sign-in.
 */
import { failed, success, type Outcome } from '../../shared/outcome';
import { emailProblem } from '../../shared/sign-in';
import { sameSignIn } from './add';
import { identify } from './verify';
import type { SignInContext } from './context';

/**
 * The ids of orphaned keys. The index may also list an id whose key was never written. So every key is read, and
 * an id without a key is removed from the index instead of returned.
 */
async function findOrphans(context: SignInContext): Promise<Outcome<string[]>> {
  // Read the index first. A row always exists before its id is listed, so a new key never looks orphaned.
  const listed = await context.keychain.index();
  if (!listed.ok) return listed;
  const rows = context.store.read(({ credentials }) => credentials.all());
  if (!rows.ok) return rows;
  const known = new Set(rows.value.map(({ id }) => id));
  const orphans: string[] = [];
  for (const id of listed.value.filter((id) => !known.has(id))) {
    // A missing key is the failure `keychain.lost`, never null, because a key is expected (`true`).
    const key = await context.keychain.get(id, true);
    if (key.ok) {
      orphans.push(id);
      continue;
    }
    if (key.failure.code !== 'keychain.lost') return key;
    const deleted = await context.keychain.delete(id);
    if (!deleted.ok) return deleted;
  }
  return success(orphans);
}

/** The handlers for orphaned keys. */
export function orphanKeys(context: SignInContext) {
  return {
    /** The ids of orphaned keys; fails with `keychain.*` if the keychain cannot be read. */
    list: (): Promise<Outcome<string[]>> => context.queue.take(() => findOrphans(context)),

    /** Deletes all orphaned keys. Stops at the first failure; calling it again continues. */
    removeKeys: (): Promise<Outcome<null>> =>
      context.queue.take(async () => {
        const orphans = await findOrphans(context);
        if (!orphans.ok) return orphans;
        for (const id of orphans.value) {
          const deleted = await context.keychain.delete(id);
          if (!deleted.ok) return deleted;
        }
        return success(null);
      }),

    /**
     * Creates a sign-in from an orphaned key and the email that the person enters and confirms, if Cloudflare accepts
     * both. If the person has already added this sign-in again, that one is kept and the orphaned key is deleted.
     */
    adoptKey: async (request: OrphanRequest): Promise<Outcome<{ signInId: string }>> => {
      if (emailProblem(request.email)) return failed('sign-in.invalid-input');
      const email = request.email.trim();
      // Before the queue: while the person thinks, other keys can be stored.
      const confirmed = await context.confirmation.confirm({
        about: 'email',
        email,
        replaces: null,
      });
      if (!confirmed.ok) return confirmed;
      const adopted = await context.queue.take(() => adopt(context, { ...request, email }));
      if (adopted.ok) context.confirmation.used();
      return adopted;
    },
  };
}

/** An orphaned key, and what the person entered for it. */
interface OrphanRequest {
  signInId: string;
  label: string;
  email: string;
}

async function adopt(
  context: SignInContext,
  { signInId: id, label, email }: OrphanRequest,
): Promise<Outcome<{ signInId: string }>> {
  const rows = context.store.read(({ credentials }) => credentials.all());
  if (!rows.ok) return rows;
  // An earlier call has already created the sign-in.
  if (rows.value.some((row) => row.id === id)) return success({ signInId: id });

  const key = await context.keychain.get(id, true);
  if (!key.ok) return key;
  // Only for the type: `get` returns no null if a key is expected (`true`).
  if (key.value === null) return failed('keychain.lost');
  const authorization = { kind: 'key', email, key: key.value, userId: '' } as const;
  const user = await identify(context, 'key', authorization);
  if (!user.ok) return user;
  const { userId } = user.value;

  const existing = sameSignIn(rows.value, { kind: 'key', email, userId, tokenId: null });
  if (existing) {
    // A Cloudflare user has only one Global API Key, and the existing sign-in has a copy of its own.
    const deleted = await context.keychain.delete(id);
    return deleted.ok ? success({ signInId: existing.id }) : deleted;
  }
  const written = context.put({
    id,
    kind: 'key',
    label: label.trim() || email,
    email,
    userId,
    tokenId: null,
    readOnly: null,
    expiresAt: null,
    state: 'stored',
    checkedAt: context.now(),
    issue: null,
    issueSince: null,
  });
  return written.ok ? success({ signInId: id }) : written;
}
