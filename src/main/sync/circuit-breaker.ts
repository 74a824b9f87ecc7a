/**
 * A circuit breaker for sends: after a failure that every send would meet (the network, Cloudflare itself,
 * our database) one change at a time tries the way for the others, after growing waits. A thousand waiting
 * changes then ask as often as one does. The first that gets through closes it again.
 */
import type { Failure } from '../../shared/failure';
import { backoff } from './backoff';

/** Longest time, in ms, a hold is believed: a clock set back must not stretch it. */
const LONGEST_HOLD_MS = 600_000;

/** Says whether sends may start, and how many. */
export interface CircuitBreaker {
  /** Whether only one send may be under way. */
  isOpen(): boolean;
  /** When the next may start, ms since the epoch; a time in the past means now. */
  from(): number;
  /** A send starts. The result is for `failed`. */
  started(): number;
  /**
   * A send met this failure; sends that started before an earlier failure add nothing to it. Says
   * whether the others wait for the same from now on.
   */
  failed(failure: Failure, started: number): boolean;
  /** A send got through, whatever Cloudflare said to it. */
  passed(): void;
  /** There is reason to try now; still one at a time until one gets through. */
  retry(): void;
}

/** Whether other sends would meet this failure as well. */
function concernsAll({ code }: Failure): boolean {
  if (code === 'cloudflare.rate-limited') return false;
  return /^(network|cloudflare|store|app)\./.test(code);
}

/** Makes a closed circuit breaker. */
export function createCircuitBreaker({
  now,
  random,
}: {
  now: () => number;
  random: () => number;
}): CircuitBreaker {
  let failures = 0;
  let until = 0;
  return {
    isOpen: () => failures > 0,
    from: () => (until > now() + LONGEST_HOLD_MS ? 0 : until),
    started: () => failures,
    failed(failure, started) {
      if (!concernsAll(failure) || started !== failures) return false;
      failures += 1;
      until = now() + backoff(failures, random());
      return true;
    },
    passed() {
      failures = 0;
      until = 0;
    },
    retry() {
      until = 0;
    },
  };
}
