/**
 * How long bulk jobs still take, and until when Cloudflare's limit is why nothing of one is sent: three
 * requests for each change, within the share of the limit that jobs may use, after what else waits to be
 * sent with the same sign-ins.
 */
import type { RateLimiter } from '../rate-limit/rate-limiter';
import type { QueueLoad } from '../database/tables';
import { REQUESTS } from '../sync/send';
import { AT_ONCE } from '../sync/send-slots';

/** What the estimate needs. */
export interface EtaOptions {
  /** What is still to be sent. */
  loads: readonly QueueLoad[];
  /** The jobs that are not paused, in the order they are sent; small ones use the limit as single saves do. */
  running: readonly { id: string; isSmall: boolean }[];
  /** The Cloudflare user of a sign-in: they share a limit. */
  userOf: (credentialId: string) => string;
  limiter: Pick<RateLimiter, 'timeFor' | 'waitsUntil'>;
  /** How long one send takes with nothing to wait for, in ms. */
  sendMs: number;
}

/** What can be said of a job. */
export interface Eta {
  /** Ms. */
  timeLeft: number;
  /** Ms since the epoch; null: the limit does not hold it up. */
  waitsUntil: number | null;
}

/**
 * The estimate for each running job; the users' limits do not wait for each other. None for a job of which
 * nothing is left but what another job took over.
 */
export function estimate(options: EtaOptions): Map<string, Eta> {
  const { loads, running, userOf, limiter, sendMs } = options;
  /** Changes that are sent before those of the next job, by user. */
  const before = new Map<string, number>();
  const add = (load: QueueLoad): string => {
    const user = userOf(load.credentialId);
    before.set(user, (before.get(user) ?? 0) + load.changes);
    return user;
  };
  for (const load of loads) if (load.bulkJobId === null) add(load);
  /** Users with a job whose turn it is. */
  const served = new Set<string>();
  const etas = new Map<string, Eta>();
  for (const { id, isSmall } of running) {
    const priority = isSmall ? 'send' : 'bulk';
    const users = new Set(loads.filter(({ bulkJobId }) => bulkJobId === id).map(add));
    if (users.size === 0) continue;
    const times = [...users].map((user) => {
      const changes = before.get(user) ?? 0;
      return Math.max(
        limiter.timeFor(user, REQUESTS * changes, priority),
        (changes * sendMs) / AT_ONCE,
      );
    });
    // A job behind another one waits for that one, not for the limit.
    const waits = [...users].map((user) =>
      served.has(user) ? 0 : (limiter.waitsUntil(user, priority) ?? 0),
    );
    for (const user of users) served.add(user);
    etas.set(id, { timeLeft: Math.max(...times), waitsUntil: Math.min(...waits) || null });
  }
  return etas;
}
