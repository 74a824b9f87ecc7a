/**
 * A circuit breaker for sends. A failure that every send would hit (the network, Cloudflare itself, our
 * database) opens it. Then only one send at a time probes, with growing waits, plus the one the person just
 * saved, so that a thousand waiting changes make as few requests as one. The first success closes it.
 */
import type { Failure } from '../../shared/failure';
import { backoff } from '../lib/backoff';

/** Longest plausible hold, in ms. A longer one means that the clock was set back, and is ignored. */
const LONGEST_HOLD_MS = 600_000;

/** Decides whether sends may start. */
export interface CircuitBreaker {
  /** Whether it is open: only one send may run. */
  isOpen(): boolean;
  /** When the next send may start, ms since the epoch. A time in the past means now. */
  from(): number;
  /** Call when a send starts, and pass the result to `failed`. */
  started(): number;
  /**
   * Call when a send failed. Sends that started before an earlier failure do not count.
   * @returns whether this failure opened the breaker or extended its wait
   */
  failed(failure: Failure, started: number): boolean;
  /** Call when Cloudflare answered a send, whatever the answer. Closes the breaker. */
  passed(): void;
  /** Allows the next probe at once. */
  retry(): void;
}

/** Whether other sends would hit this failure too. */
function affectsAllSends({ code }: Failure): boolean {
  if (code === 'cloudflare.rate-limited') return false;
  return /^(network|cloudflare|store|app)\./.test(code);
}

/** Creates a closed circuit breaker. */
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
      if (!affectsAllSends(failure) || started !== failures) return false;
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
