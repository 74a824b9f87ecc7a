/**
 * Sends one pending change: reads Cloudflare's copy, lets the change machine decide, writes, and reads back.
 * After any interruption the next try starts from the beginning.
 *
 * Ends that Cloudflare's answer decides are passed to the change machine here. `waiting` and `paused` affect only the
 * timing, which the scheduler stores beside the machine's state (outbox-timing.ts).
 */
import { isNotFound, recoveryOf, type Failure, type CloudflareNotice } from '../../shared/failure';
import { savesIn, touchedFields } from '../../shared/patch';
import { FIELD_NAMES, type FieldName, type Profile } from '../../shared/profile';
import {
  applyEvent,
  pendingOf,
  replacedTexts,
  sendingSave,
  textsOfCopy,
  trustOf,
} from '../changes';
import type { Applied, SentWrite } from '../changes';
import {
  authorizerOf,
  checkAuthorization,
  explainForbidden,
  isForbidden,
  rayId,
  type Authorizer,
} from '../cloudflare';
import type { OrganizationRecord, Database } from '../database';
import { ifResolved, untilAborted } from '../lib/promises';
import { delay } from '../lib/timers';
import type { RaisablePriority, Reservation } from '../rate-limit';
import type { SyncDependencies } from './dependencies';
import { issueOf, type SendResult } from './outbox-timing';
import { fetchCopy, PROFILE_GONE, type FetchedCopy } from './fetch-profile';

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

/** How long permissions may take to propagate after an organization was added, in ms. */
const PERMISSIONS_DELAY_MS = 120_000;

/** Options of a send. */
export interface SendOptions {
  signal: AbortSignal;
  priority: RaisablePriority;
  /** Requests reserved for the send. */
  reservation: Reservation;
  /** Whether to try even with a sign-in that Cloudflare is known to refuse, because the person asked for it. */
  force: boolean;
}

/** A running send. */
export interface Send extends SendOptions {
  deps: SyncDependencies;
  organization: OrganizationRecord;
  signInId: string;
  auth: Authorizer;
  /** See `SignIns.versionOf`, as it was when the send began. */
  signInVersion: string | undefined;
  /** The version being sent. The read before the write updates it if the person submitted again. */
  version: number;
  /** The recorded request that is taken back at the end, because it has not left or was refused for certain. */
  unsent: number | null;
  /** The requests that it recorded and that may be on their way. */
  requests: number[];
}

/** The end of a send whose change is tried again later. */
const waits = ({ version }: Pick<Send, 'version'>, failure: Failure): SendResult => ({
  end: 'waiting',
  failure,
  version,
});

function isEnd(value: object): value is SendResult {
  return 'end' in value;
}

/**
 * The sign-in's issue if only the person can fix it, else null. With such an issue no request is made.
 * @param force whether the person wants to try anyway. A sign-in that they made read-only themselves stays so.
 */
function knownIssue(database: Database, signInId: string, force: boolean): Failure | null {
  const signIn = database.read((tables) => tables.signIns.get(signInId));
  if (!signIn.ok || !signIn.value) return null;
  const { readOnly } = signIn.value;
  if (force) return readOnly === 'chosen' ? { code: 'sign-in.read-only' } : null;
  const issue = issueOf(signIn.value);
  // A keychain issue does not count, because the keychain may have been unlocked since.
  return issue?.code.startsWith('keychain.') ? null : issue;
}

/** Fetches the copy, or says how the send ends because that failed. */
async function fetchOrEnd(send: Send): Promise<FetchedCopy | SendResult> {
  const { deps, auth, organization, signal, priority, reservation } = send;
  const options = { signal, priority, reservation };
  const copy = await fetchCopy(deps, auth, organization, options);
  return copy.ok ? copy.value : endForFailure(send, copy.failure);
}

/** A write that the machine decided, with the copy it is based on. */
interface DecidedWrite {
  put: Profile;
  sent: SentWrite;
  /** The number of the recorded request. */
  request: number;
  before: FetchedCopy;
  found: Set<FieldName>;
}

/** Reads until the copy is fresh enough to overwrite; or says how the send ends without a write. */
async function decideWrite(send: Send): Promise<DecidedWrite | SendResult> {
  const { deps, organization, signInId } = send;
  const found = new Set<FieldName>();
  for (let reads = 1; ; reads += 1) {
    const before = await fetchOrEnd(send);
    if (isEnd(before)) return before;
    const isStale = (): boolean => deps.elapsed() - before.sentAt > MAX_COPY_AGE_MS;
    // The key was replaced: read and write must use the same one.
    if (isSignInReplaced(send)) return { end: 'moved-on' };
    const stored = deps.database.write((tables) => {
      const current = tables.organizations.get(organization.id);
      if (current?.signInId !== signInId) return null;
      // The person may have made the sign-in read-only during the read.
      if (tables.signIns.get(signInId)?.readOnly === 'chosen') return 'read-only';
      const wait = deps.justSaved.reasonToWait(tables, organization.id);
      if (wait) return wait;
      const patch = tables.outbox.get(organization.id)?.patch ?? {};
      const held = tables.saves.notSending(savesIn(patch));
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
        tables.outbox.setSendingSave(
          organization.id,
          sendingSave(pending.patch, tables.saves.paused(savesIn(pending.patch))),
        );
      }
      if (!applied?.sent) return applied;
      // Before the request leaves.
      const request = deps.justSaved.record(tables, organization.id, applied.sent.version);
      send.requests.push(request);
      return { ...applied, request };
    }, 'sync');
    if (!stored.ok) return waits(send, stored.failure);
    const result = stored.value;
    if (!result) return { end: 'moved-on' };
    if (result === 'read-only') {
      return { end: 'paused', failure: { code: 'sign-in.read-only' }, signInId };
    }
    if ('code' in result) return waits(send, result);
    deps.sendStatus.copied(organization.id);
    if (result.before.saved !== 'unread') result.found.forEach((field) => found.add(field));
    if (!result.put || !result.sent || !('request' in result)) {
      return publishResult(send, result, found, before.messages, before.at);
    }
    send.version = result.sent.version;
    send.unsent = result.request;
    // The key was forgotten: reading it again may leave a prompt open for minutes, and the write must not wait.
    if (!(await isAuthorizedNow(send))) return { end: 'reschedule' };
    // Without a reserved request the write would wait for the rate limit.
    if (!isStale() && send.reservation.left > 0) {
      const { put, sent, request } = result;
      return { put, sent, request, before, found };
    }
    if (reads === MAX_READS) {
      return waits(send, { code: 'network.timed-out' });
    }
    const refused = await reserveAgain(send);
    if (refused) return refused;
  }
}

/** Whether the key is in memory. */
async function isAuthorizedNow({ auth }: Send): Promise<boolean> {
  return (await ifResolved(auth.authorize())) !== null;
}

/** Says that none of the recorded requests is on its way any more. */
function endRequests(send: Send): void {
  send.deps.justSaved.ended(send.requests);
  send.requests = [];
}

/** Takes back the recorded request, so that no other entry waits because of it. */
function takeBack(send: Send): void {
  const { deps, unsent } = send;
  if (unsent === null) return;
  // The database may give its number to the request of another send.
  endRequests(send);
  // If that fails, they wait for nothing.
  deps.database.write(({ ownRequests }) => ownRequests.remove(unsent), 'sync');
  send.unsent = null;
}

/** Reserves requests for another read and the write after it; or says how the send ends without them. */
async function reserveAgain(send: Send): Promise<SendResult | null> {
  const { deps, auth, priority, signal } = send;
  takeBack(send);
  send.reservation.release();
  const reserved = await deps.limiter.reserve(auth.userId, REQUESTS_PER_SEND, priority, signal);
  if (!reserved.ok) return endForFailure(send, reserved.failure);
  send.reservation = reserved.value;
  return null;
}

/** Reads back until Cloudflare's copy has changed, at most three times. */
async function readBack(
  send: Send,
  { sent, before }: DecidedWrite,
): Promise<FetchedCopy | SendResult> {
  const fields = touchedFields(sent.patch);
  const oldTexts = textsOfCopy(before.copy);
  for (const [index, wait] of READ_BACK_WAITS_MS.entries()) {
    if (wait > 0) await delay(send.deps.timers, wait, send.signal);
    const fetched = await fetchOrEnd(send);
    if (isEnd(fetched)) return fetched;
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
  const decided = await decideWrite(send);
  if (isEnd(decided)) return decided;
  const { put, before, sent, request } = decided;
  deps.sendStatus.set(organization.id, { step: 'writing' });
  const written = await deps.cloudflare.writeProfile(
    auth,
    organization,
    { fields: put, extra: before.extra },
    { signal, priority, reservation: send.reservation, onSent: () => (send.unsent = null) },
  );
  const ray = rayId(written.ok ? written.value.value.ray : written.failure.ray);
  if (!written.ok) {
    const { status = 0 } = written.failure;
    if (status >= 400 && status < 500) send.unsent = request;
    // Even a write that failed may have been applied, so keep its ray id.
    else if (ray !== null) {
      const stored = deps.database.write(
        (tables) => tables.ownRequests.answered(request, ray, false),
        'sync',
      );
      if (!stored.ok) return waits(send, stored.failure);
    }
    if (isForbidden(written.failure)) return endForRefusedWrite(send, written.failure);
    if (!isNotFound(written.failure)) {
      return endForFailure(send, written.failure);
    }
    // "Not found" in answer to a write means that the profile is gone, or that Cloudflare refuses to store it.
    const current = await fetchOrEnd(send);
    if (isEnd(current)) return current;
    const isGone = current.copy === 'none' && before.copy !== 'none';
    return endForFailure(
      send,
      isGone ? PROFILE_GONE : { ...written.failure, code: 'profile.refused' },
    );
  }
  deps.onWriteSucceeded?.(send.signInId);
  deps.sendStatus.set(organization.id, { step: 'confirming' });
  const after = await readBack(send, decided);
  if (isEnd(after)) {
    // Cloudflare accepted the write, so the other entries wait from this one, not from the first try.
    deps.database.write(({ ownRequests }) => ownRequests.answered(request, ray, true), 'sync');
    return after;
  }
  const messages = [...before.messages, ...written.value.messages, ...after.messages];
  const at = deps.now();
  const failure: Failure = {
    code: 'profile.stored-differently',
    ...(messages.length > 0 ? { messages } : {}),
  };
  const isGone = after.copy === 'none' && before.copy !== 'none';
  const stored = deps.database.write((tables) => {
    tables.ownRequests.answered(request, ray, true);
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
  }, 'sync');
  if (!stored.ok) return waits(send, stored.failure);
  const result = stored.value;
  if (!result) return { end: 'moved-on' };
  deps.sendStatus.copied(organization.id);
  const found = new Set([...decided.found, ...result.found]);
  return publishResult(send, result, found, messages, at);
}

/** Reads the key into memory. Returns how the send ends if it cannot continue immediately, else null; keeps no key. */
async function endUnlessAuthorized(
  auth: Authorizer,
  { signal, reservation }: SendOptions,
  signInId: string,
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
  if (recoveryOf(failure.code) === 'sign-in') return { end: 'paused', failure, signInId };
  return { end: 'waiting', failure, version };
}

/**
 * Sends the pending change of an organization, as it is in the database now. Returns how the send ended; rejects
 * only because of a bug. If Cloudflare's answer decided the end, it is stored when this resolves. The scheduler
 * stores `waiting` and `paused` with `storeSendResult` (outbox-timing.ts).
 */
export async function sendChange(
  deps: SyncDependencies,
  entryId: string,
  options: SendOptions,
): Promise<SendResult> {
  const stored = deps.database.read((tables) => ({
    organization: tables.organizations.get(entryId),
    row: tables.outbox.get(entryId),
    trust: trustOf(tables, entryId),
    wait: deps.justSaved.reasonToWait(tables, entryId),
  }));
  if (!stored.ok) return { end: 'waiting', failure: stored.failure, version: null };
  const { organization, row, trust, wait } = stored.value;
  if (!organization || !row || pendingOf(row).status !== 'queued') return { end: 'moved-on' };
  const { signInId } = organization;
  if (signInId === null) {
    return { end: 'paused', signInId, failure: { code: 'sign-in.not-found' } };
  }
  const issue = knownIssue(deps.database, signInId, options.force);
  if (issue) return { end: 'paused', signInId, failure: issue };
  if (wait) return waits(row, wait);
  const auth = authorizerOf(deps.database, deps.authorizationOf, signInId);
  const unauthorized = await endUnlessAuthorized(auth, options, signInId, row.version);
  if (unauthorized) return unauthorized;
  if (trust === 'unknown') {
    // Its key was entered for this session, so it did not wait for the keychain. That may prompt for minutes, and others need
    // the slot; `onKeyRead` queues the change again.
    void deps.keyRead();
    return waits(row, { code: 'keychain.timed-out' });
  }
  const send: Send = {
    ...options,
    deps,
    organization,
    signInId,
    auth,
    signInVersion: deps.versionOf?.(signInId),
    version: row.version,
    unsent: null,
    requests: [],
  };
  deps.sendStatus.set(entryId, { step: 'reading', confirmed: null });
  try {
    return await performSend(send);
  } finally {
    endRequests(send);
    takeBack(send);
    send.reservation.release();
  }
}

// --- how a send ends

/** Whether the email or key of the sign-in was replaced since the send began. */
function isSignInReplaced({ deps, signInId, signInVersion }: Send): boolean {
  return deps.versionOf?.(signInId) !== signInVersion;
}

/** Whether an organization of this age (ms) is new. A negative age means that the clock was set back. */
function isJustAdded(age: number): boolean {
  return age >= 0 && age < PERMISSIONS_DELAY_MS;
}

/** Decides how a send ends after one of its requests failed. A refusal is also stored. */
async function endForFailure(send: Send, failure: Failure): Promise<SendResult> {
  const { deps, organization, signInId, auth, signal, priority, version } = send;
  let cause = failure;
  if (isForbidden(failure)) {
    const { addedAt, kind } = organization;
    // Cloudflare's own tools wait for the rights of a new organization (terraform-provider-cloudflare, ecfd9bf8).
    if (kind === 'organization' && isJustAdded(deps.now() - addedAt)) {
      const forbidden: Failure = { ...failure, code: 'organization.forbidden' };
      return waits(send, forbidden);
    }
    // Does not use the send's reservation, whose requests are for the change itself.
    const request = { signal, priority };
    cause = await explainForbidden(deps.cloudflare, auth, failure, organization.kind, request);
  }
  if (cause.code === 'app.stopping') return { end: 'stopped' };
  // Nothing was sent, because its result could not be stored; that says nothing about the change.
  if (cause.code === 'database.moved') return waits(send, cause);
  switch (recoveryOf(cause.code)) {
    case 'automatic':
      return waits(send, cause);
    case 'sign-in':
      // The key was replaced during the send: send again with the new one.
      if (isSignInReplaced(send)) return { end: 'moved-on' };
      return { end: 'paused', failure: cause, signInId };
    case 'user': {
      const event = { type: 'refuse', version } as const;
      const options = { at: deps.now(), failure: cause };
      const refused = deps.database.write(
        (tables) => applyEvent(tables, organization.id, event, options),
        'sync',
      );
      if (!refused.ok) return waits(send, refused.failure);
      return { end: refused.value?.changed ? 'refused' : 'moved-on' };
    }
  }
}

/**
 * Ends a send whose read worked but whose write was refused: the token is valid but may not write. Then the sign-in
 * becomes read-only, and its changes are paused.
 */
async function endForRefusedWrite(send: Send, failure: Failure): Promise<SendResult> {
  const { deps, organization, signInId, auth, signal, priority } = send;
  if (organization.kind !== 'account') return endForFailure(send, failure);
  const options = { signal, priority };
  const checked = await checkAuthorization(deps.cloudflare, auth, organization.kind, options);
  if (!checked.ok) return endForFailure(send, checked.failure);
  if (isSignInReplaced(send)) return { end: 'moved-on' };
  return { end: 'paused', failure: { ...failure, code: 'sign-in.read-only' }, signInId };
}

/** Publishes the result of a send: the confirmation, and fields found changed. Returns the end of the send. */
function publishResult(
  send: Send,
  result: Applied,
  found: ReadonlySet<FieldName>,
  messages: CloudflareNotice[],
  at: number,
): SendResult {
  const { deps, organization, signInId } = send;
  const fields = FIELD_NAMES.filter((field) => found.has(field));
  switch (result.stop) {
    case 'confirmed':
      // Only after a write: reading alone does not prove that the sign-in may write.
      deps.onSignInWorks?.(signInId);
      deps.sendStatus.set(organization.id, {
        confirmed: { at, alsoUpdated: fields, messages, ...replacedTexts(result) },
      });
      return { end: 'confirmed' };
    case 'conflict':
      return { end: 'conflict' };
    case 'gone':
      return { end: 'refused' };
    case 'differs':
      deps.sendStatus.changedElsewhere(organization.id, at, fields);
      return { end: 'differs' };
    default:
      deps.sendStatus.changedElsewhere(organization.id, at, fields);
      return { end: 'moved-on' };
  }
}
