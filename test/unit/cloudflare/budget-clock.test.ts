/** The rate budget while the computer’s clock is set or the computer sleeps. */
import { expect, test } from 'vitest';
import { createBudget } from '../../../src/main/cloudflare/budget';
import { ask, flush, run } from './budget-parts';
import { Clock } from './clock';

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

test('what stops counting while the budget counts is not waited for any longer', async () => {
  const clock = new Clock();
  // As on a real computer: each look at the clock is a little later than the one before.
  let spent = 0;
  const elapsed = (): number => clock.elapsed() + (spent += 0.4);
  const budget = createBudget({ now: clock.now, timers: clock.timers, elapsed });
  const granted = ask(budget, clock, 'u', 1_000, 'person');
  const began = clock.now();
  await run(clock, () => granted.length === 1_000);
  const gaps = granted.map((at, index) => at - (granted[index - 1] ?? began));
  expect(Math.max(...gaps)).toBeLessThan(1_100);
});
