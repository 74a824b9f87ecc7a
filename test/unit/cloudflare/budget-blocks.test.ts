/** Users Cloudflare refuses for a while: nothing is sent into a block, and it is told until when. */
import { expect, test } from 'vitest';
import { createBudget } from '../../../src/main/cloudflare/budget';
import { headers } from './budget-parts';
import { Clock } from './clock';
import { failureIn, valueOf } from './world';

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
