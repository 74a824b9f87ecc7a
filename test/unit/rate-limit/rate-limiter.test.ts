/**
 * The rate limiter on a test clock: how many requests it grants, for which work, in which order.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import { RaisablePriority, type Priority } from '../../../src/main/rate-limit/priority';
import { RateLimiter } from '../../standin/limits';
import { valueOf } from '../results';
import { ask, flush, headers, run } from './helpers';
import { Clock } from '../cloudflare/clock';

test('keeps 3,000 requests of a person within both limits of Cloudflare, and uses the limits fully', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  const granted = ask(limiter, clock, 'u', 3_000, 'person');
  const start = clock.now();
  await run(clock, () => granted.length === 3_000);
  expect(granted).toHaveLength(3_000);
  // Count as strictly as possible: the most requests in any window of that length.
  const most = (window: number) => {
    let from = 0;
    return granted.reduce((top, time, index) => {
      while ((granted[from] ?? time) <= time - window) from += 1;
      return Math.max(top, index - from + 1);
    }, 0);
  };
  expect(most(300_000)).toBe(1_200);
  expect(most(1_000)).toBeLessThanOrEqual(200);
  const last = granted.at(-1) ?? Infinity;
  expect(last - start).toBeLessThan(610_000);
});

test('lets background work use 50 % of the limit, saves 90 %, and the person 100 %', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  const start = clock.now();
  const given: Record<string, number> = {};
  for (const priority of ['background', 'bulk', 'asked', 'send', 'person'] as const) {
    const granted = ask(limiter, clock, 'u', 1_500, priority);
    const waited = clock.now();
    await run(clock, () => clock.now() - waited > 20_000);
    given[priority] = granted.length;
  }
  expect(clock.now() - start).toBeLessThan(300_000);
  expect(given).toEqual({ background: 600, bulk: 480, asked: 0, send: 120, person: 0 });
});

test('pauses only background work of a user while work of higher priority is announced', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  const granted = valueOf(await limiter.reserve('u', 1, 'background'));
  limiter.reserveForChanges(new Set(['u']));
  const held = ask(limiter, clock, 'u', 2, 'background');
  const others = [
    ask(limiter, clock, 'u', 2, 'bulk'),
    ask(limiter, clock, 'u', 2, 'person'),
    ask(limiter, clock, 'v', 2, 'background'),
  ];
  await flush();
  expect(held).toEqual([]);
  expect(others.map(({ length }) => length)).toEqual([2, 2, 2]);
  // A request that is already granted may still be used.
  expect(granted.take()).toBe(true);
  const check = new RaisablePriority('background');
  let raised = false;
  void limiter.reserve('u', 1, check).then(() => (raised = true));
  await flush();
  expect(raised).toBe(false);
  check.raise('asked');
  await flush();
  expect(raised).toBe(true);
  // The background work waits for the person, not for the limit.
  clock.advance(60_000);
  expect(limiter.waitsUntil('u', 'background')).toBeNull();
  limiter.reserveForChanges(new Set(['v']));
  await flush();
  expect(held).toHaveLength(2);
});

test('grants requests of the person first, then of sends, then of background work', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  limiter.answered('u', headers('"default";r=0;t=30'));
  const order: string[] = [];
  for (const [name, priority] of [
    ['check', 'background'],
    ['first send', 'send'],
    ['page', 'person'],
    ['second send', 'send'],
  ] as const) {
    void limiter.reserve('u', 1, priority).then(() => order.push(name));
  }
  await flush();
  expect(order).toEqual([]);
  clock.advance(31_000);
  await flush();
  expect(order).toEqual(['page', 'first send', 'second send', 'check']);
});

test('reserves the requests of a reservation, and frees those that were not used', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  limiter.answered('u', headers('"default";r=16;t=100'));
  const three = valueOf(await limiter.reserve('u', 3, 'send'));
  let second = false;
  void limiter.reserve('u', 3, 'send').then(() => (second = true));
  expect(three.take()).toBe(true);
  await flush();
  expect(second).toBe(false);
  three.release();
  expect(three.take()).toBe(false);
  await flush();
  expect(second).toBe(true);
});

test('considers the count that Cloudflare reports, because other tools of the user send, too', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  limiter.answered('u', headers('"default";r=14;t=60'));
  const granted = ask(limiter, clock, 'u', 5, 'person');
  const other = ask(limiter, clock, 'v', 5, 'person');
  await flush();
  expect(granted).toHaveLength(2);
  expect(other).toHaveLength(5);
  clock.advance(61_000);
  await flush();
  expect(granted).toHaveLength(5);
});

test('assumes that Cloudflare’s count may not include running requests yet', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  const two = valueOf(await limiter.reserve('u', 2, 'person'));
  two.take();
  two.take();
  limiter.answered('u', headers('"default";r=17;t=60'));
  const granted = ask(limiter, clock, 'u', 10, 'person');
  await flush();
  expect(granted).toHaveLength(4);
});

test('without a recent response, allows only a few pending requests, plus those of the person', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  const granted = { background: 0, send: 0, person: 0 };
  for (const priority of ['background', 'send', 'person'] as const) {
    for (let index = 0; index < 30; index += 1) {
      void limiter.reserve('u', 1, priority).then(() => (granted[priority] += 1));
    }
    await flush();
  }
  expect(granted).toEqual({ background: 4, send: 8, person: 4 });
  limiter.answered('u', headers('"default";r=1100;t=299'));
  await flush();
  expect(granted).toEqual({ background: 30, send: 30, person: 30 });
});

test('frees no requests when responses overtake each other', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  const two = valueOf(await limiter.reserve('u', 2, 'person'));
  two.take();
  two.take();
  limiter.answered('u', headers('"default";r=15;t=60'));
  limiter.answered('u', headers('"default";r=16;t=60'));
  const granted = ask(limiter, clock, 'u', 10, 'person');
  await flush();
  expect(granted).toHaveLength(2);
});

test('keeps any mix of work within the limit that the stand-in counts', async () => {
  const work = fc.record({
    priority: fc.constantFrom<Priority>('person', 'send', 'background'),
    n: fc.integer({ min: 1, max: 3 }),
    used: fc.integer({ min: 0, max: 3 }),
    pause: fc.integer({ min: 0, max: 4_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(work, { minLength: 100, maxLength: 300 }), async (works) => {
      const clock = new Clock();
      const limiter = createRateLimiter(clock);
      const standin = new RateLimiter(clock.now);
      let refused = 0;
      let done = 0;
      for (const { priority, n, used, pause } of works) {
        void limiter.reserve('u', n, priority).then((outcome) => {
          const reservation = valueOf(outcome);
          for (let index = 0; index < Math.min(n, used); index += 1) {
            reservation.take();
            // The limit is small, so that it is reached often.
            if (standin.take('u', 60, 60_000, 300_000) !== null) refused += 1;
            const standinHeaders = standin.headers('u', 60, 60_000);
            limiter.answered('u', (name) =>
              name === 'ratelimit'
                ? (standinHeaders['Ratelimit'] ?? null)
                : (standinHeaders['Ratelimit-Policy'] ?? null),
            );
          }
          reservation.release();
          done += 1;
        });
        await Promise.resolve();
        clock.advance(pause);
      }
      await run(clock, () => done === works.length);
      expect(done).toBe(works.length);
      expect(refused).toBe(0);
    }),
    { numRuns: 10 },
  );
});
