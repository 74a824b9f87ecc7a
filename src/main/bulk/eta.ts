/**
 * How long bulk jobs still take: three requests for each change, within the share of Cloudflare's limit
 * that bulk work may use, after what else waits to be sent with the same sign-ins.
 */
import type { QueueLoad } from '../store/tables';
import { REQUESTS } from '../sync/send';
import { AT_ONCE } from '../sync/send-slots';

/** About how long one change takes on its way, in ms, with nothing to wait for. */
const SEND_MS = 1_000;

/** What the estimate needs. */
export interface TimeLeftOptions {
  /** What is still to be sent. */
  loads: readonly QueueLoad[];
  /** Ids of the jobs that are not paused, in the order they are sent. */
  running: readonly string[];
  /** The Cloudflare user of a sign-in: they share a limit. */
  userOf: (credentialId: string) => string;
  /** How long (ms) until `n` more requests of this user can have been made. */
  timeFor: (userId: string, n: number) => number;
}

/**
 * The time left of each running job, in ms; the users' limits do not wait for each other. None for a job
 * of which nothing is left but what another job took over.
 */
export function timesLeft(options: TimeLeftOptions): Map<string, number> {
  const { loads, running, userOf, timeFor } = options;
  /** Changes that are sent before those of the next job, by user. */
  const before = new Map<string, number>();
  const add = (load: QueueLoad): string => {
    const user = userOf(load.credentialId);
    before.set(user, (before.get(user) ?? 0) + load.changes);
    return user;
  };
  for (const load of loads) if (load.bulkRunId === null) add(load);
  const left = new Map<string, number>();
  for (const run of running) {
    const users = new Set(loads.filter(({ bulkRunId }) => bulkRunId === run).map(add));
    const times = [...users].map((user) => {
      const changes = before.get(user) ?? 0;
      return Math.max(timeFor(user, REQUESTS * changes), (changes * SEND_MS) / AT_ONCE);
    });
    if (times.length > 0) left.set(run, Math.max(...times));
  }
  return left;
}
