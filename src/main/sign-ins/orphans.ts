/**
 * Orphaned keys are keys and tokens in the keychain that have no sign-in in the database, because the database was
 * lost or set aside. They can be listed, deleted, or used for a new sign-in.
 */
import { createHash } from 'node:crypto';
import { failed, success, type Result } from '../../shared/result';
import type { OrphanedKey } from '../../shared/banner';
import { m } from '../../shared/messages';
import { emailProblem, kindOfSecret, type SignInKind } from '../../shared/sign-in';
import type { SignInRow } from '../database';
import { sameSignIn, saveSignIn } from './add';
import { tokenQuestion } from './token-question';
import { identify, identifyToken, type Identity } from './verify';
import type { SignInContext } from './context';

/**
 * The orphaned keys. The index may also list an id whose key was never written. So every key is read, and
 * an id without a key is removed from the index instead of returned.
 */
async function findOrphans(context: SignInContext): Promise<Result<OrphanedKey[]>> {
  // Read the index first. A row always exists before its id is listed, so a new key never looks orphaned.
  const listed = await context.keychain.index();
  if (!listed.ok) return listed;
  const rows = context.database.read(({ signIns }) => signIns.all());
  if (!rows.ok) return rows;
  const known = new Set(rows.value.map(({ id }) => id));
  const orphans: OrphanedKey[] = [];
  for (const id of listed.value.filter((id) => !known.has(id))) {
    const key = await context.keychain.get(id);
    if (key.ok) {
      orphans.push({ signInId: id, kind: kindOfSecret(key.value) });
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
  /** What was listed last, by id. Only these are read from the keychain before the person confirms anything. */
  let listed = new Map<string, SignInKind>();
  return {
    /** The orphaned keys; fails with `keychain.*` if the keychain cannot be read. */
    list: (): Promise<Result<OrphanedKey[]>> =>
      context.queue.take(async () => {
        const orphans = await findOrphans(context);
        const found = orphans.ok ? orphans.value : [];
        listed = new Map(found.map(({ signInId, kind }) => [signInId, kind]));
        return orphans;
      }),

    /** Deletes all orphaned keys. Stops at the first failure; calling it again continues. */
    removeKeys: (): Promise<Result<null>> =>
      context.queue.take(async () => {
        const orphans = await findOrphans(context);
        if (!orphans.ok) return orphans;
        for (const { signInId: id } of orphans.value) {
          const deleted = await context.keychain.delete(id);
          if (!deleted.ok) return deleted;
        }
        return success(null);
      }),

    /**
     * Creates a sign-in from an orphaned key and the email that the person enters, or from an orphaned token, once the
     * person has confirmed it and if Cloudflare accepts it. If the person has already added this sign-in again, that
     * one is kept, with this key if it has none in the keychain, and the orphaned key is deleted.
     */
    adoptKey: async (request: OrphanRequest): Promise<Result<{ signInId: string }>> => {
      const { signInId } = request;
      const row = context.database.read(({ signIns }) => signIns.get(signInId));
      if (!row.ok) return row;
      // An earlier call has already created the sign-in.
      if (row.value) return success({ signInId });
      const kind = listed.get(signInId) ?? 'key';
      const orphan = { ...request, kind, email: kind === 'key' ? request.email.trim() : '' };
      // Before the queue: while the person thinks, other keys can be stored.
      const confirmed = await confirm(context, orphan);
      if (!confirmed.ok) return confirmed;
      const adopted = await context.queue.take(() => adopt(context, orphan, confirmed.value));
      if (adopted.ok) context.confirmation.used();
      return adopted;
    },
  };
}

/** What the person entered for an orphaned key. */
interface OrphanRequest {
  signInId: string;
  label: string;
  /** `''` for a token. */
  email: string;
}

/** The key or token, in an object of its own. */
async function readKey(context: SignInContext, id: string): Promise<Result<{ key: string }>> {
  const key = await context.keychain.get(id);
  return key.ok ? success({ key: key.value }) : key;
}

const digestOf = ({ key }: { key: string }): string =>
  createHash('sha256').update(key).digest('hex');

/** An orphaned key, and what the person entered for it. */
interface Orphan extends OrphanRequest {
  kind: SignInKind;
}

/** A confirmed key or token, and the name of its sign-in if the person entered none. */
type Confirmed = Identity & {
  /** Of the key or token, which is not kept while the person is asked. */
  digest: string;
  suggestedLabel: string;
};

/** Asks the person and Cloudflare about a key or token, in the order of `addSignIn`. */
async function confirm(
  context: SignInContext,
  { signInId, kind, email }: Orphan,
): Promise<Result<Confirmed>> {
  if (kind === 'key') {
    if (emailProblem(email)) return failed('sign-in.invalid-input');
    const question = { about: 'email', email, replaces: null } as const;
    const confirmed = await context.confirmation.confirm(question);
    if (!confirmed.ok) return confirmed;
  }
  const read = await readKey(context, signInId);
  if (!read.ok) return read;
  const digest = digestOf(read.value);
  return context.secrets.use(kind, read.value, async (secret) => {
    const auth = secret.authorizer({ kind, email, userId: '' });
    if (kind === 'key') {
      const identity = await identify(context, kind, auth);
      return identity.ok ? success({ ...identity.value, digest, suggestedLabel: email }) : identity;
    }
    const unconfirmed = await context.confirmation.beforeUnconfirmed();
    if (!unconfirmed.ok) return unconfirmed;
    const identity = await identifyToken(context, auth);
    if (!identity.ok) return identity;
    const choices = { readOnly: true, replaces: null };
    const question = await tokenQuestion(context, auth, identity.value, choices);
    // It can be read again when it is needed.
    secret.forget();
    const confirmed = await context.confirmation.confirm(question);
    if (!confirmed.ok) return confirmed;
    unconfirmed.value();
    const suggestedLabel = question.accounts[0] ?? m.add_token();
    return success({ ...identity.value, digest, suggestedLabel });
  });
}

const hasStoredKey = ({ state, issue }: SignInRow): boolean =>
  state === 'stored' && issue?.code !== 'keychain.lost';

async function adopt(
  context: SignInContext,
  { signInId: id, kind, label, email }: Orphan,
  { digest, suggestedLabel, ...identity }: Confirmed,
): Promise<Result<{ signInId: string }>> {
  const rows = context.database.read(({ signIns }) => signIns.all());
  if (!rows.ok) return rows;
  if (rows.value.some((row) => row.id === id)) return success({ signInId: id });
  // It may have been deleted while the person was asked.
  const current = await readKey(context, id);
  if (!current.ok) return current;
  if (digestOf(current.value) !== digest) return failed('keychain.lost');

  const { userId, tokenId, expiresAt } = identity;
  const existing = sameSignIn(rows.value, { kind, email, userId, tokenId });
  if (existing) {
    const again = { kind, label: '', email, keep: 'keychain', readOnly: 'unless-ours' } as const;
    const kept = hasStoredKey(existing)
      ? success({ signInId: existing.id })
      : await context.secrets.use(kind, current.value, (secret) =>
          saveSignIn(context, again, secret, identity),
        );
    if (!kept.ok) return kept;
    // The existing sign-in has a copy of its own: a Cloudflare user has only one Global API Key, and a token one value.
    const deleted = await context.keychain.delete(id);
    return deleted.ok ? kept : deleted;
  }
  const written = context.put({
    id,
    kind,
    label: label.trim() || suggestedLabel,
    email,
    userId,
    tokenId,
    // The database that said whether it may write is gone.
    readOnly: 'chosen',
    expiresAt,
    state: 'stored',
    checkedAt: context.now(),
    issue: null,
    issueSince: null,
  });
  return written.ok ? success({ signInId: id }) : written;
}
