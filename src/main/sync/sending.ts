/** What every step of sending one pending change needs, and how a send ends. */
import { healing, type Failure } from '../../shared/failure';
import { explainForbidden, isForbidden } from '../cloudflare/forbidden';
import type { Authorization, RequestOptions, Reservation } from '../cloudflare/types';
import type { OrganizationRecord, OutboxRow } from '../store/tables';
import type { SyncDependencies } from './dependencies';
import * as outcomes from './outcomes';
import { readCopy, type Copy } from './read-copy';

/** How long rights may take to spread after an organization was added, in ms. */
export const RIGHTS_SPREAD_MS = 120_000;

/** How a send ended. `waiting` and `paused` are still to be put into the database. */
export type SendResult =
  | { end: 'confirmed' | 'conflict' | 'refused' | 'stopped' }
  /** The row changed or went meanwhile; what is there now speaks for itself. */
  | { end: 'overtaken' }
  | { end: 'waiting'; row: OutboxRow | null; failure: Failure }
  | { end: 'paused'; credentialId: string | null; failure: Failure };

/** One send under way. */
export interface Sending {
  deps: SyncDependencies;
  /** The pending change as it was when the send began. */
  row: OutboxRow;
  organization: OrganizationRecord;
  credentialId: string;
  auth: Authorization;
  options: RequestOptions & { reservation: Reservation };
  signal: AbortSignal;
}

/** One transaction; its failure ends the send until the database works again. */
export function store<T>(
  { deps, row }: Sending,
  work: Parameters<typeof deps.store.write<T>>[0],
): { ok: true; value: T } | { ok: false; result: SendResult } {
  const outcome = deps.store.write(work);
  if (outcome.ok) return outcome;
  return { ok: false, result: { end: 'waiting', row, failure: outcome.failure } };
}

/** Ends the send with something only the person can help. */
export function refuse(sending: Sending, failure: Failure): SendResult {
  const stored = store(sending, (tables) => outcomes.refuse(tables, sending.row, failure));
  if (!stored.ok) return stored.result;
  return { end: stored.value ? 'refused' : 'overtaken' };
}

/** Whether an organization of this age is new; a negative age comes from a clock that was set. */
function justAdded(age: number): boolean {
  return age >= 0 && age < RIGHTS_SPREAD_MS;
}

/** What a failed request means for the change. */
export async function ended(sending: Sending, failure: Failure): Promise<SendResult> {
  const { deps, row, organization, credentialId, auth, options } = sending;
  let reason = failure;
  if (isForbidden(failure)) {
    if (justAdded(deps.now() - organization.addedAt)) {
      return { end: 'waiting', row, failure: { ...failure, code: 'organization.forbidden' } };
    }
    // Not one of those set aside: they are for the change itself.
    const { reservation: _aside, ...request } = options;
    reason = await explainForbidden(deps.cloudflare, auth, failure, request);
  }
  if (reason.code === 'app.stopping') return { end: 'stopped' };
  switch (healing(reason.code)) {
    case 'itself':
      return { end: 'waiting', row, failure: reason };
    case 'sign-in':
      // The key was replaced meanwhile: the change is sent again, with the new one.
      if (auth.key !== '' && deps.isCurrent?.(credentialId, auth) === false) {
        return { end: 'overtaken' };
      }
      return { end: 'paused', credentialId, failure: reason };
    case 'person':
      return refuse(sending, reason);
  }
}

/** Reads Cloudflare's copy; a profile that is no longer there ends the send. */
export async function read(sending: Sending, before: boolean): Promise<Copy | SendResult> {
  const { deps, row, auth, options } = sending;
  const copy = await readCopy(deps.cloudflare, auth, row.organizationId, deps.now, options);
  if (!copy.ok) return ended(sending, copy.failure);
  if (!copy.value.exists && before) return refuse(sending, { code: 'profile.gone', status: 404 });
  return copy.value;
}
