/** Advances a simulation event by event. */
import type { RateLimitHarness } from './harness';

/** Lets granted requests be sent and responses be received. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}

/** Advances the clock event by event, for `ms` or until `done`. */
export async function advanceUntil(
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
