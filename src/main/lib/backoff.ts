/**
 * How long to wait after a failure: exponential backoff, with full jitter under a ceiling that doubles from 1 s to 5 min,
 * and what the failure itself asks for.
 */
import type { Failure } from '../../shared/failure';

/** Lowest ceiling, in ms. */
const FIRST_CEILING_MS = 1_000;
/** Highest ceiling, in ms. */
export const MAX_WAIT_MS = 300_000;
/** Shortest wait, in ms. Immediate failures must not cause a burst of requests. */
export const MIN_WAIT_MS = 100;

/**
 * How long to wait before the next attempt, in ms.
 * @param failures number of failures so far, 1 or more
 * @param random from 0 to 1; spreads callers that wait for the same thing
 */
export function backoff(failures: number, random: number): number {
  const ceiling = Math.min(MAX_WAIT_MS, FIRST_CEILING_MS * 2 ** Math.max(0, failures - 1));
  return Math.max(MIN_WAIT_MS, Math.round(random * ceiling));
}

/** Longer than any wait, in ms. A time that is further ahead dates from before the clock was set back. */
export const LONGEST_WAIT_MS = 1_300_000;

/** How long a failure asks to wait, in ms; 0 if it does not, if that is over, or if its time is implausibly far ahead. */
export function waitOf({ retryAt = 0 }: Failure, now: number): number {
  const wait = retryAt - now;
  return wait > 0 && wait <= LONGEST_WAIT_MS ? wait : 0;
}
