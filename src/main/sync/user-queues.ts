/**
 * Groups pending changes by the Cloudflare user whose rate limit they share, and chooses the change to send
 * next. Reads only the database; the scheduler passes in its state that is in memory.
 */
import type { QueuedSend, Tables } from '../database';

/** The sign-ins of one Cloudflare user that have pending changes. */
export interface UserQueue {
  /** Identifies the Cloudflare user. A sign-in whose user is not known yet has its own key. */
  key: string;
  /** Cloudflare's id of the user whose limit the requests count against; '' before it is known. */
  userId: string;
  signIns: (string | null)[];
}

/** The change to send next. */
export interface NextSend extends QueuedSend {
  /** The priority of its requests. A save with few organizations has that of the person's own changes. */
  priority: 'send' | 'bulk';
}

/** The scheduler's state that is not in the database. */
export interface SchedulerState {
  /** Ms since the epoch. */
  now: number;
  /** The organization whose change the person just saved or retried, or null. */
  sendNext: string | null;
  /** Whether a send of each kind may start for a user. */
  freeSlots(user: string): { own: boolean; saves: boolean };
  /** Whether a change is being sent, or has to be skipped for a while. */
  isUnavailable(entryId: string): boolean;
}

/** One queue for each user that has pending changes. */
export function userQueues({ outbox, signIns }: Tables): UserQueue[] {
  const withChanges = outbox.signIns();
  if (withChanges.length === 0) return [];
  const users = new Map(signIns.all().map(({ id, userId }) => [id, userId]));
  const found = new Map<string, UserQueue>();
  for (const id of withChanges) {
    const userId = (id !== null && users.get(id)) || '';
    const key = userId || `sign-in:${id ?? ''}`;
    const queue = found.get(key) ?? { key, userId, signIns: [] };
    found.set(key, { ...queue, signIns: [...queue.signIns, id] });
  }
  return [...found.values()];
}

/**
 * The user's change to send next, or null if none may start now.
 * @param saves the saves that may be sent (`outbox.savesInOrder`); whoever asks for many users reads them once
 */
export function nextSend(
  tables: Tables,
  { key, signIns }: UserQueue,
  { now, sendNext, freeSlots, isUnavailable }: SchedulerState,
  saves: readonly string[] = tables.outbox.savesInOrder(),
): NextSend | null {
  const { outbox } = tables;
  const slots = freeSlots(key);
  if (sendNext !== null && slots.own && !isUnavailable(sendNext)) {
    const signInId = tables.organizations.get(sendNext)?.signInId ?? null;
    const row = outbox.get(sendNext);
    const save = row?.saveId ?? null;
    const isNotSending = save !== null && tables.saves.notSending([save]).length > 0;
    if (row?.state === 'queued' && !isNotSending && signIns.includes(signInId)) {
      return { entryId: sendNext, signInId, saveId: null, priority: 'send' };
    }
  }
  const free = { own: slots.own, saves: slots.saves ? saves : [] };
  const next = outbox.next(signIns, free, now, isUnavailable);
  if (!next) return null;
  const isOwn = next.saveId === null || tables.saves.isSmall(next.saveId);
  return { ...next, priority: isOwn ? 'send' : 'bulk' };
}

/** Sorts users by their next change: first the change that the person just saved, then the fewest attempts. */
export function sortByNextSend(
  tables: Tables,
  queues: UserQueue[],
  state: SchedulerState,
): UserQueue[] {
  if (queues.length < 2) return queues;
  const saves = tables.outbox.savesInOrder();
  const rank = (queue: UserQueue): number => {
    const next = nextSend(tables, queue, state, saves);
    if (next === null) return Number.MAX_SAFE_INTEGER;
    if (next.entryId === state.sendNext) return -1;
    return tables.outbox.get(next.entryId)?.attempts ?? 0;
  };
  const ranks = new Map(queues.map((queue) => [queue, rank(queue)]));
  return queues.toSorted((one, other) => (ranks.get(one) ?? 0) - (ranks.get(other) ?? 0));
}
