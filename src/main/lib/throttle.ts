/**
 * How often the window hears of something that changes many times a second: at once the first time,
 * then no more often than it can draw.
 */
import type { Timers } from './timers';

/** Runs a function soon. One at a time: the caller waits for it to run before giving the next. */
export type Later = (work: () => void) => void;

/** Work that takes long, as on a busy machine, rests this many times as long afterwards. */
const REST = 4;

/**
 * Makes a `later` that leaves at least `ms` between two runs, and never takes more than a fifth of the
 * time. What comes after a quiet time runs as soon as the current piece of work is done.
 *
 * @param soon runs a function after the current piece of work; `setImmediate` in the app
 * @param clock a time in ms that only goes forward
 */
export function createThrottle(
  timers: Timers,
  soon: Later,
  ms: number,
  clock: () => number = () => performance.now(),
): Later {
  let resting = false;
  let next: (() => void) | null = null;

  function rested(): void {
    resting = false;
    const work = next;
    next = null;
    if (work) run(work);
  }

  function run(work: () => void): void {
    resting = true;
    const began = clock();
    try {
      work();
    } finally {
      timers.set(rested, Math.max(ms, REST * (clock() - began)));
    }
  }

  return (work) => {
    if (resting) next = work;
    else soon(() => (resting ? (next = work) : run(work)));
  };
}
