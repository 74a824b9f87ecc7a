/**
 * Sends one pending change: reads Cloudflare's copy, lets the change machine decide, writes, and reads back.
 * This file defines the order of the requests. After any interruption the next try starts from the beginning.
 */
import { isNotFound, recoveryOf, type Failure } from '../../shared/failure';
import { success } from '../../shared/outcome';
import { touchedFields } from '../../shared/patch';
import { FIELD_NAMES, type FieldName, type Profile } from '../../shared/profile';
import { applyEvent, pendingOf, sendingJob, textsOfCopy, type SentWrite } from '../changes';
import { authorizerOf, isForbidden, rayId, type Authorizer } from '../cloudflare';
import { ifResolved, untilAborted } from '../lib/promises';
import { delay } from '../lib/timers';
import type { OutboxRow, Store } from '../database';
import type { SyncDependencies } from './dependencies';
import { issueOf } from './outbox-timing';
import { fetchCopy, PROFILE_GONE, type FetchedCopy } from './fetch-profile';
import {
  endForFailure,
  endForRefusedWrite,
  isSignInReplaced,
  publishResult,
  SendAborted,
  transact,
  type Send,
  type SendResult,
  type SendOptions,
} from './send-end';

/**
 * Maximum age of the copy that a write is based on, in ms, from when its request left. What others write between our
 * read and our write is overwritten, so this time must be short.
 */
export const MAX_COPY_AGE_MS = 2_000;
/** Maximum reads before a write. If the last copy is stale, too, the change waits. */
const MAX_READS = 3;
/** Requests reserved for each send, so that nothing waits between the read and the write. */
export const REQUESTS_PER_SEND = 3;
/** Wait before each read-back, in ms: the new copy may take a moment to appear. */
const READ_BACK_WAITS_MS = [0, 300, 1_000] as const;

/**
 * The sign-in's issue if only the person can fix it, else null. With such an issue no request is made.
 * @param force whether the person wants to try it nevertheless. What they chose themselves stays.
 */
function knownIssue(store: Store, credentialId: string, force: boolean): Failure | null {
  const credential = store.read((tables) => tables.credentials.get(credentialId));
  if (!credential.ok || !credential.value) return null;
  const { readOnly } = credential.value;
  if (force) return readOnly === 'chosen' ? { code: 'sign-in.read-only' } : null;
  const issue = issueOf(credential.value);
  // A keychain issue does not count, because the keychain may have been unlocked since.
  return issue?.code.startsWith('keychain.') ? null : issue;
}

/** Fetches the copy. Throws `SendAborted` if that fails. */
async function fetchOrEnd(send: Send): Promise<FetchedCopy> {
  const { deps, auth, organization, signal, priority, reservation } = send;
  const options = { signal, priority, reservation };
  const copy = await fetchCopy(deps, auth, organization, options);
  if (!copy.ok) throw new SendAborted(await endForFailure(send, copy.failure));
  return copy.value;
}

/** A write that the machine decided, with the copy it is based on. */
interface DecidedWrite {
  put: Profile;
  sent: SentWrite;
  before: FetchedCopy;
  found: Set<FieldName>;
}

/** Reads until the copy is fresh enough to overwrite. Throws `SendAborted` if there is nothing to write. */
async function readBeforeWrite(send: Send): Promise<DecidedWrite> {
  const { deps, organization, credentialId } = send;
  const found = new Set<FieldName>();
  for (let reads = 1; ; reads += 1) {
    const before = await fetchOrEnd(send);
    const isStale = (): boolean => deps.elapsed() - before.sentAt > MAX_COPY_AGE_MS;
    // The key was replaced: read and write must use the same one.
    if (isSignInReplaced(send)) throw new SendAborted({ end: 'moved-on' });
    const result = transact(send, (tables) => {
      const current = tables.organizations.get(organization.id);
      if (current?.credentialId !== credentialId) return null;
      // The person may have made the sign-in read-only during the read.
      if (tables.credentials.get(credentialId)?.readOnly === 'chosen') return 'read-only';
      const held = tables.bulk.held();
      const applied = applyEvent(
        tables,
        organization.id,
        { type: 'read', copy: before.copy, held },
        {
          at: deps.now(),
          readAt: before.at,
          isPageOpen: deps.sendStatus.isOpen(organization.id),
          failure: PROFILE_GONE,
        },
      );
      const { pending } = applied?.state ?? {};
      if (applied?.stop === 'held' && pending) {
        tables.outbox.setSendingJob(
          organization.id,
          sendingJob(pending.patch, tables.bulk.paused()),
        );
      }
      return applied;
    });
    if (!result) throw new SendAborted({ end: 'moved-on' });
    if (result === 'read-only') {
      const failure: Failure = { code: 'sign-in.read-only' };
      throw new SendAborted({ end: 'paused', failure, credentialId });
    }
    deps.sendStatus.copied(organization.id);
    if (result.before.saved !== 'unread') result.found.forEach((field) => found.add(field));
    if (!result.put || !result.sent) {
      throw new SendAborted(publishResult(send, result, found, before.messages, before.at));
    }
    send.version = result.sent.version;
    // The key was forgotten: reading it again may prompt the person for minutes, and the write must not wait.
    if (!(await isAuthorizedNow(send))) throw new SendAborted({ end: 'reschedule' });
    // Without a reserved request the write would wait for the rate limit.
    if (!isStale() && send.reservation.left > 0) {
      return { put: result.put, sent: result.sent, before, found };
    }
    if (reads === MAX_READS) {
      const failure: Failure = { code: 'network.timed-out' };
      throw new SendAborted({ end: 'waiting', failure, version: send.version });
    }
    await reserveAgain(send);
  }
}

/** Whether the key is in memory. */
async function isAuthorizedNow({ auth }: Send): Promise<boolean> {
  return (await ifResolved(auth.authorize())) !== null;
}

/** Reserves requests for another read and the write after it. */
async function reserveAgain(send: Send): Promise<void> {
  const { deps, auth, priority, signal } = send;
  send.reservation.release();
  const reserved = await deps.limiter.reserve(auth.userId, REQUESTS_PER_SEND, priority, signal);
  if (!reserved.ok) throw new SendAborted(await endForFailure(send, reserved.failure));
  send.reservation = reserved.value;
}

/** Reads back until Cloudflare's copy has changed, at most three times. */
async function readBack(send: Send, { sent, before }: DecidedWrite): Promise<FetchedCopy> {
  const fields = touchedFields(sent.patch);
  const oldTexts = textsOfCopy(before.copy);
  for (const [index, wait] of READ_BACK_WAITS_MS.entries()) {
    if (wait > 0) await delay(send.deps.timers, wait, send.signal);
    const fetched = await fetchOrEnd(send);
    const texts = textsOfCopy(fetched.copy);
    const hasArrived = fields.every((field) => texts[field] === sent.patch[field]?.text);
    const isUnchanged = FIELD_NAMES.every((field) => texts[field] === oldTexts[field]);
    const isLast = index === READ_BACK_WAITS_MS.length - 1;
    if ((hasArrived && fetched.copy !== 'none') || !isUnchanged || isLast) return fetched;
  }
  throw new Error('unreachable');
}

/** Reads, writes and reads back. */
async function performSend(send: Send): Promise<SendResult> {
  const { deps, auth, organization, signal, priority } = send;
  const decided = await readBeforeWrite(send);
  const { put, before, sent } = decided;
  deps.sendStatus.set(organization.id, { step: 'writing' });
  const written = await deps.cloudflare.writeProfile(
    auth,
    organization,
    { fields: put, extra: before.extra },
    { signal, priority, reservation: send.reservation },
  );
  const ray = rayId(written.ok ? written.value.value.ray : written.failure.ray);
  if (!written.ok) {
    // Even a refused write may have been applied, so keep its ray id.
    if (ray !== null) transact(send, (tables) => tables.ownRequests.answered(organization.id, ray));
    if (isForbidden(written.failure)) return endForRefusedWrite(send, written.failure);
    if (!isNotFound(written.failure)) {
      return endForFailure(send, written.failure);
    }
    // "Not found" in answer to a write means that the profile is gone, or that Cloudflare refuses to store it.
    const current = await fetchOrEnd(send);
    const isGone = current.copy === 'none' && before.copy !== 'none';
    return endForFailure(
      send,
      isGone ? PROFILE_GONE : { ...written.failure, code: 'profile.refused' },
    );
  }
  deps.onWriteSucceeded?.(send.credentialId);
  deps.sendStatus.set(organization.id, { step: 'confirming' });
  const after = await readBack(send, decided);
  const messages = [...before.messages, ...written.value.messages, ...after.messages];
  const at = deps.now();
  const failure: Failure = {
    code: 'profile.stored-differently',
    ...(messages.length > 0 ? { messages } : {}),
  };
  const isGone = after.copy === 'none' && before.copy !== 'none';
  const result = transact(send, (tables) => {
    if (ray !== null) tables.ownRequests.answered(organization.id, ray);
    return applyEvent(
      tables,
      organization.id,
      { type: 'readBack', sent, copy: after.copy },
      {
        at,
        readAt: after.at,
        isPageOpen: deps.sendStatus.isOpen(organization.id),
        failure: isGone ? PROFILE_GONE : failure,
      },
    );
  });
  if (!result) return { end: 'moved-on' };
  deps.sendStatus.copied(organization.id);
  const found = new Set([...decided.found, ...result.found]);
  return publishResult(send, result, found, messages, at);
}

/** Stores that a change did not pass its check (database/row-macs.ts). It waits for the person now. */
function refuse({ store }: SyncDependencies, row: OutboxRow): SendResult {
  const stored = store.write((tables) => tables.outbox.put(row), 'sync');
  if (stored.ok) return { end: 'moved-on' };
  return { end: 'waiting', failure: stored.failure, version: null };
}

/** Reads the key into memory. Returns how the send ends if it cannot go on at once, else null; keeps no key. */
async function endUnlessAuthorized(
  auth: Authorizer,
  { signal, reservation }: SendOptions,
  credentialId: string,
  version: number,
): Promise<SendResult | null> {
  const authorizing = untilAborted(auth.authorize(), signal);
  let authorized = await ifResolved(authorizing);
  if (authorized?.ok) return null;
  if (authorized === null) {
    // The keychain may prompt for minutes, so release the requests, wait, and let the send be scheduled again.
    reservation.release();
    authorized = await authorizing;
    if (authorized.ok) return { end: 'reschedule' };
  }
  const { failure } = authorized;
  if (failure.code === 'app.stopping') return { end: 'stopped' };
  if (recoveryOf(failure.code) === 'sign-in') return { end: 'paused', failure, credentialId };
  return { end: 'waiting', failure, version };
}

/**
 * Sends the pending change of an organization, as it is in the database now. Returns how the send ended; rejects
 * only because of a bug. If Cloudflare's answer decided the end, it is stored when this resolves. The scheduler
 * stores `waiting` and `paused` with `storeSendResult` (outbox-timing.ts).
 */
export async function sendChange(
  deps: SyncDependencies,
  organizationId: string,
  options: SendOptions,
): Promise<SendResult> {
  const stored = deps.store.read((tables) => ({
    organization: tables.organizations.get(organizationId),
    row: tables.outbox.get(organizationId),
    verdict: tables.outbox.verdict(organizationId),
  }));
  if (!stored.ok) return { end: 'waiting', failure: stored.failure, version: null };
  const { organization, row, verdict } = stored.value;
  if (row && (verdict === 'altered' || verdict === 'unchecked')) return refuse(deps, row);
  if (!organization || !row || pendingOf(row).status !== 'queued') return { end: 'moved-on' };
  const { credentialId } = organization;
  if (credentialId === null) {
    return { end: 'paused', credentialId, failure: { code: 'sign-in.not-found' } };
  }
  const issue = knownIssue(deps.store, credentialId, options.force);
  if (issue) return { end: 'paused', credentialId, failure: issue };
  const auth = authorizerOf(deps.store, deps.authorizationOf, credentialId);
  const unauthorized = await endUnlessAuthorized(auth, options, credentialId, row.version);
  if (unauthorized) return unauthorized;
  if (verdict === 'unknown') {
    options.reservation.release();
    const checked = await untilAborted(deps.verified(), options.signal);
    if (checked.ok) return { end: 'reschedule' };
    const { failure } = checked;
    if (failure.code === 'app.stopping') return { end: 'stopped' };
    // There is no keychain, so the key of this sign-in was entered for this session.
    if (failure.code !== 'keychain.unavailable')
      return { end: 'waiting', failure, version: row.version };
    deps.store.write((tables) => tables.outbox.refuseUnchecked(organizationId), 'sync');
    return { end: 'moved-on' };
  }
  const handled = untilAborted(deps.keyHandled().then(() => success(null)), options.signal);
  if ((await ifResolved(handled)) === null) {
    options.reservation.release();
    return (await handled).ok ? { end: 'reschedule' } : { end: 'stopped' };
  }
  const send: Send = {
    ...options,
    deps,
    organization,
    credentialId,
    auth,
    signInVersion: deps.versionOf?.(credentialId),
    version: row.version,
  };
  deps.sendStatus.set(organizationId, { step: 'reading', confirmed: null });
  try {
    return await performSend(send);
  } catch (error) {
    if (error instanceof SendAborted) return error.result;
    throw error;
  } finally {
    send.reservation.release();
  }
}
