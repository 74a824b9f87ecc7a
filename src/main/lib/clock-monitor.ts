/**
 * Notices that the computer slept, that the process stood still, or that the clock was set: a timer
 * then comes at another time than it was set for. What hangs on the clock or the network looks again.
 */
import type { Timers } from './timers';

/** How often to look, in ms. */
export const LOOK_EVERY_MS = 30_000;
/** How far off a timer may be, in ms: busy computers are late by seconds. */
export const TOLERANCE_MS = 10_000;

/** Looks at the clock from time to time. */
export interface ClockMonitor {
  start(): void;
  stop(): void;
}

/**
 * Makes it.
 * @param onJump called after a jump of the clock, in whichever direction
 */
export function createClockMonitor(
  { now, timers }: { now: () => number; timers: Timers },
  onJump: () => void,
): ClockMonitor {
  let timer: unknown = null;

  function look(): void {
    const expected = now() + LOOK_EVERY_MS;
    timer = timers.set(() => {
      const jumped = Math.abs(now() - expected) > TOLERANCE_MS;
      look();
      if (jumped) onJump();
    }, LOOK_EVERY_MS);
  }

  return {
    start() {
      timers.clear(timer);
      look();
    },
    stop: () => timers.clear(timer),
  };
}
