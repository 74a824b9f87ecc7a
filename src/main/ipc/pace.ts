/**
 * How often the window hears of something that changes many times a second: at once the first time,
 * then no more often than it can draw.
 */
import type { Timers } from '../cloudflare/timers';

/** Runs a function soon. One at a time: the caller waits for it to run before giving the next. */
export type Later = (work: () => void) => void;

/**
 * Makes a `later` that leaves at least `ms` between two runs. What comes after a quiet time runs as
 * soon as the current piece of work is done.
 *
 * @param soon runs a function after the current piece of work; `setImmediate` in the app
 */
export function createPace(timers: Timers, soon: Later, ms: number): Later {
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
    timers.set(rested, ms);
    work();
  }

  return (work) => {
    if (resting) next = work;
    else soon(() => (resting ? (next = work) : run(work)));
  };
}
