/**
 * A monotonic clock that includes sleep and ignores changes of the system clock. It counts from the boot of
 * the computer, so that times saved in one run of the app are comparable in the next one.
 */
import { uptime } from 'node:os';

/** The two clocks that the monotonic clock combines, both in ms. */
export interface ClockSources {
  /** Precise, but stops while the computer sleeps. */
  running: () => number;
  /** Time since the computer started, including sleep; may be coarse (whole seconds on macOS). */
  sinceStart: () => number;
}

/** A larger difference between the two clocks, in ms, means sleep. A smaller one may be due to the coarse clock. */
const SLEPT_MS = 2_000;

function readUptime(): number {
  try {
    return uptime() * 1_000;
  } catch {
    // Some sandboxes hide the uptime. Then time starts with the app, as after a restart of the computer.
    return performance.now();
  }
}

/** The uptime, if it was read in this turn of the event loop: on Linux that reads a file; a save asks thousands of times. */
let ofThisTurn: number | null = null;

const systemClocks: ClockSources = {
  running: () => performance.now(),
  sinceStart: () => {
    if (ofThisTurn === null) {
      ofThisTurn = readUptime();
      setImmediate(() => (ofThisTurn = null));
    }
    return ofThisTurn;
  },
};

/** Builds a clock in ms. Its time never goes back; it may be behind the real time, but never ahead. */
export function createMonotonicClock({ running, sinceStart } = systemClocks): () => number {
  let offset = sinceStart() - running();
  return () => {
    const time = running();
    // Every time: the computer may have slept since the last one.
    const newOffset = sinceStart() - time;
    if (newOffset > offset + SLEPT_MS) offset = newOffset;
    return time + offset;
  };
}
