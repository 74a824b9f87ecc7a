/** The rate limiter when someone sets the computer’s clock or the computer sleeps. */
import { expect, test } from 'vitest';
import { createRateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import type { Fetch } from '../../../src/main/cloudflare/http';
import { organizationRef } from '../samples';
import { ask, flush, headers, run } from './helpers';
import { RateLimitHarness } from './harness';
import { Clock } from '../cloudflare/clock';
import { CloudflareModel } from './cloudflare-model';
import { answerOf } from '../cloudflare/node-fetch';
import { advanceUntil } from './simulated';
import { clientHarness } from '../cloudflare/harness';

test.each([-86_400_000, 86_400_000])('is not affected by a clock set by %s ms', async (by) => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  const granted = ask(limiter, clock, 'u', 1_200, 'person');
  await run(clock, () => granted.length === 1_200);
  clock.set(clock.now() + by);
  const more = ask(limiter, clock, 'u', 1, 'person');
  clock.advance(250_000);
  await flush();
  expect(more).toEqual([]);
  clock.advance(51_000);
  await flush();
  expect(more).toHaveLength(1);
});

test('after sleep, grants as many requests as are allowed by then', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  const granted = ask(limiter, clock, 'u', 3_000, 'person');
  await run(clock, () => granted.length === 1_200);
  clock.sleep(7_200_000);
  const wokeAt = clock.now();
  await run(clock, () => granted.length === 2_400);
  expect(clock.now() - wokeAt).toBeLessThan(10_000);
  await run(clock, () => clock.now() - wokeAt > 250_000);
  expect(granted).toHaveLength(2_400);
});

test('does not wait for requests that stop counting while the limiter counts', async () => {
  const clock = new Clock();
  // As on a real computer, each clock read is a little later than the one before.
  let spent = 0;
  const elapsed = (): number => clock.elapsed() + (spent += 0.4);
  const limiter = createRateLimiter({ now: clock.now, timers: clock.timers, elapsed });
  const granted = ask(limiter, clock, 'u', 1_000, 'person');
  const startedAt = clock.now();
  await run(clock, () => granted.length === 1_000);
  const gaps = granted.map((at, index) => at - (granted[index - 1] ?? startedAt));
  expect(Math.max(...gaps)).toBeLessThan(1_100);
});

test.each(['any', 'fixed'] as const)(
  'treats responses received during sleep as old, because another tool may have sent since (%s windows)',
  async (windows) => {
    const cloudflare = new CloudflareModel(windows);
    const harness = new RateLimitHarness(cloudflare, () => 100);
    harness.work({ priority: 'person', n: 1, pieces: 450 });
    harness.other(280);
    await advanceUntil(harness, 10_000);
    // The first few requests find out how much of the limit is left. Cloudflare reports about 700,
    // then the computer goes to sleep.
    harness.work({ priority: 'person', n: 1, pieces: 300 });
    await advanceUntil(harness, 150);
    harness.sleep();
    await advanceUntil(harness, 240_000);
    expect(cloudflare.remaining(harness.clock.elapsed())).toBeLessThan(150);
    harness.wake();
    await advanceUntil(harness, 600_000, () => harness.idle);
    expect(cloudflare.refusals).toBe(0);
    expect(harness.idle).toBe(true);
  },
);

test('an old response that arrives after a newer one frees no requests', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  limiter.answered('u', headers('"default";r=15;t=60'));
  limiter.answered('u', headers('"default";r=700;t=290'), 240_000);
  const granted = ask(limiter, clock, 'u', 10, 'person');
  await flush();
  expect(granted).toHaveLength(3);
});

test('measures how long a response took, including sleep', async () => {
  const header = { Ratelimit: '"default";r=1100;t=299' };
  const fetch: Fetch = () => {
    clock.sleep(240_000);
    return Promise.resolve(answerOf(new Response('{}', { headers: header })));
  };
  const { clock, limiter, cloudflare, auth, id } = await clientHarness({}, { fetch });
  await cloudflare.readProfile(auth, organizationRef(id));
  let granted = 0;
  for (let index = 0; index < 30; index += 1) {
    void limiter.reserve(auth.userId, 1, 'person').then(() => (granted += 1));
  }
  await flush();
  // The number of requests that may be pending while no recent response is known.
  expect(granted).toBe(16);
});
