/** Lets a simulated world go on, event by event. */
import type { RateLimitHarness } from './harness';

/** Lets what was given out be taken, and what was answered be heard. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}

/** Lets the world go on for `ms`, event by event, or until `done`. */
export async function goOn(
  harness: RateLimitHarness,
  ms: number,
  done = () => false,
): Promise<void> {
  const { clock } = harness;
  const end = clock.elapsed() + ms;
  for (await settle(); !done(); await settle()) {
    const next = clock.nextIn();
    if (next === null || clock.elapsed() + next > end) return clock.advance(end - clock.elapsed());
    clock.advance(next);
  }
}
