/** How long to wait before the next try: full jitter under a ceiling that doubles from 1 s to 5 min. */

/** Lowest ceiling, in ms. */
export const FIRST_WAIT_MS = 1_000;
/** Highest ceiling, in ms. */
export const LONGEST_WAIT_MS = 300_000;
/** No wait is shorter, in ms: a failure that comes at once must not become a burst. */
export const SHORTEST_WAIT_MS = 100;

/**
 * A wait in ms before the try after `failures` failures (1 or more).
 * @param random from 0 to 1: who waits for the same thing must not come back at the same moment
 */
export function backoff(failures: number, random: number): number {
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1));
  return Math.max(SHORTEST_WAIT_MS, Math.round(random * ceiling));
}
