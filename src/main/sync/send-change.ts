/**
 * Sending one pending change: read Cloudflare's copy, merge, write, read back, confirm. The decisions
 * are in plan.ts, the database's part in outcomes.ts and confirming.ts; here is the order of things.
 * Whatever stops it in the middle, the next try starts at the beginning.
 */
import type { Failure } from '../../shared/failure';
import { EMPTY_PROFILE, sameProfile } from '../../shared/profile';
import type { Reservation } from '../cloudflare/types';
import { Urgency } from '../cloudflare/urgency';
import type { CredentialRow } from '../store/tables';
import { keepConflict } from './confirming';
import { orStopped, type SyncDependencies } from './dependencies';
import * as outcomes from './outcomes';
import { planSend } from './plan';
import { ended, read, store, type Sending, type SendResult } from './sending';
import { confirm, write } from './write-change';

/** Oldest copy a write may be based on, in ms: what others write in between would be overwritten. */
export const FRESH_MS = 2_000;
/** How often a copy that got too old is read again before it is used all the same. */
const FRESH_READS = 3;
/** Requests set aside before the first, so that nothing waits in the middle. */
export const REQUESTS = 3;

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
      const kept = store(sending, (tables) => keepConflict(tables, row, plan.base, theirs));
      if (!kept.ok) return kept.result;
      // A read that began before this one must not put an older copy beside the change.
      deps.progress.copied(row.organizationId);
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

/** Why a sign-in need not be asked: Cloudflare refused it, and only the person can repair that. */
function knownTrouble(credential: CredentialRow | null): Failure | null {
  const trouble = credential?.trouble ?? null;
  // A keychain may have been unlocked meanwhile; only asking it tells.
  return trouble?.code.startsWith('sign-in.') ? trouble : null;
}

/**
 * Sends the pending change of an organization as it is in the database now. Never rejects for a
 * foreseeable reason; every end but `stopped` and `waiting` is in the database when it resolves,
 * `paused` excepted, which concerns other changes too.
 *
 * @param insist asks Cloudflare also with a sign-in it is known to refuse: the person said so
 * @param urgency how much it matters; it may be raised while it waits
 */
export async function sendChange(
  deps: SyncDependencies,
  organizationId: string,
  signal: AbortSignal,
  insist = false,
  urgency = new Urgency('send'),
): Promise<SendResult> {
  const found = deps.store.read((tables) => {
    const organization = tables.organizations.get(organizationId);
    const credentialId = organization?.credentialId ?? null;
    const credential = credentialId === null ? null : tables.credentials.get(credentialId);
    return { row: tables.outbox.get(organizationId), organization, credential };
  });
  if (!found.ok) return { end: 'waiting', row: null, failure: found.failure };
  const { row, organization, credential } = found.value;
  if (!row || !organization) return { end: 'overtaken' };
  const { credentialId } = organization;
  if (credentialId === null) {
    return { end: 'paused', credentialId, failure: { code: 'sign-in.none' } };
  }
  const trouble = insist ? null : knownTrouble(credential);
  if (trouble) return { end: 'paused', credentialId, failure: trouble };
  deps.progress.set(organizationId, { step: 'reading', confirmed: null });
  const auth = await orStopped(deps.authorizationOf(credentialId), signal);
  const base = { deps, row, organization, credentialId, signal };
  const nothing: Reservation = { take: () => false, release: () => undefined };
  const options = { signal, priority: urgency };
  if (!auth.ok) {
    const nobody = { email: '', key: '', userId: '' };
    return ended(
      { ...base, auth: nobody, options: { ...options, reservation: nothing } },
      auth.failure,
    );
  }
  const reserved = await deps.budget.reserve(auth.value.userId, REQUESTS, urgency, signal);
  const reservation = reserved.ok ? reserved.value : nothing;
  const sending = { ...base, auth: auth.value, options: { ...options, reservation } };
  if (!reserved.ok) return ended(sending, reserved.failure);
  try {
    return await run(sending);
  } finally {
    reservation.release();
  }
}
