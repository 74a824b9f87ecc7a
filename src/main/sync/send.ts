/**
 * Sends one pending change: read Cloudflare's copy, let the change machine decide, write, read back. This
 * file is the order of requests and where each end is stored. Whatever interrupts it, the next try starts
 * at the beginning.
 */
import { recoveryOf, type Failure } from '../../shared/failure';
import { touchedFields } from '../../shared/patch';
import { EMPTY_PROFILE, FIELD_NAMES, type FieldName, type Profile } from '../../shared/profile';
import type { SentWrite } from '../changes/machine';
import { applyEvent, pendingOf, turnOf } from '../changes/repository';
import { pause } from '../lib/timers';
import type { Store } from '../database/tables';
import { orStopped, type SyncDependencies } from './dependencies';
import { fetchCopy, PROFILE_GONE, type FetchedCopy } from './fetch-profile';
import { endOf, report, Stop, write, type Send, type SendEnd, type SendOptions } from './send-end';

/** Oldest copy a write may be based on, in ms: what others write in between would be overwritten. */
export const FRESH_MS = 2_000;
/** Reads before a write; if the last is stale too, the change waits. */
const FRESH_READS = 3;
/** Requests reserved before the first, so that nothing waits between the read and the write. */
export const REQUESTS = 3;
/** Waits before each read-back, in ms: a copy that is not there yet gets a moment. */
const READ_BACK_WAITS_MS = [0, 300, 1_000] as const;

/** The sign-in's failure if only the person can fix it; no request is made then. */
function knownIssue(store: Store, credentialId: string): Failure | null {
  const credential = store.read((tables) => tables.credentials.get(credentialId));
  const issue = credential.ok ? (credential.value?.issue ?? null) : null;
  // A keychain may have been unlocked meanwhile, so it is asked again.
  return issue?.code.startsWith('sign-in.') ? issue : null;
}

/** The outcome of a promise that is settled already, or null where it has to be waited for. */
function settledNow<T>(promise: Promise<T>): Promise<T | null> {
  return Promise.race([
    promise,
    new Promise<null>((resolve) => void setImmediate(() => resolve(null))),
  ]);
}

async function fetch(send: Send): Promise<FetchedCopy> {
  const { deps, auth, organization, signal, priority, reservation } = send;
  const options = { signal, priority, reservation };
  const copy = await fetchCopy(deps, auth, organization.id, options);
  if (!copy.ok) throw new Stop(await endOf(send, copy.failure));
  return copy.value;
}

/** What `read` decided to write, with the copy it decided about. */
interface Write {
  put: Profile;
  sent: SentWrite;
  before: FetchedCopy;
  found: Set<FieldName>;
}

/** Reads until a copy is fresh enough to write over, or an end is reached. */
async function readBeforeWrite(send: Send): Promise<Write> {
  const { deps, organization, credentialId, auth } = send;
  const found = new Set<FieldName>();
  for (let reads = 1; ; reads += 1) {
    const before = await fetch(send);
    // If the clock jumped, the copy's age is unknown: treat it as stale.
    const isStale = (): boolean => Math.abs(deps.now() - before.at) > FRESH_MS;
    // Another key or another sign-in: what is read and written must be with the same.
    if (deps.isCurrent?.(credentialId, auth) === false) throw new Stop({ end: 'moved-on' });
    const result = write(send, (tables) => {
      const now = tables.organizations.get(organization.id);
      if (now?.credentialId !== credentialId) return null;
      const held = tables.bulk.held();
      const applied = applyEvent(
        tables,
        organization.id,
        { type: 'read', copy: before.copy, held },
        {
          at: deps.now(),
          readAt: before.at,
          looking: deps.progress.isOpen(organization.id),
          failure: PROFILE_GONE,
        },
      );
      const { pending } = applied?.state ?? {};
      if (applied?.stop === 'held' && pending) {
        tables.outbox.setTurn(organization.id, turnOf(pending.patch, tables.bulk.paused()));
      }
      return applied;
    });
    if (!result) throw new Stop({ end: 'moved-on' });
    deps.progress.copied(organization.id);
    if (result.before.saved !== 'unread') result.found.forEach((field) => found.add(field));
    if (!result.put || !result.sent) {
      throw new Stop(report(send, result, found, before.messages, before.at));
    }
    send.version = result.sent.version;
    // A write without a request set aside for it would wait for the limit between read and write.
    if (!isStale() && send.reservation.left > 0) {
      return { put: result.put, sent: result.sent, before, found };
    }
    if (reads === FRESH_READS) {
      const failure: Failure = { code: 'network.timed-out' };
      throw new Stop({ end: 'waiting', failure, version: send.version });
    }
    await reserveAgain(send);
  }
}

/** Sets requests aside for another read and the write after it. */
async function reserveAgain(send: Send): Promise<void> {
  const { deps, auth, priority, signal } = send;
  send.reservation.release();
  const reserved = await deps.limiter.reserve(auth.userId, REQUESTS, priority, signal);
  if (!reserved.ok) throw new Stop(await endOf(send, reserved.failure));
  send.reservation = reserved.value;
}

/** The texts of a copy; five empty ones without a profile. */
function textsOf({ copy }: FetchedCopy): Profile {
  return copy === 'none' ? EMPTY_PROFILE : copy;
}

/** Reads back until Cloudflare's copy is no longer the old one, at most three times. */
async function readBack(send: Send, { sent, before }: Write): Promise<FetchedCopy> {
  const fields = touchedFields(sent.patch);
  const old = textsOf(before);
  for (const [index, wait] of READ_BACK_WAITS_MS.entries()) {
    if (wait > 0) await pause(send.deps.timers, wait, send.signal);
    const copy = await fetch(send);
    const now = textsOf(copy);
    const isThere = fields.every((field) => now[field] === sent.patch[field]?.text);
    const isOld = FIELD_NAMES.every((field) => now[field] === old[field]);
    const isLast = index === READ_BACK_WAITS_MS.length - 1;
    if ((isThere && copy.copy !== 'none') || !isOld || isLast) return copy;
  }
  throw new Error('unreachable');
}

/** Reads, writes and reads back. */
async function run(send: Send): Promise<SendEnd> {
  const { deps, auth, organization, signal, priority } = send;
  const decided = await readBeforeWrite(send);
  const { put, before, sent } = decided;
  deps.progress.set(organization.id, { step: 'writing' });
  const written = await deps.cloudflare.writeProfile(
    auth,
    organization.id,
    { fields: put, extra: before.extra },
    { signal, priority, reservation: send.reservation },
  );
  if (!written.ok) {
    if (written.failure.code !== 'organization.not-found') return endOf(send, written.failure);
    // "Not found" while writing: the organization is gone, or Cloudflare refuses the profile.
    const copy = await fetch(send);
    const isGone = copy.copy === 'none' && before.copy !== 'none';
    return endOf(send, isGone ? PROFILE_GONE : { ...written.failure, code: 'profile.refused' });
  }
  deps.progress.set(organization.id, { step: 'confirming' });
  const after = await readBack(send, decided);
  const messages = [...before.messages, ...written.value.messages, ...after.messages];
  const at = deps.now();
  const failure: Failure = {
    code: 'profile.stored-differently',
    ...(messages.length > 0 ? { messages } : {}),
  };
  const isGone = after.copy === 'none' && before.copy !== 'none';
  const result = write(send, (tables) =>
    applyEvent(
      tables,
      organization.id,
      { type: 'readBack', sent, copy: after.copy },
      {
        at,
        readAt: after.at,
        looking: deps.progress.isOpen(organization.id),
        failure: isGone ? PROFILE_GONE : failure,
      },
    ),
  );
  if (!result) return { end: 'moved-on' };
  deps.progress.copied(organization.id);
  const found = new Set([...decided.found, ...result.found]);
  return report(send, result, found, messages, at);
}

/**
 * Sends the pending change of an organization as it is in the database now. Never rejects for a
 * foreseeable reason. Ends that Cloudflare's answer decides are in the database when it resolves; waiting
 * and paused are stored by `storeEnd` (send-end.ts), which the scheduler calls for every send.
 */
export async function sendChange(
  deps: SyncDependencies,
  organizationId: string,
  options: SendOptions,
): Promise<SendEnd> {
  const stored = deps.store.read((tables) => ({
    organization: tables.organizations.get(organizationId),
    row: tables.outbox.get(organizationId),
  }));
  if (!stored.ok) return { end: 'waiting', failure: stored.failure, version: null };
  const { organization, row } = stored.value;
  if (!organization || !row || pendingOf(row).status !== 'queued') return { end: 'moved-on' };
  const { credentialId } = organization;
  if (credentialId === null) {
    return { end: 'paused', credentialId, failure: { code: 'sign-in.none' } };
  }
  const issue = options.insist ? null : knownIssue(deps.store, credentialId);
  if (issue) return { end: 'paused', credentialId, failure: issue };
  const asking = orStopped(deps.authorizationOf(credentialId), options.signal);
  let auth = await settledNow(asking);
  if (auth === null) {
    // The keychain may prompt; release the requests and schedule the send again.
    options.reservation.release();
    auth = await asking;
    if (auth.ok) return { end: 'again' };
  }
  if (!auth.ok) {
    const { failure } = auth;
    if (failure.code === 'app.stopping') return { end: 'stopped' };
    if (recoveryOf(failure.code) === 'sign-in') return { end: 'paused', failure, credentialId };
    return { end: 'waiting', failure, version: row.version };
  }
  const send: Send = {
    ...options,
    deps,
    organization,
    credentialId,
    auth: auth.value,
    version: row.version,
  };
  deps.progress.set(organizationId, { step: 'reading', confirmed: null });
  try {
    return await run(send);
  } catch (error) {
    if (error instanceof Stop) return error.result;
    throw error;
  } finally {
    send.reservation.release();
  }
}
