/**
 * The rate limiter against an exact model of Cloudflare's rate limits. Cloudflare must never refuse a
 * request, whatever happens.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateLimitHarness, type Work } from './harness';
import { CloudflareModel } from './cloudflare-model';
import { advanceUntil } from './simulated';

type Step =
  | ({ does: 'work' } & Work)
  | { does: 'other'; seconds: number }
  | { does: 'end'; how: 'clean' | 'kill' | 'power'; away: number }
  | { does: 'set'; by: number }
  | { does: 'sleep'; ms: number };

async function perform(harness: RateLimitHarness, step: Step): Promise<void> {
  switch (step.does) {
    case 'work':
      return harness.work(step);
    case 'other':
      return harness.other(step.seconds);
    case 'set':
      return harness.setClock(step.by);
    case 'sleep':
      harness.sleep();
      await advanceUntil(harness, step.ms);
      return harness.wake();
    case 'end':
      harness.end(step.how);
      await advanceUntil(harness, step.away);
      return harness.start();
  }
}

const work = fc.record({
  does: fc.constant('work' as const),
  priority: fc.constantFrom('person' as const, 'send' as const, 'background' as const),
  n: fc.integer({ min: 1, max: 3 }),
  pieces: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 900 })),
});
const other = fc.record({ does: fc.constant('other' as const), seconds: fc.nat(400) });
const sleep = fc.record({
  does: fc.constant('sleep' as const),
  ms: fc.oneof(fc.nat(20_000), fc.nat(400_000), fc.nat(10_000_000)),
});
/** Ends the app; launching it again takes at least a second. */
const end = fc.record({
  does: fc.constant('end' as const),
  how: fc.constantFrom('clean' as const, 'kill' as const),
  away: fc.integer({ min: 1_000, max: 60_000 }),
});
const set = fc.record({
  does: fc.constant('set' as const),
  by: fc.constantFrom(-86_400_000, -290_000, -60_000, 60_000, 290_000, 310_000, 86_400_000),
});
const power = fc.record({
  does: fc.constant('end' as const),
  how: fc.constant('power' as const),
  away: fc.integer({ min: 1_000, max: 200_000 }),
});

/** Either sets the clock or reboots the computer, because after a reboot the clock is trusted. */
const script = fc.constantFrom<fc.Arbitrary<Step>[]>([end, set], [end, power]).chain((some) =>
  fc.array(
    fc.record({
      step: fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
        { weight: 5, arbitrary: work },
        other,
        sleep,
        ...some,
      ),
      pause: fc.oneof(fc.nat(2_000), fc.nat(90_000)),
    }),
    { minLength: 5, maxLength: 20 },
  ),
);

test.each(['any', 'fixed'] as const)(
  'gets no refusal in %s windows, with kills, restarts, clock changes, sleep and other tools',
  async (windows) => {
    const travels = fc.infiniteStream(fc.oneof(fc.nat(100), fc.nat(900)));
    await fc.assert(
      fc.asyncProperty(script, travels, async (steps, travel) => {
        const cloudflare = new CloudflareModel(windows);
        const harness = new RateLimitHarness(cloudflare, () => travel.next().value ?? 0);
        for (const { step, pause } of steps) {
          await perform(harness, step);
          await advanceUntil(harness, pause);
          expect(cloudflare.refusals).toBe(0);
        }
        await advanceUntil(harness, 14_400_000, () => harness.idle);
        expect(cloudflare.refusals).toBe(0);
        expect(harness.idle).toBe(true);
      }),
      { numRuns: 12 },
    );
  },
  // Time limit in ms: hours of work are simulated, which is slow on a busy machine.
  300_000,
);

test.each([
  ['any', 'background', 1, 600],
  ['fixed', 'background', 1, 600],
  ['any', 'bulk', 3, 1_080],
  ['fixed', 'bulk', 3, 1_080],
] as const)(
  'in %s windows %s work uses its share, and a person never waits for it',
  async (windows, priority, n, perWindow) => {
    const cloudflare = new CloudflareModel(windows);
    const harness = new RateLimitHarness(cloudflare, () => 150);
    harness.keepBusy(priority, 4, n);
    await advanceUntil(harness, 3_600_000);
    const share = (3_600_000 / 300_000) * perWindow;
    expect(harness.made[priority]).toBeGreaterThan(0.95 * share);
    expect(harness.made[priority]).toBeLessThanOrEqual(share);
    for (let minute = 0; minute < 30; minute += 1) {
      harness.work({ priority: 'person', n: 1, pieces: 10 });
      harness.work({ priority: 'send', n: 3, pieces: 2 });
      await advanceUntil(harness, 60_000);
    }
    expect(harness.longest).toMatchObject({ person: 0 });
    expect(harness.longest.send).toBeLessThan(1_000);
    expect(cloudflare.refusals).toBe(0);
  },
);
