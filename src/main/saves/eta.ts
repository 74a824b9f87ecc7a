/**
 * Estimates how long saves of many take, and until when the rate limit holds each one up. Sending a change takes
 * three requests from the share of the rate limit that saves may use. A save's changes are sent after everything
 * that is queued before them for the same Cloudflare user.
 */
import type { RateLimiter } from '../rate-limit';
import type { QueueLoad } from '../database';
import { REQUESTS_PER_SEND, SLOTS_PER_KIND } from '../sync';

/** Input of the estimate. */
export interface EtaOptions {
  /** The numbers of changes still to be sent, by sign-in and save. */
  loads: readonly QueueLoad[];
  /** The saves that are not paused, in sending order. Small saves have the priority of single saves. */
  running: readonly { id: string; isSmall: boolean }[];
  /** The Cloudflare user of a sign-in. Sign-ins of one user share a limit. */
  userOf: (signInId: string) => string;
  limiter: Pick<RateLimiter, 'timeFor' | 'waitsUntil'>;
  /** Average duration of a send, in ms, without waits for the limit. */
  sendMs: number;
}

/** The estimate of one save. */
export interface Eta {
  /** Estimated time until the save is done, in ms. */
  timeLeft: number;
  /** Until when the rate limit holds the save up, ms since the epoch; null if it does not. */
  waitsUntil: number | null;
}

/**
 * The estimates by save id. The limits of different users run in parallel. A save has no estimate if other saves
 * took over all its remaining changes.
 */
export function estimate(options: EtaOptions): Map<string, Eta> {
  const { loads, running, userOf, limiter, sendMs } = options;
  /** By user, the number of changes that are sent up to the end of the current save. */
  const queued = new Map<string, number>();
  const add = (load: QueueLoad): string => {
    const user = userOf(load.signInId);
    queued.set(user, (queued.get(user) ?? 0) + load.changes);
    return user;
  };
  for (const load of loads) if (load.saveId === null) add(load);
  /** Users with an earlier save. */
  const busyUsers = new Set<string>();
  const etas = new Map<string, Eta>();
  for (const { id, isSmall } of running) {
    const priority = isSmall ? 'send' : 'bulk';
    const users = new Set(loads.filter(({ saveId }) => saveId === id).map(add));
    if (users.size === 0) continue;
    const times = [...users].map((user) => {
      const changes = queued.get(user) ?? 0;
      return Math.max(
        limiter.timeFor(user, REQUESTS_PER_SEND * changes, priority),
        (changes * sendMs) / SLOTS_PER_KIND,
      );
    });
    // A save behind another save waits for that save, not for the limit.
    const waits = [...users].map((user) =>
      busyUsers.has(user) ? 0 : (limiter.waitsUntil(user, priority) ?? 0),
    );
    for (const user of users) busyUsers.add(user);
    etas.set(id, { timeLeft: Math.max(...times), waitsUntil: Math.min(...waits) || null });
  }
  return etas;
}
