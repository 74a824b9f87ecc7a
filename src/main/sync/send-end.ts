/**
 * How a send can end. An end that Cloudflare's answer decides is passed to the change machine here. `waiting`
 * and `paused` affect only the timing, which is stored beside the machine's state (outbox-timing.ts).
 */
import { recoveryOf, type Failure, type Notice } from '../../shared/failure';
import { pick, touchedFields } from '../../shared/patch';
import { FIELD_NAMES, type Edits, type FieldName } from '../../shared/profile';
import type { Applied } from '../changes';
import { applyEvent, savedTexts } from '../changes';
import { checkAuthorization, explainForbidden, isForbidden } from '../cloudflare';
import type { Authorizer } from '../cloudflare';
import type { RaisablePriority, Reservation } from '../rate-limit';
import type { OrganizationRecord, Tables } from '../database';
import type { SyncDependencies } from './dependencies';

/** How long permissions may take to propagate after an organization was added, in ms. */
const PERMISSIONS_DELAY_MS = 120_000;

/** How a send ended. */
export type SendResult =
  /** Cloudflare answered, and the result is stored. */
  | { end: 'confirmed' | 'conflict' | 'differs' | 'refused' }
  /** Undecided: the change or its sign-in was replaced during the send, or the send was aborted. */
  | { end: 'moved-on' | 'stopped' }
  /** The send had to wait for the keychain, so the change is scheduled again. */
  | { end: 'reschedule' }
  | { end: 'waiting'; failure: Failure; version: number | null }
  | { end: 'paused'; failure: Failure; credentialId: string | null };

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
  credentialId: string;
  auth: Authorizer;
  /** See `SignIns.versionOf`, as it was when the send began. */
  signInVersion: string | undefined;
  /** The version being sent. The read before the write updates it if the person submitted again. */
  version: number;
}

/** Thrown to end a send from within. `sendChange` catches it. */
export class SendAborted extends Error {
  readonly result: SendResult;

  constructor(result: SendResult) {
    super('the send ended');
    this.result = result;
  }
}

/** Runs one transaction. If it fails, throws `SendAborted`: the change waits and is tried again. */
export function transact<T>(send: Send, work: (tables: Tables) => T): T {
  const outcome = send.deps.store.write(work, 'sync');
  if (outcome.ok) return outcome.value;
  throw new SendAborted({ end: 'waiting', failure: outcome.failure, version: send.version });
}

/** Whether the email or key of the sign-in was replaced since the send began. */
export function isSignInReplaced({ deps, credentialId, signInVersion }: Send): boolean {
  return deps.versionOf?.(credentialId) !== signInVersion;
}

/** Whether an organization of this age (ms) is new. A negative age means that the clock was set back. */
function isJustAdded(age: number): boolean {
  return age >= 0 && age < PERMISSIONS_DELAY_MS;
}

/** Decides how a send ends whose request failed. A refusal is also stored. */
export async function endForFailure(send: Send, failure: Failure): Promise<SendResult> {
  const { deps, organization, credentialId, auth, signal, priority, version } = send;
  let cause = failure;
  if (isForbidden(failure)) {
    const { addedAt, kind } = organization;
    // Cloudflare's own tools wait for the rights of a new organization (terraform-provider-cloudflare, ecfd9bf8).
    if (kind === 'organization' && isJustAdded(deps.now() - addedAt)) {
      const forbidden: Failure = { ...failure, code: 'organization.forbidden' };
      return { end: 'waiting', failure: forbidden, version };
    }
    // Does not use the send's reservation, whose requests are for the change itself.
    const request = { signal, priority };
    cause = await explainForbidden(deps.cloudflare, auth, failure, organization.kind, request);
  }
  if (cause.code === 'app.stopping') return { end: 'stopped' };
  switch (recoveryOf(cause.code)) {
    case 'automatic':
      return { end: 'waiting', failure: cause, version };
    case 'sign-in':
      // The key was replaced during the send: send again with the new one.
      if (isSignInReplaced(send)) return { end: 'moved-on' };
      return { end: 'paused', failure: cause, credentialId };
    case 'user': {
      const refused = transact(send, (tables) =>
        applyEvent(
          tables,
          organization.id,
          { type: 'refuse', version: send.version },
          { at: deps.now(), failure: cause },
        ),
      );
      return { end: refused?.changed ? 'refused' : 'moved-on' };
    }
  }
}

/**
 * Ends a send whose read worked but whose write was refused: the token is valid but may not write. Then the sign-in
 * becomes read-only, and its changes are paused.
 */
export async function endForRefusedWrite(send: Send, failure: Failure): Promise<SendResult> {
  const { deps, organization, credentialId, auth, signal, priority } = send;
  if (organization.kind !== 'account') return endForFailure(send, failure);
  const options = { signal, priority };
  const checked = await checkAuthorization(deps.cloudflare, auth, organization.kind, options);
  if (!checked.ok) return endForFailure(send, checked.failure);
  if (isSignInReplaced(send)) return { end: 'moved-on' };
  return { end: 'paused', failure: { ...failure, code: 'sign-in.read-only' }, credentialId };
}

/** What the person's confirmed edits replaced, as `OrganizationView` describes it, and what Cloudflare has instead. */
function replacedTexts({ before, state }: Applied): { replaced: Edits; texts: Edits } {
  const replaced: Edits = {};
  const patch = before.pending?.patch ?? {};
  for (const field of touchedFields(patch)) {
    const edit = patch[field];
    const isConfirmed = state.pending?.patch[field] === undefined;
    if (!edit || !isConfirmed || edit.job !== undefined) continue;
    if (edit.base !== null && edit.base !== edit.text) replaced[field] = edit.base;
  }
  return { replaced, texts: pick(savedTexts(state) ?? {}, touchedFields(replaced)) };
}

/** Publishes the result of a send: the confirmation, and fields found changed. Returns the end of the send. */
export function publishResult(
  send: Send,
  result: Applied,
  found: ReadonlySet<FieldName>,
  messages: Notice[],
  at: number,
): SendResult {
  const { deps, organization, credentialId } = send;
  const fields = FIELD_NAMES.filter((field) => found.has(field));
  switch (result.stop) {
    case 'confirmed':
      // Only after a write: reading alone does not prove that the sign-in may write.
      deps.onSignInWorks?.(credentialId);
      deps.onConfirmed?.(organization.id);
      deps.sendStatus.set(organization.id, {
        confirmed: { at, alsoUpdated: fields, ...replacedTexts(result), messages },
      });
      return { end: 'confirmed' };
    case 'conflict':
      return { end: 'conflict' };
    case 'gone':
      return { end: 'refused' };
    case 'differs':
      deps.sendStatus.found(organization.id, at, fields);
      return { end: 'differs' };
    default:
      deps.sendStatus.found(organization.id, at, fields);
      return { end: 'moved-on' };
  }
}
