/** Waiting for the rate budget: told when it is long, hurried when a person waits too, and never left behind. */
import { expect, test } from 'vitest';
import { createBudget } from '../../../src/main/cloudflare/budget';
import { Urgency } from '../../../src/main/cloudflare/urgency';
import { ask, flush, headers, run } from './budget-parts';
import { Clock } from './clock';
import { failureIn, valueOf } from './world';

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
