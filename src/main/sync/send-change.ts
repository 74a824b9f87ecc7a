/**
 * Sending one pending change: read Cloudflare's copy, merge, write, read back, confirm. The decisions
 * are in plan.ts, the database's part in outcomes.ts; here is the order of things. Whatever stops it
 * in the middle, the next try starts at the beginning.
 */
import { healing, type Failure, type Notice } from '../../shared/failure';
import { EMPTY_PROFILE, FIELD_NAMES, sameProfile } from '../../shared/profile';
import { pause } from '../cloudflare/timers';
import type { Authorization, RequestOptions, Reservation } from '../cloudflare/types';
import type { OrganizationRecord, OutboxRow } from '../store/tables';
import { orStopped, type SyncDependencies } from './dependencies';
import { explainForbidden, isForbidden } from '../cloudflare/forbidden';
import * as outcomes from './outcomes';
import { judgeReadBack, planSend, type Change } from './plan';
import { readCopy, type Copy } from './read-copy';

/** Oldest copy a write may be based on, in ms: what others write in between would be overwritten. */
export const FRESH_MS = 2_000;
/** How often a copy that got too old is read again before it is used all the same. */
const FRESH_READS = 3;
/** Waits before each read-back, in ms: a copy that is not there yet gets a moment. */
export const READ_BACK_WAITS_MS = [0, 300, 1_000] as const;
/** How long rights may take to spread after an organization was added, in ms. */
export const RIGHTS_SPREAD_MS = 120_000;
/** Requests set aside before the first, so that nothing waits in the middle. */
const REQUESTS = 3;

/** How a send ended. `waiting` and `paused` are still to be put into the database. */
export type SendResult =
  | { end: 'confirmed' | 'conflict' | 'refused' | 'stopped' }
  /** The row changed or went meanwhile; what is there now speaks for itself. */
  | { end: 'overtaken' }
  | { end: 'waiting'; row: OutboxRow | null; failure: Failure }
  | { end: 'paused'; credentialId: string | null; failure: Failure };

interface Sending {
  deps: SyncDependencies;
  row: OutboxRow;
  organization: OrganizationRecord;
  credentialId: string;
  auth: Authorization;
  options: RequestOptions & { reservation: Reservation };
  signal: AbortSignal;
}

/** One transaction; its failure ends the send until the database works again. */
function store<T>(
  { deps, row }: Sending,
  work: Parameters<typeof deps.store.write<T>>[0],
): { ok: true; value: T } | { ok: false; result: SendResult } {
  const outcome = deps.store.write(work);
  if (outcome.ok) return outcome;
  return { ok: false, result: { end: 'waiting', row, failure: outcome.failure } };
}

function refuse(sending: Sending, failure: Failure): SendResult {
  const stored = store(sending, (tables) => outcomes.refuse(tables, sending.row, failure));
  if (!stored.ok) return stored.result;
  return { end: stored.value ? 'refused' : 'overtaken' };
}

/** Whether an organization of this age is new; a negative age comes from a clock that was set. */
function justAdded(age: number): boolean {
  return age >= 0 && age < RIGHTS_SPREAD_MS;
}

/** What a failed request means for the change. */
async function ended(sending: Sending, failure: Failure): Promise<SendResult> {
  const { deps, row, organization, credentialId, auth, signal } = sending;
  let reason = failure;
  if (isForbidden(failure)) {
    if (justAdded(deps.now() - organization.addedAt)) {
      return { end: 'waiting', row, failure: { ...failure, code: 'organization.forbidden' } };
    }
    const options = { signal, priority: 'send' } as const;
    reason = await explainForbidden(deps.cloudflare, auth, failure, options);
  }
  if (reason.code === 'app.stopping') return { end: 'stopped' };
  switch (healing(reason.code)) {
    case 'itself':
      return { end: 'waiting', row, failure: reason };
    case 'sign-in':
      return { end: 'paused', credentialId, failure: reason };
    case 'person':
      return refuse(sending, reason);
  }
}

/** Reads Cloudflare's copy; a profile that is no longer there ends the send. */
async function read(sending: Sending, before: boolean): Promise<Copy | SendResult> {
  const { deps, row, auth, options } = sending;
  const copy = await readCopy(deps.cloudflare, auth, row.organizationId, deps.now, options);
  if (!copy.ok) return ended(sending, copy.failure);
  if (!copy.value.exists && before) return refuse(sending, { code: 'profile.gone', status: 404 });
  return copy.value;
}

function confirm(sending: Sending, change: Change, copy: Copy, messages: Notice[]): SendResult {
  const { deps, row, credentialId } = sending;
  const at = deps.now();
  const stored = store(sending, (tables) => outcomes.confirm(tables, row, change, copy, at));
  if (!stored.ok) return stored.result;
  deps.progress.copied(row.organizationId);
  // Only now: reading alone does not prove that it may write what waits for it.
  deps.onSignInWorks?.(credentialId);
  if (stored.value !== 'confirmed') return { end: 'overtaken' };
  const alsoUpdated = FIELD_NAMES.filter(
    (field) =>
      change.desired[field] === change.base[field] && copy.fields[field] !== change.base[field],
  );
  deps.progress.set(row.organizationId, { confirmed: { at, alsoUpdated, messages } });
  return { end: 'confirmed' };
}

/** Reads back until Cloudflare's copy is no longer the old one, at most three times, and judges it. */
async function readBack(
  sending: Sending,
  change: Change,
  before: Copy,
  messages: Notice[],
): Promise<SendResult> {
  const { deps, row, signal } = sending;
  let copy = before;
  for (const wait of READ_BACK_WAITS_MS) {
    if (wait > 0) await pause(deps.timers, wait, signal);
    const again = await read(sending, before.exists);
    if ('end' in again) return again;
    copy = again;
    const verdict = judgeReadBack(change, before.fields, copy.fields);
    const all = [...messages, ...copy.messages];
    if (verdict === 'confirmed' && copy.exists) return confirm(sending, change, copy, all);
    if (verdict === 'different') break;
  }
  const failure: Failure = {
    code: 'profile.stored-differently',
    ...(messages.length > 0 ? { messages } : {}),
  };
  const at = deps.now();
  const stored = store(sending, (tables) =>
    outcomes.keepStoredDifferently(tables, row, change, copy, failure, at),
  );
  if (!stored.ok) return stored.result;
  deps.progress.copied(row.organizationId);
  return { end: stored.value ? 'refused' : 'overtaken' };
}

/** Writes the merged fields with those we do not know, then reads back. */
async function write(
  sending: Sending,
  plan: { fields: Copy['fields']; change: Change },
  theirs: Copy,
): Promise<SendResult> {
  const { deps, row, auth, options } = sending;
  deps.progress.set(row.organizationId, { step: 'writing' });
  const profile = { fields: plan.fields, extra: theirs.extra };
  const written = await deps.cloudflare.writeProfile(auth, row.organizationId, profile, options);
  if (!written.ok) {
    if (written.failure.code !== 'organization.not-found') return ended(sending, written.failure);
    // "Not found" while writing: the organization went, or its profile did.
    const copy = await read(sending, theirs.exists);
    return 'end' in copy ? copy : refuse(sending, { ...written.failure, code: 'profile.refused' });
  }
  deps.progress.set(row.organizationId, { step: 'confirming' });
  const messages = [...theirs.messages, ...written.value.messages];
  return readBack(sending, plan.change, theirs, messages);
}

/** Steps 1 to 5, once there are an authorization and a reservation. */
async function run(sending: Sending): Promise<SendResult> {
  const { deps, row } = sending;
  const hadProfile = !sameProfile(row.base, EMPTY_PROFILE);
  for (let reads = 1; ; reads += 1) {
    const theirs = await read(sending, hadProfile);
    if ('end' in theirs) return theirs;
    // However far the clock moved, and where to: it cannot say how old the copy is.
    const stale = (): boolean => Math.abs(deps.now() - theirs.at) > FRESH_MS && reads < FRESH_READS;
    const plan = planSend(row, theirs.fields);
    if (plan.kind === 'conflict') {
      const kept = store(sending, (t) => outcomes.keepConflict(t, row, theirs.fields));
      if (!kept.ok) return kept.result;
      return { end: kept.value ? 'conflict' : 'overtaken' };
    }
    // Nothing to write: the copy just read is the one a read-back would give.
    if (plan.kind === 'confirm') {
      return confirm(sending, plan.change, theirs, theirs.messages);
    }
    if (stale()) continue;
    const kept = store(sending, (t) => outcomes.rememberAttempt(t, row, plan.change));
    if (!kept.ok) return kept.result;
    if (!kept.value) return { end: 'overtaken' };
    // A busy database may have taken its time.
    if (stale()) continue;
    return write(sending, plan, theirs);
  }
}

/**
 * Sends the pending change of an organization as it is in the database now. Never rejects for a
 * foreseeable reason; every end but `stopped` and `waiting` is in the database when it resolves,
 * `paused` excepted, which concerns other changes too.
 */
export async function sendChange(
  deps: SyncDependencies,
  organizationId: string,
  signal: AbortSignal,
): Promise<SendResult> {
  const found = deps.store.read((tables) => ({
    row: tables.outbox.get(organizationId),
    organization: tables.organizations.get(organizationId),
  }));
  if (!found.ok) return { end: 'waiting', row: null, failure: found.failure };
  const { row, organization } = found.value;
  if (!row || !organization) return { end: 'overtaken' };
  const { credentialId } = organization;
  if (credentialId === null) {
    return { end: 'paused', credentialId, failure: { code: 'sign-in.none' } };
  }
  deps.progress.set(organizationId, { step: 'reading', confirmed: null });
  const auth = await orStopped(deps.authorizationOf(credentialId), signal);
  const base = { deps, row, organization, credentialId, signal };
  const nothing: Reservation = { take: () => false, release: () => undefined };
  const options = { signal, priority: 'send' as const };
  if (!auth.ok) {
    const nobody = { email: '', key: '', userId: '' };
    return ended(
      { ...base, auth: nobody, options: { ...options, reservation: nothing } },
      auth.failure,
    );
  }
  const reserved = await deps.budget.reserve(auth.value.userId, REQUESTS, 'send', signal);
  const reservation = reserved.ok ? reserved.value : nothing;
  const sending = { ...base, auth: auth.value, options: { ...options, reservation } };
  if (!reserved.ok) return ended(sending, reserved.failure);
  try {
    return await run(sending);
  } finally {
    reservation.release();
  }
}
