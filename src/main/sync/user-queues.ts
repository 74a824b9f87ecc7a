/**
 * Pending changes by the Cloudflare user whose rate limit they share, and which of them is sent next.
 * Reads the database only; what is under way is the scheduler's.
 */
import type { QueuedSend, Tables } from '../database/tables';

/** Longer than any wait of ours (the longest block plus a backoff), in ms: the clock was set back. */
export const IMPOSSIBLE_WAIT_MS = 1_300_000;

/** Pending changes that share a rate limit. */
export interface UserQueue {
  /** Identifies the Cloudflare user; a sign-in whose user is not known yet has a key of its own. */
  key: string;
  /** The id its requests count against; '' before it is known. */
  userId: string;
  signIns: (string | null)[];
}

/** The change that is sent next. */
export interface Turn extends QueuedSend {
  /** What it may use of the limit: a job over few organizations as much as the person's own changes. */
  priority: 'send' | 'bulk';
}

/** What the scheduler knows that the database does not. */
export interface Circumstances {
  /** Ms since the epoch. */
  now: number;
  /** The organization whose change the person waits for, or null. */
  urgent: string | null;
  /** Which kinds of sends may start for a user. */
  free(user: string): { own: boolean; jobs: boolean };
  /** Whether a change is being sent, or is skipped for a while. */
  isLeftAlone(organizationId: string): boolean;
}

/** The users that have pending changes. */
export function userQueues({ outbox, credentials }: Tables): UserQueue[] {
  const signIns = outbox.signIns();
  if (signIns.length === 0) return [];
  const users = new Map(credentials.all().map(({ id, userId }) => [id, userId]));
  const found = new Map<string, UserQueue>();
  for (const id of signIns) {
    const userId = (id !== null && users.get(id)) || '';
    const key = userId || `sign-in:${id ?? ''}`;
    const queue = found.get(key) ?? { key, userId, signIns: [] };
    found.set(key, { ...queue, signIns: [...queue.signIns, id] });
  }
  return [...found.values()];
}

/** The most urgent change of a user that may start now, or null. */
export function nextTurn(
  tables: Tables,
  { key, signIns }: UserQueue,
  { now, urgent, free, isLeftAlone }: Circumstances,
): Turn | null {
  const { outbox } = tables;
  const slots = free(key);
  if (urgent !== null && slots.own && !isLeftAlone(urgent)) {
    const credentialId = tables.organizations.get(urgent)?.credentialId ?? null;
    const row = outbox.get(urgent);
    const job = row?.bulkJobId ?? null;
    const isHeld = job !== null && tables.bulk.held().includes(job);
    if (row?.state === 'queued' && !isHeld && signIns.includes(credentialId)) {
      return { organizationId: urgent, credentialId, bulkJobId: null, priority: 'send' };
    }
  }
  const times = { now, horizon: now + IMPOSSIBLE_WAIT_MS };
  const turn = outbox.next(signIns, slots, times, isLeftAlone);
  if (!turn) return null;
  const isOwn = turn.bulkJobId === null || tables.bulk.isSmall(turn.bulkJobId);
  return { ...turn, priority: isOwn ? 'send' : 'bulk' };
}

/** The users in the order of their next changes: the one the person waits for, then the least tried. */
export function byNextTurn(
  tables: Tables,
  queues: UserQueue[],
  circumstances: Circumstances,
): UserQueue[] {
  if (queues.length < 2) return queues;
  const rank = (queue: UserQueue): number => {
    const turn = nextTurn(tables, queue, circumstances);
    if (turn === null) return Number.MAX_SAFE_INTEGER;
    if (turn.organizationId === circumstances.urgent) return -1;
    return tables.outbox.get(turn.organizationId)?.attempts ?? 0;
  };
  const ranks = new Map(queues.map((queue) => [queue, rank(queue)]));
  return queues.toSorted((one, other) => (ranks.get(one) ?? 0) - (ranks.get(other) ?? 0));
}
