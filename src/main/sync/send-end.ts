/**
 * How a send ends. Ends that Cloudflare's answer decides go through the change machine here; waiting and
 * paused are about timing, which is stored beside the machine's state (outbox-timing.ts).
 */
import { recoveryOf, type Failure, type Notice } from '../../shared/failure';
import { FIELD_NAMES, type FieldName } from '../../shared/profile';
import type { Transition } from '../changes/machine';
import { applyEvent } from '../changes/repository';
import { explainForbidden, isForbidden } from '../cloudflare/forbidden';
import type { Authorization } from '../cloudflare/types';
import type { RaisablePriority, Reservation } from '../rate-limit/priority';
import type { OrganizationRecord, Tables } from '../database/tables';
import type { SyncDependencies } from './dependencies';

/** How long rights may take to spread after an organization was added, in ms. */
const RIGHTS_SPREAD_MS = 120_000;

/** How a send ended. */
export type SendEnd =
  /** Cloudflare answered, and what it said is stored. */
  | { end: 'confirmed' | 'conflict' | 'differs' | 'refused' }
  /** No decision: the change or its sign-in is a different one now, or the send was aborted. */
  | { end: 'moved-on' | 'stopped' }
  /** The keychain had to be asked; the change is scheduled once more. */
  | { end: 'again' }
  | { end: 'waiting'; failure: Failure; version: number | null }
  | { end: 'paused'; failure: Failure; credentialId: string | null };

/** What a send is given. */
export interface SendOptions {
  signal: AbortSignal;
  priority: RaisablePriority;
  /** Requests set aside for it. */
  reservation: Reservation;
  /** Try even with a sign-in that Cloudflare is known to refuse: the person asked for it. */
  insist: boolean;
}

/** One send under way. */
export interface Send extends SendOptions {
  deps: SyncDependencies;
  organization: OrganizationRecord;
  credentialId: string;
  auth: Authorization;
  /** The version being sent. `read` sets it to the one that is pending by then. */
  version: number;
}

/** Ends a send from within; never leaves `sendChange`. */
export class Stop extends Error {
  readonly result: SendEnd;

  constructor(result: SendEnd) {
    super('the send ended');
    this.result = result;
  }
}

/** One transaction; its failure ends the send until the database works again. */
export function write<T>(send: Send, work: (tables: Tables) => T): T {
  const outcome = send.deps.store.write(work, 'sync');
  if (outcome.ok) return outcome.value;
  throw new Stop({ end: 'waiting', failure: outcome.failure, version: send.version });
}

/** Whether an organization of this age is new. A negative age means that the clock was set back. */
function justAdded(age: number): boolean {
  return age >= 0 && age < RIGHTS_SPREAD_MS;
}

/** What a failed request means for the change. */
export async function endOf(send: Send, failure: Failure): Promise<SendEnd> {
  const { deps, organization, credentialId, auth, signal, priority, version } = send;
  let reason = failure;
  if (isForbidden(failure)) {
    if (justAdded(deps.now() - organization.addedAt)) {
      const waits: Failure = { ...failure, code: 'organization.forbidden' };
      return { end: 'waiting', failure: waits, version };
    }
    // Without a reserved request: those are for the change itself.
    const request = { signal, priority };
    reason = await explainForbidden(deps.cloudflare, auth, failure, request);
  }
  if (reason.code === 'app.stopping') return { end: 'stopped' };
  switch (recoveryOf(reason.code)) {
    case 'itself':
      return { end: 'waiting', failure: reason, version };
    case 'sign-in':
      // The key was replaced meanwhile: the change is sent again, with the new one.
      if (deps.isCurrent?.(credentialId, auth) === false) return { end: 'moved-on' };
      return { end: 'paused', failure: reason, credentialId };
    case 'person': {
      const refused = write(send, (tables) =>
        applyEvent(
          tables,
          organization.id,
          { type: 'refuse', version: send.version },
          { at: deps.now(), failure: reason },
        ),
      );
      return { end: refused?.changed ? 'refused' : 'moved-on' };
    }
  }
}

/** Reports what a copy meant: the confirmation with what else was found, or what was found alone. */
export function report(
  send: Send,
  result: Transition,
  found: ReadonlySet<FieldName>,
  messages: Notice[],
  at: number,
): SendEnd {
  const { deps, organization, credentialId } = send;
  const fields = FIELD_NAMES.filter((field) => found.has(field));
  switch (result.stop) {
    case 'confirmed':
      // Only now: reading alone does not prove that it may write what waits for it.
      deps.onSignInWorks?.(credentialId);
      deps.progress.set(organization.id, { confirmed: { at, alsoUpdated: fields, messages } });
      return { end: 'confirmed' };
    case 'conflict':
      return { end: 'conflict' };
    case 'gone':
      return { end: 'refused' };
    case 'differs':
      deps.progress.found(organization.id, at, fields);
      return { end: 'differs' };
    default:
      deps.progress.found(organization.id, at, fields);
      return { end: 'moved-on' };
  }
}
