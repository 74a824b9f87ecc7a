/**
 * A circuit breaker for sends. It opens after a failure that every send would run into (the network, Cloudflare
 * itself, our database). While it is open, only one send at a time is tried, with growing waits in between; what the
 * person has just saved is tried besides. So a thousand waiting changes make as few requests as one. The first success
 * closes it. A wait that Cloudflare asks for can only be ended early by the person.
 */
import type { Failure } from '../../shared/failure';
import { backoff, waitOf } from '../lib/backoff';

/** Whether other sends would hit this failure too. */
function affectsAllSends({ code }: Failure): boolean {
  if (code === 'cloudflare.rate-limited') return false;
  return /^(network|cloudflare|database|app)\./.test(code);
}

/** Creates a closed circuit breaker. */
export function createCircuitBreaker({
  now,
  elapsed,
  random,
}: {
  now: () => number;
  elapsed: () => number;
  random: () => number;
}) {
  let failures = 0;
  let until = 0;
  /** Until when Cloudflare asked to wait. */
  let askedUntil = 0;
  return {
    /** Whether the breaker is open, so that only one send may run. */
    isOpen: (): boolean => failures > 0,
    /** When the next send may start, ms of the monotonic clock. A time in the past means now. */
    from: (): number => until,
    /** Call when a send starts. Returns a token to pass to `failed`. */
    started: (): number => failures,
    /**
     * Call when a send failed. A failure is not counted if another was counted since its send started; only a longer
     * wait that it asks for applies.
     * @param started what `started` returned for this send
     * @returns whether this failure opened the breaker or extended the wait
     */
    failed(failure: Failure, started: number): boolean {
      if (!affectsAllSends(failure)) return false;
      const wait = waitOf(failure, now());
      const asked = wait === 0 ? 0 : elapsed() + wait;
      const isCounted = started === failures;
      if (!isCounted && (failures === 0 || asked <= askedUntil)) return false;
      if (isCounted) {
        failures += 1;
        until = elapsed() + backoff(failures, random());
      }
      askedUntil = Math.max(asked, askedUntil);
      until = Math.max(until, askedUntil);
      return true;
    },
    /** Call when Cloudflare answered a send, whatever the answer. Closes the breaker. */
    passed(): void {
      failures = 0;
      until = 0;
      askedUntil = 0;
    },
    /**
     * Lets the next send start now, or when the wait that Cloudflare asked for is over.
     * @param byPerson now in any case
     */
    retry(byPerson: boolean): void {
      until = byPerson ? 0 : Math.min(until, askedUntil);
    },
  };
}
