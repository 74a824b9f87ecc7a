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
