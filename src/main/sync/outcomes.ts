/**
 * The steps of a pending change in the database, each one transaction's work. They do nothing when the
 * row is no longer the version that was sent: a newer submission speaks for itself. What a copy of
 * Cloudflare's means for it is in confirming.ts.
 */
import type { Failure } from '../../shared/failure';
import type { OutboxRow, QueueEntry, Tables } from '../store/tables';
import type { Change } from './plan';

/** Changes the row if it is still the version that was sent; says whether it did. */
export function update(tables: Tables, sent: OutboxRow, changes: Partial<OutboxRow>): boolean {
  const row = tables.outbox.get(sent.organizationId);
  if (row?.version !== sent.version) return false;
  tables.outbox.put({ ...row, ...changes });
  return true;
}

/** Remembers what is about to be written, so that it is recognised if the answer is lost. */
export function rememberAttempt(tables: Tables, sent: OutboxRow, change: Change): boolean {
  return update(tables, sent, change);
}

/** Only the person can help. */
export function refuse(tables: Tables, sent: OutboxRow, failure: Failure): boolean {
  return update(tables, sent, { state: 'refused', failure, nextAttemptAt: null });
}

/** Will be tried again at `nextAttemptAt` (ms since the epoch). */
export function wait(
  tables: Tables,
  sent: OutboxRow,
  failure: Failure,
  nextAttemptAt: number,
): boolean {
  const attempts = sent.attempts + 1;
  return update(tables, sent, { state: 'waiting', failure, attempts, nextAttemptAt });
}

/** Pauses everything still to be sent with a sign-in (null: this change has none). Returns the ids. */
export function pauseSignIn(
  tables: Tables,
  credentialId: string | null,
  failure: Failure,
): string[] {
  const paused = tables.outbox
    .entries()
    .filter((entry) => entry.credentialId === credentialId)
    .filter(({ state }) => state === 'queued' || state === 'waiting')
    .map(({ organizationId }) => organizationId);
  tables.outbox.move(paused, 'paused', failure);
  return paused;
}

/** Makes those that `which` accepts due at once. Returns their ids. */
export function requeue(tables: Tables, which: (entry: QueueEntry) => boolean): string[] {
  const ids = tables.outbox
    .entries()
    .filter(which)
    .map(({ organizationId }) => organizationId);
  tables.outbox.move(ids, 'queued', null);
  return ids;
}

/**
 * What else is queued waits for what this failure says, without a time of its own; bulk jobs say so
 * themselves. Returns the ids.
 */
export function holdQueued(
  tables: Tables,
  { code }: Failure,
  isUnderWay: (organizationId: string) => boolean,
): string[] {
  const held = tables.outbox
    .entries()
    .filter(({ state, bulkRunId }) => state === 'queued' && bulkRunId === null)
    .map(({ organizationId }) => organizationId)
    .filter((id) => !isUnderWay(id));
  tables.outbox.move(held, 'waiting', { code });
  return held;
}
