/**
 * Detects that the computer slept, that the process was suspended, or that the clock was set: a timer then
 * fires at a different time than expected. Code that depends on the clock or the network can react.
 */
import type { Timers } from './timers';

/** How often the clock is checked, in ms. */
export const CHECK_INTERVAL_MS = 30_000;
/** How far off a timer may be, in ms. On busy computers, timers are late by seconds. */
export const TOLERANCE_MS = 10_000;

/**
 * Builds the monitor, which checks the clock between `start` and `stop`.
 * @param onJump called after the clock has jumped, in either direction
 */
export function createClockMonitor(
  { now, timers }: { now: () => number; timers: Timers },
  onJump: () => void,
) {
  let timer: unknown = null;

  function scheduleCheck(): void {
    const expected = now() + CHECK_INTERVAL_MS;
    timer = timers.set(() => {
      const jumped = Math.abs(now() - expected) > TOLERANCE_MS;
      scheduleCheck();
      if (jumped) onJump();
    }, CHECK_INTERVAL_MS);
  }

  return {
    start(): void {
      timers.clear(timer);
      scheduleCheck();
    },
    stop: (): void => timers.clear(timer),
  };
}
