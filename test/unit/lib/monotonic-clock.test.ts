/** The monotonic clock: true elapsed time, including sleep, whatever someone sets the clock to. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMonotonicClock } from '../../../src/main/lib/monotonic-clock';

/** A computer that can run and sleep; it reports its uptime in whole seconds. */
function computer() {
  const time = { running: 7, sinceStart: 1_000_400 };
  const clock = createMonotonicClock({
    running: () => time.running,
    sinceStart: () => Math.floor(time.sinceStart / 1_000) * 1_000,
  });
  return {
    clock,
    run: (ms: number) => {
      time.running += ms;
      time.sinceStart += ms;
    },
    sleep: (ms: number) => (time.sinceStart += ms),
    truth: () => time.sinceStart,
  };
}

test('runs evenly, counts sleep, and is never ahead of the true time', () => {
  const steps = fc.array(
    fc.record({ run: fc.nat(5_000), sleep: fc.oneof(fc.constant(0), fc.nat(10_000_000)) }),
  );
  fc.assert(
    fc.property(steps, (all) => {
      const { clock, run, sleep, truth } = computer();
      let before = clock();
      for (const step of all) {
        sleep(step.sleep);
        run(step.run);
        const now = clock();
        expect(now).toBeGreaterThanOrEqual(before + step.run);
        expect(now).toBeLessThanOrEqual(truth());
        // The coarse clock may hide a short sleep, but a longer one counts at once.
        expect(truth() - now).toBeLessThanOrEqual(3_000);
        before = now;
      }
    }),
  );
});

test('advances on this computer', () => {
  const clock = createMonotonicClock();
  const first = clock();
  expect(first).toBeGreaterThan(0);
  expect(clock()).toBeGreaterThanOrEqual(first);
});
