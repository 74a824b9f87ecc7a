/**
 * Restraint while nothing gets through: after a failure that all sends would meet alike (the network,
 * Cloudflare itself, our database) one change at a time tries the way for the others, after growing
 * waits. A thousand waiting changes then ask as often as one does. The first that gets through ends it.
 */
import type { Failure } from '../../shared/failure';
import { backoff } from './backoff';

/** Longest time, in ms, a hold is believed: a clock set back must not stretch it. */
const LONGEST_HOLD_MS = 600_000;

/** Says how many sends may be under way, and from when. */
export interface Restraint {
  /** How many sends may be under way together. */
  atOnce(): number;
  /** When the next may begin, ms since the epoch; a time gone by means now. */
  from(): number;
  /** A send begins. The result is for `met`. */
  began(): number;
  /**
   * A send met this failure; those that began before an earlier one failed add nothing to it. Says
   * whether the others wait for the same from now on.
   */
  met(failure: Failure, began: number): boolean;
  /** A send got through, whatever Cloudflare said to it. */
  passed(): void;
  /** There is reason to try now; still one at a time until it gets through. */
  lift(): void;
}

/** Whether other sends would meet this failure as well. */
function concernsAll({ code }: Failure): boolean {
  if (code === 'cloudflare.rate-limited') return false;
  return /^(network|cloudflare|store|app)\./.test(code);
}

/**
 * Makes it, without restraint.
 * @param atOnce how many sends may be under way while they get through
 */
export function createRestraint(
  atOnce: number,
  { now, random }: { now: () => number; random: () => number },
): Restraint {
  let failures = 0;
  let until = 0;
  return {
    atOnce: () => (failures > 0 ? 1 : atOnce),
    from: () => (until > now() + LONGEST_HOLD_MS ? 0 : until),
    began: () => failures,
    met(failure, began) {
      if (!concernsAll(failure) || began !== failures) return false;
      failures += 1;
      until = now() + backoff(failures, random());
      return true;
    },
    passed() {
      failures = 0;
      until = 0;
    },
    lift() {
      until = 0;
    },
  };
}
