/**
 * A circuit breaker for sends. After a failure that every send would meet (the network, Cloudflare itself,
 * our database) one send at a time probes, after growing waits, plus the one the person just saved. A
 * thousand waiting changes then make as few requests as one. The first send that gets through closes it.
 */
import type { Failure } from '../../shared/failure';
import { backoff } from '../lib/backoff';

/** Longest hold, in ms. A longer one means that the clock was set back, and is ignored. */
const LONGEST_HOLD_MS = 600_000;

/** Says whether sends may start, and how many. */
export interface CircuitBreaker {
  /** Whether only one send may be under way. */
  isOpen(): boolean;
  /** When the next may start, ms since the epoch; a time in the past means now. */
  from(): number;
  /** Call when a send starts; pass the result to `failed`. */
  started(): number;
  /**
   * Call when a send failed. Sends that started before an earlier failure do not count.
   * @returns whether the other sends now have to wait, too
   */
  failed(failure: Failure, started: number): boolean;
  /** Call when Cloudflare answered a send, whatever the answer. */
  passed(): void;
  /** Allows the next probe at once. */
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
