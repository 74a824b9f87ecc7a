/** The rate budget, on a clock of its own. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBudget, type Budget } from '../../../src/main/cloudflare/budget';
import { readRateLimit } from '../../../src/main/cloudflare/rate-headers';
import type { Priority } from '../../../src/main/cloudflare/types';
import { RateLimiter } from '../../standin/limits';
import { Clock } from './clock';
import { failureIn, valueOf } from './world';

const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const headers =
  (limit: string, policy = '"default";q=1200;w=300') =>
  (name: string) =>
    ({ ratelimit: limit, 'ratelimit-policy': policy })[name] ?? null;

/** Starts `n` requests of one each, noting when each may go. */
function ask(budget: Budget, clock: Clock, userId: string, n: number, priority: Priority) {
  const granted: number[] = [];
  for (let index = 0; index < n; index += 1) {
    void budget.reserve(userId, 1, priority).then((outcome) => {
      if (!outcome.ok || !outcome.value.take()) return;
      granted.push(clock.now());
      budget.answered(userId, null);
    });
  }
  return granted;
}

/** Lets the clock run until `done`, step by step, so that what is granted is taken in time. */
async function run(clock: Clock, done: () => boolean): Promise<void> {
  for (let steps = 0; !done() && steps < 10_000; steps += 1) {
    await flush();
    const next = clock.nextIn();
    if (done() || next === null) return;
    clock.advance(next);
  }
}

test('3,000 requests of a person meet neither of Cloudflare’s limits, and use them well', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  const granted = ask(budget, clock, 'u', 3_000, 'person');
  const start = clock.now();
  await run(clock, () => granted.length === 3_000);
  expect(granted).toHaveLength(3_000);
  // Counted as strictly as can be: any window of that length.
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

test('background leaves a quarter to the person', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  const background = ask(budget, clock, 'u', 1_500, 'background');
  const start = clock.now();
  await run(clock, () => clock.now() - start > 200_000);
  expect(background).toHaveLength(900);
  const person = ask(budget, clock, 'u', 300, 'person');
  await run(clock, () => person.length === 300);
  expect(person).toHaveLength(300);
  expect(background).toHaveLength(900);
});

test('the person goes before sends, sends before background, each in order', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  budget.answered('u', headers('"default";r=0;t=30'));
  const order: string[] = [];
  for (const [name, priority] of [
    ['check', 'background'],
    ['first send', 'send'],
    ['page', 'person'],
    ['second send', 'send'],
  ] as const) {
    void budget.reserve('u', 1, priority).then(() => order.push(name));
  }
  await flush();
  expect(order).toEqual([]);
  clock.advance(30_000);
  await flush();
  expect(order).toEqual(['page', 'first send', 'second send', 'check']);
});

test('a reservation keeps its requests, and gives back what it does not use', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  budget.answered('u', headers('"default";r=4;t=100'));
  const three = valueOf(await budget.reserve('u', 3, 'send'));
  let second = false;
  void budget.reserve('u', 3, 'send').then(() => (second = true));
  expect(three.take()).toBe(true);
  await flush();
  expect(second).toBe(false);
  three.release();
  expect(three.take()).toBe(false);
  await flush();
  expect(second).toBe(true);
});

test('what Cloudflare says counts: other tools of that user spend too', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  budget.answered('u', headers('"default";r=2;t=60'));
  const granted = ask(budget, clock, 'u', 5, 'person');
  const other = ask(budget, clock, 'v', 5, 'person');
  await flush();
  expect(granted).toHaveLength(2);
  expect(other).toHaveLength(5);
  clock.advance(60_000);
  await flush();
  expect(granted).toHaveLength(5);
});

test('requests under way may not be in Cloudflare’s count yet', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  const two = valueOf(await budget.reserve('u', 2, 'person'));
  two.take();
  two.take();
  budget.answered('u', headers('"default";r=5;t=60'));
  const granted = ask(budget, clock, 'u', 10, 'person');
  await flush();
  expect(granted).toHaveLength(4);
});

test('a blocked user fails at once, those who wait too, others go on', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  budget.answered('u', headers('"default";r=0;t=600'));
  const waiting = budget.reserve('u', 1, 'person');
  const until = clock.now() + 300_000;
  budget.block('u', until);
  const refused = { code: 'cloudflare.rate-limited', retryAt: until };
  expect(failureIn(await waiting)).toEqual(refused);
  expect(failureIn(await budget.reserve('u', 1, 'person'))).toEqual(refused);
  valueOf(await budget.reserve('v', 1, 'person'));
});

test('a wait can be aborted and leaves nothing behind', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  budget.answered('u', headers('"default";r=0;t=60'));
  const controller = new AbortController();
  const waiting = budget.reserve('u', 1, 'person', controller.signal);
  expect(clock.size).toBe(1);
  controller.abort();
  expect(failureIn(await waiting).code).toBe('app.stopping');
  expect(clock.size).toBe(0);
  expect(failureIn(await budget.reserve('u', 1, 'person', controller.signal)).code).toBe(
    'app.stopping',
  );
});

test('a clock that is set back does not stop the work', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  const granted = ask(budget, clock, 'u', 1_200, 'person');
  await run(clock, () => granted.length === 1_200);
  clock.set(clock.now() - 86_400_000);
  valueOf(await budget.reserve('u', 1, 'person'));
});

test('a clock that is set back during a block or an empty quota does not make them longer', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  budget.block('blocked', clock.now() + 300_000);
  budget.answered('spent', headers('"default";r=0;t=300'));
  clock.set(clock.now() - 3_600_000);
  expect((await budget.reserve('blocked', 1, 'person')).ok).toBe(true);
  expect((await budget.reserve('spent', 1, 'person')).ok).toBe(true);
});

test('any mix of work stays within the stand-in’s own count', async () => {
  const work = fc.record({
    priority: fc.constantFrom<Priority>('person', 'send', 'background'),
    n: fc.integer({ min: 1, max: 3 }),
    used: fc.integer({ min: 0, max: 3 }),
    pause: fc.integer({ min: 0, max: 4_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(work, { minLength: 100, maxLength: 300 }), async (works) => {
      const clock = new Clock();
      const budget = createBudget(clock);
      const limiter = new RateLimiter(clock.now);
      let refused = 0;
      let done = 0;
      for (const { priority, n, used, pause } of works) {
        void budget.reserve('u', n, priority).then((outcome) => {
          const reservation = valueOf(outcome);
          for (let index = 0; index < Math.min(n, used); index += 1) {
            reservation.take();
            // A small quota, so that the limit is met often.
            if (limiter.take('u', 60, 60_000, 300_000) !== null) refused += 1;
            const told = limiter.headers('u', 60, 60_000);
            budget.answered('u', (name) =>
              name === 'ratelimit'
                ? (told['Ratelimit'] ?? null)
                : (told['Ratelimit-Policy'] ?? null),
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

test.each([
  ['"default";r=50;t=30', '"burst";q=100;w=60', { remaining: 50, quota: 100, resetMs: 30_000 }],
  [
    '"a";r=9;t=1, "b";r=5;t=2',
    '"a";q=10;w=1,"b";q=1000;w=9',
    { remaining: 5, quota: 1000, resetMs: 2_000 },
  ],
  ['"default";r=0;t=99999999', null, { remaining: 0, quota: 1_200, resetMs: 900_000 }],
  ['nonsense', null, null],
  ['"default";r=-1;t=5', null, null],
  [null, null, null],
])('reads %j with %j', (limit, policy, expected) => {
  const read = readRateLimit((name) => (name === 'ratelimit' ? limit : policy));
  expect(read).toEqual(expected);
});
