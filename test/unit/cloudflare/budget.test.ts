/** The rate budget, on a clock of its own. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBudget } from '../../../src/main/cloudflare/budget';
import { readRateLimit } from '../../../src/main/cloudflare/rate-headers';
import type { Priority } from '../../../src/main/cloudflare/types';
import { Urgency } from '../../../src/main/cloudflare/urgency';
import { RateLimiter } from '../../standin/limits';
import { ask, flush, headers, run } from './budget-parts';
import { Clock } from './clock';
import { failureIn, valueOf } from './world';

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
  clock.advance(31_000);
  await flush();
  expect(order).toEqual(['page', 'first send', 'second send', 'check']);
});

test('a reservation keeps its requests, and gives back what it does not use', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  budget.answered('u', headers('"default";r=16;t=100'));
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
  budget.answered('u', headers('"default";r=14;t=60'));
  const granted = ask(budget, clock, 'u', 5, 'person');
  const other = ask(budget, clock, 'v', 5, 'person');
  await flush();
  expect(granted).toHaveLength(2);
  expect(other).toHaveLength(5);
  clock.advance(61_000);
  await flush();
  expect(granted).toHaveLength(5);
});

test('requests under way may not be in Cloudflare’s count yet', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  const two = valueOf(await budget.reserve('u', 2, 'person'));
  two.take();
  two.take();
  budget.answered('u', headers('"default";r=17;t=60'));
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

test.each([-86_400_000, 86_400_000])('a clock set by %s ms is no matter', async (by) => {
  const clock = new Clock();
  const budget = createBudget(clock);
  const granted = ask(budget, clock, 'u', 1_200, 'person');
  await run(clock, () => granted.length === 1_200);
  clock.set(clock.now() + by);
  const more = ask(budget, clock, 'u', 1, 'person');
  clock.advance(250_000);
  await flush();
  expect(more).toEqual([]);
  clock.advance(51_000);
  await flush();
  expect(more).toHaveLength(1);
});

test.each([-3_600_000, 3_600_000])(
  'a clock set by %s ms leaves a block as long as it is',
  async (by) => {
    const clock = new Clock();
    let changes = 0;
    const budget = createBudget({ ...clock, onChange: () => (changes += 1) });
    budget.block('u', clock.now() + 300_000);
    expect([budget.blockedUntil(), changes]).toEqual([clock.now() + 300_000, 1]);
    clock.set(clock.now() + by);
    const until = clock.now() + 300_000;
    expect(failureIn(await budget.reserve('u', 1, 'person')).retryAt).toBe(until);
    expect(budget.blockedUntil()).toBe(until);
    clock.advance(299_999);
    // Told once more, because the time on screen is another one.
    expect([budget.blockedUntil(), changes]).toEqual([until, 2]);
    clock.advance(1);
    expect([budget.blockedUntil(), changes]).toEqual([null, 3]);
    valueOf(await budget.reserve('u', 1, 'person'));
  },
);

test('after sleep what waited goes on, as much as is allowed by then', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  const granted = ask(budget, clock, 'u', 3_000, 'person');
  await run(clock, () => granted.length === 1_200);
  clock.sleep(7_200_000);
  const woke = clock.now();
  await run(clock, () => granted.length === 2_400);
  expect(clock.now() - woke).toBeLessThan(10_000);
  await run(clock, () => clock.now() - woke > 250_000);
  expect(granted).toHaveLength(2_400);
});

test('the latest block of all users is the one that is told', () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  const start = clock.now();
  expect(budget.blockedUntil()).toBeNull();
  budget.block('u', start + 60_000);
  budget.block('v', start + 300_000);
  budget.block('u', start + 1_000);
  budget.block('w', start - 5_000);
  expect(budget.blockedUntil()).toBe(start + 300_000);
  clock.advance(60_000);
  expect(budget.blockedUntil()).toBe(start + 300_000);
  clock.advance(240_000);
  expect(budget.blockedUntil()).toBeNull();
});

test('a save that waits for the limit without a refusal says until when', async () => {
  const clock = new Clock();
  const told: (number | null)[] = [];
  const budget = createBudget({ ...clock, onChange: () => told.push(budget.blockedUntil()) });
  const until = clock.now() + 121_000;
  budget.answered('u', headers('"default";r=0;t=120'));
  void budget.reserve('u', 3, 'bulk');
  expect(budget.blockedUntil()).toBeNull();
  const save = budget.reserve('u', 3, 'send');
  expect([budget.blockedUntil(), told]).toEqual([until, [until]]);
  clock.advance(120_000);
  expect([budget.blockedUntil(), told]).toEqual([until, [until]]);
  clock.advance(1_000);
  valueOf(await save).release();
  expect([budget.blockedUntil(), told]).toEqual([null, [until, null]]);
});

test('a wait that is given up, or soon over, is not told', async () => {
  const clock = new Clock();
  const told: (number | null)[] = [];
  const budget = createBudget({ ...clock, onChange: () => told.push(budget.blockedUntil()) });
  budget.answered('u', headers('"default";r=0;t=5'));
  const short = budget.reserve('u', 3, 'send');
  expect(budget.blockedUntil()).toBeNull();
  clock.advance(6_000);
  valueOf(await short).release();
  expect(told).toEqual([]);
  budget.answered('u', headers('"default";r=0;t=120'));
  const controller = new AbortController();
  const given = budget.reserve('u', 3, 'send', controller.signal);
  expect(budget.blockedUntil()).toBe(clock.now() + 121_000);
  controller.abort();
  expect(failureIn(await given).code).toBe('app.stopping');
  expect([budget.blockedUntil(), told.at(-1)]).toEqual([null, null]);
});

test('our own count being full says when a save has its place', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  const granted = ask(budget, clock, 'u', 1_200, 'person');
  await run(clock, () => granted.length === 1_200);
  const save = budget.reserve('u', 3, 'send');
  const until = budget.blockedUntil() ?? 0;
  expect(until - clock.now()).toBeGreaterThan(250_000);
  clock.advance(until - clock.now());
  valueOf(await save);
  expect(budget.blockedUntil()).toBeNull();
});

test('a block takes back what was set aside: nothing more is sent into it', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  const three = valueOf(await budget.reserve('u', 3, 'send'));
  expect(three.take()).toBe(true);
  budget.block('u', clock.now() + 60_000);
  expect(three.take()).toBe(false);
  clock.advance(60_000);
  expect(three.take()).toBe(false);
});

test('what waits in the background moves up when a person begins to wait for it', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  budget.answered('u', headers('"default";r=0;t=30'));
  const order: string[] = [];
  const check = new Urgency('background');
  void budget.reserve('u', 1, check).then(() => order.push('check'));
  void budget.reserve('u', 1, 'send').then(() => order.push('send'));
  check.raise('person');
  check.raise('background');
  clock.advance(31_000);
  await flush();
  expect(order).toEqual(['check', 'send']);
});

test('a raised wait may use what is kept from the background, at once', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  budget.answered('u', headers('"default";r=100;t=300'));
  const urgency = new Urgency('background');
  let granted = false;
  void budget.reserve('u', 1, urgency).then(() => (granted = true));
  await flush();
  expect(granted).toBe(false);
  urgency.raise('person');
  await flush();
  expect(granted).toBe(true);
});

test('while nothing fresh is known only a few are out at once, the person beside all others', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  const out = { background: 0, send: 0, person: 0 };
  for (const priority of ['background', 'send', 'person'] as const) {
    for (let index = 0; index < 30; index += 1) {
      void budget.reserve('u', 1, priority).then(() => (out[priority] += 1));
    }
    await flush();
  }
  expect(out).toEqual({ background: 4, send: 8, person: 4 });
  budget.answered('u', headers('"default";r=1100;t=299'));
  await flush();
  expect(out).toEqual({ background: 30, send: 30, person: 30 });
});

test('answers that overtake each other do not bring requests back', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  const two = valueOf(await budget.reserve('u', 2, 'person'));
  two.take();
  two.take();
  budget.answered('u', headers('"default";r=15;t=60'));
  budget.answered('u', headers('"default";r=16;t=60'));
  const granted = ask(budget, clock, 'u', 10, 'person');
  await flush();
  expect(granted).toHaveLength(2);
});

test('after the end nothing is given out, and nothing waits', async () => {
  const clock = new Clock();
  const budget = createBudget(clock);
  const reserved = valueOf(await budget.reserve('u', 1, 'person'));
  budget.answered('v', headers('"default";r=0;t=60'));
  const waiting = budget.reserve('v', 1, 'person');
  budget.stop();
  expect(failureIn(await waiting).code).toBe('app.stopping');
  expect(failureIn(await budget.reserve('u', 1, 'person')).code).toBe('app.stopping');
  expect(reserved.take()).toBe(false);
  expect(clock.size).toBe(0);
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
