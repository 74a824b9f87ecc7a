/**
 * Stores when pending changes are sent: queued (now), waiting (from a time on) or paused (once their sign-in
 * works). A change is the person's own (`own`) if it is not sent as part of a save of many. Call all functions here
 * inside `Database.write`.
 */
import type { Failure } from '../../shared/failure';
import { pendingOf, withdrawCanceled } from '../changes';
import type { SignInRow, OutboxRow, QueueCondition, QueueEntry, Tables } from '../database';

/** How a send ended. */
export type SendResult =
  /** Cloudflare answered, and the result is stored. */
  | { end: 'confirmed' | 'conflict' | 'differs' | 'refused' }
  /** Undecided: the change or its sign-in was replaced during the send, or the send was aborted. */
  | { end: 'moved-on' | 'stopped' }
  /** The send had to wait for the keychain, so the change is scheduled again. */
  | { end: 'reschedule' }
  | { end: 'waiting'; failure: Failure; version: number | null }
  | { end: 'paused'; failure: Failure; signInId: string | null };

/** Whether to leave the change of an organization as it is. */
type IsExcluded = (entryId: string) => boolean;

function matchingIds(
  { outbox }: Tables,
  condition: QueueCondition,
  matches: (entry: QueueEntry) => boolean,
): string[] {
  return outbox
    .entries(condition)
    .filter(matches)
    .map(({ entryId }) => entryId);
}

/** Why nothing is sent with a sign-in, or null. */
export function issueOf({ issue, readOnly }: SignInRow): Failure | null {
  return issue ?? (readOnly ? { code: 'sign-in.read-only' } : null);
}

/** Pauses all queued and waiting changes of a sign-in (null: those without one). Returns the ids. */
function pauseSignIn(
  tables: Tables,
  signInId: string | null,
  failure: Failure,
  isExcluded: IsExcluded = () => false,
): string[] {
  const condition = { signInId, states: ['queued', 'waiting'] } as const;
  const ids = matchingIds(tables, condition, ({ entryId }) => !isExcluded(entryId));
  tables.outbox.move(ids, 'paused', failure);
  return ids;
}

/** Queues the waiting and paused changes that match. Returns the ids. */
export function requeue(
  tables: Tables,
  matches: (entry: QueueEntry) => boolean,
  condition: Omit<QueueCondition, 'states'> = {},
): string[] {
  const ids = matchingIds(tables, { ...condition, states: ['waiting', 'paused'] }, matches);
  tables.outbox.move(ids, 'queued', null);
  return ids;
}

/**
 * Makes the pending changes of a sign-in match its state: pauses them if it has an issue, and queues paused
 * ones if it works. They may have been paused because of a different sign-in.
 * @param isExcluded whether not to pause a change, because the person wants to try it despite the issue, or
 *   because it is being sent
 * @returns the ids that were queued
 */
export function applySignInState(
  tables: Tables,
  signInId: string,
  isExcluded: IsExcluded,
): string[] {
  const signIn = tables.signIns.get(signInId);
  if (!signIn) return [];
  const issue = issueOf(signIn);
  if (issue === null) {
    return requeue(tables, ({ state }) => state === 'paused', { signInId });
  }
  pauseSignIn(tables, signInId, issue, isExcluded);
  return [];
}

/**
 * Lets the person's own queued changes wait when the circuit breaker opens. One of them then tests whether
 * Cloudflare works again. Only the code of the failure and its wait apply to all; the rest is of one send.
 */
export function markOwnWaiting(
  tables: Tables,
  { code, retryAt }: Failure,
  isExcluded: IsExcluded,
): void {
  const condition = { own: true, states: ['queued'] } as const;
  const ids = matchingIds(tables, condition, ({ entryId }) => !isExcluded(entryId));
  tables.outbox.move(ids, 'waiting', retryAt === undefined ? { code } : { code, retryAt });
}

/** Postpones the person's own queued changes of a Cloudflare user who is rate-limited. */
export function postponeOwn(
  tables: Tables,
  signIns: readonly (string | null)[],
  failure: Failure,
  {
    isExcluded,
    nextTry,
    at,
  }: { isExcluded: IsExcluded; nextTry: (attempts: number) => number; at: number },
): void {
  for (const signInId of signIns) {
    const condition = { signInId, own: true, states: ['queued'] } as const;
    const ids = matchingIds(tables, condition, ({ entryId }) => !isExcluded(entryId));
    for (const id of ids) {
      storeSendResult(tables, id, { end: 'waiting', failure, version: null }, nextTry, at);
    }
  }
}

/**
 * Updates the timing of a change, unless it now waits for the person or has a different version.
 * @param version the version that was sent; null: any
 */
function setTiming(
  tables: Tables,
  entryId: string,
  version: number | null,
  timing: (row: OutboxRow) => Parameters<Tables['outbox']['setTiming']>[1],
): void {
  const row = tables.outbox.get(entryId);
  if (!row || pendingOf(row).status !== 'queued') return;
  if (version !== null && row.version !== version) return;
  tables.outbox.setTiming(entryId, timing(row));
}

/**
 * Stores how a send ended, and withdraws what canceled saves left in the change. `waiting`: the change waits
 * until `nextTry`. `paused`: all changes of the sign-in are paused. Other ends affect no timing; what
 * Cloudflare's answer decided is already stored.
 * @param nextTry returns the time of the next try (ms since the epoch) for a number of attempts
 * @param at the current time, ms since the epoch
 * @returns the organizations whose changes were paused
 */
export function storeSendResult(
  tables: Tables,
  entryId: string,
  result: SendResult,
  nextTry: (attempts: number) => number,
  at: number,
): string[] {
  withdrawCanceled(tables, entryId, at);
  if (result.end === 'waiting') {
    setTiming(tables, entryId, result.version, ({ attempts }) => ({
      state: 'waiting',
      failure: result.failure,
      attempts: attempts + 1,
      nextTryAt: nextTry(attempts + 1),
    }));
  }
  return result.end === 'paused' ? pauseSignIn(tables, result.signInId, result.failure) : [];
}
