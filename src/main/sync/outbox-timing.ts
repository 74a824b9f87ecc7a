/**
 * When pending changes are sent, as it is stored: queued, waiting until a time, paused with their sign-in.
 * Everything here is called inside `Store.write`.
 */
import type { Failure } from '../../shared/failure';
import { pendingOf, withdrawCancelled } from '../changes/repository';
import type { OutboxRow, QueueCondition, QueueEntry, Tables } from '../database/tables';
import type { SendEnd } from './send-end';

/** Says which changes stay as they are. */
type Except = (organizationId: string) => boolean;

function idsOf(
  { outbox }: Tables,
  condition: QueueCondition,
  isMeant: (entry: QueueEntry) => boolean,
): string[] {
  return outbox
    .entries(condition)
    .filter(isMeant)
    .map(({ organizationId }) => organizationId);
}

/** Pauses everything still to be sent with a sign-in (null: those without one). Returns the ids. */
export function pauseSignIn(
  tables: Tables,
  credentialId: string | null,
  failure: Failure,
  except: Except = () => false,
): string[] {
  const condition = { credentialId, states: ['queued', 'waiting'] } as const;
  const ids = idsOf(tables, condition, ({ organizationId }) => !except(organizationId));
  tables.outbox.move(ids, 'paused', failure);
  return ids;
}

/** Queues the waiting and paused changes that are meant. Returns the ids. */
export function queueAgain(
  tables: Tables,
  isMeant: (entry: QueueEntry) => boolean,
  condition: Omit<QueueCondition, 'states'> = {},
): string[] {
  const ids = idsOf(tables, { ...condition, states: ['waiting', 'paused'] }, isMeant);
  tables.outbox.move(ids, 'queued', null);
  return ids;
}

/**
 * Lets the pending changes of a sign-in stand as it does: paused with what is wrong with it, or queued when
 * it works, also where they were paused for the sign-in used before. Returns the ids that were queued.
 * @param isInsisted whether the person wants this one to be tried whatever is known of its sign-in
 */
export function followSignIn(tables: Tables, credentialId: string, isInsisted: Except): string[] {
  const issue = tables.credentials.get(credentialId)?.issue;
  if (issue === undefined) return [];
  if (issue === null) {
    return queueAgain(tables, ({ state }) => state === 'paused', { credentialId });
  }
  pauseSignIn(tables, credentialId, issue, isInsisted);
  return [];
}

/** Stores with the person's own queued changes what all wait for, while one send probes. */
export function holdOwn(tables: Tables, { code }: Failure, except: Except): void {
  const condition = { own: true, states: ['queued'] } as const;
  const ids = idsOf(tables, condition, ({ organizationId }) => !except(organizationId));
  tables.outbox.move(ids, 'waiting', { code });
}

/** Stores with the person's own queued changes of a refused Cloudflare user until when they wait. */
export function refuseOwn(
  tables: Tables,
  signIns: readonly (string | null)[],
  failure: Failure,
  { except, nextTry, at }: { except: Except; nextTry: (attempts: number) => number; at: number },
): void {
  for (const credentialId of signIns) {
    const condition = { credentialId, own: true, states: ['queued'] } as const;
    for (const id of idsOf(tables, condition, ({ organizationId }) => !except(organizationId))) {
      storeEnd(tables, id, { end: 'waiting', failure, version: null }, nextTry, at);
    }
  }
}

/** Changes the timing of a change if it is still the version that was sent and waits to be sent. */
function setTiming(
  tables: Tables,
  organizationId: string,
  version: number | null,
  timing: (row: OutboxRow) => Partial<OutboxRow>,
): void {
  const row = tables.outbox.get(organizationId);
  if (!row || pendingOf(row).status !== 'queued') return;
  if (version !== null && row.version !== version) return;
  tables.outbox.put({ ...row, ...timing(row) });
}

/**
 * Stores the ends that Cloudflare's answer does not decide: a change waits until `nextTry`, or everything
 * of a sign-in pauses.
 * @param nextTry when to try again after so many tries, ms since the epoch
 * @param at now, ms since the epoch
 * @returns the organizations that were paused
 */
export function storeEnd(
  tables: Tables,
  organizationId: string,
  result: SendEnd,
  nextTry: (attempts: number) => number,
  at: number,
): string[] {
  withdrawCancelled(tables, organizationId, at);
  if (result.end === 'waiting') {
    setTiming(tables, organizationId, result.version, ({ attempts }) => ({
      state: 'waiting',
      failure: result.failure,
      attempts: attempts + 1,
      nextAttemptAt: nextTry(attempts + 1),
    }));
  }
  return result.end === 'paused' ? pauseSignIn(tables, result.credentialId, result.failure) : [];
}
