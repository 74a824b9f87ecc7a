/**
 * A throttle for work that is triggered many times a second, such as events for the window. The first run is
 * immediate; after each run there is a pause.
 */
import type { Timers } from './timers';

/** Runs a function soon. The caller must not pass the next function before this one has run. */
export type Defer = (work: () => void) => void;

/** After slow work, as on a busy machine, the pause is this many times as long as the work took. */
const PAUSE_FACTOR = 4;

/**
 * Builds a `Defer` with at least `ms` milliseconds between two runs. Slow work gets longer pauses, so that it uses
 * at most a fifth of the time. After a quiet period, work runs as soon as the current task has ended.
 *
 * @param soon runs a function after the current task; `setImmediate` in the app
 * @param clock monotonic time in ms
 */
export function createThrottle(
  timers: Timers,
  soon: Defer,
  ms: number,
  clock: () => number = () => performance.now(),
): Defer {
  let isPausing = false;
  let next: (() => void) | null = null;

  function endPause(): void {
    isPausing = false;
    const work = next;
    next = null;
    if (work) run(work);
  }

  function run(work: () => void): void {
    isPausing = true;
    const startedAt = clock();
    try {
      work();
    } finally {
      timers.set(endPause, Math.max(ms, PAUSE_FACTOR * (clock() - startedAt)));
    }
  }

  return (work) => {
    if (isPausing) next = work;
    else soon(() => (isPausing ? (next = work) : run(work)));
  };
}
