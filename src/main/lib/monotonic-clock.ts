/**
 * Time that passes evenly: setting the computer's clock does not change it, and sleep counts. It begins
 * when the computer started, so that two runs of the app can compare what they noted.
 */
import { uptime } from 'node:os';

/** The two clocks it is made of, both in ms. */
export interface ClockSources {
  /** Fine, but stands still while the computer sleeps. */
  running: () => number;
  /** Since the computer started, sleep included; may be coarse (whole seconds on macOS). */
  sinceStart: () => number;
}

/** A difference of this many ms is sleep; a smaller one may be coarseness. */
const SLEPT_MS = 2_000;
/** How often the coarse clock is looked at, in ms: reading it costs more than everything else here. */
const LOOK_MS = 100;

const computer: ClockSources = {
  running: () => performance.now(),
  sinceStart: () => {
    try {
      return uptime() * 1_000;
    } catch {
      // Some sandboxes do not tell. Then time begins with the app, as after a restart of the computer.
      return performance.now();
    }
  },
};

/** Makes a clock that tells ms. It never goes back, and rather runs late than early. */
export function createMonotonicClock({ running, sinceStart } = computer): () => number {
  let looked = running();
  let ahead = sinceStart() - looked;
  return () => {
    const time = running();
    if (time - looked >= LOOK_MS) {
      looked = time;
      const now = sinceStart() - time;
      if (now > ahead + SLEPT_MS) ahead = now;
    }
    return time + ahead;
  };
}
