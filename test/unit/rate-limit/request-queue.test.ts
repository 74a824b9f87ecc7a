/**
 * The request queue: work that waits for the rate limiter. Long waits are reported, and work gets a
 * higher priority when a person starts to wait for it.
 */
import { expect, test } from 'vitest';
import { createRateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import { RaisablePriority } from '../../../src/main/rate-limit/priority';
import { failureIn, valueOf } from '../results';
import { ask, flush, headers, run } from './helpers';
import { Clock } from '../cloudflare/clock';

test('an aborted wait leaves nothing in the queue', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  limiter.answered('u', headers('"default";r=0;t=60'));
  const controller = new AbortController();
  const waiting = limiter.reserve('u', 1, 'person', controller.signal);
  expect(clock.size).toBe(1);
  controller.abort();
  expect(failureIn(await waiting).code).toBe('app.stopping');
  expect(clock.size).toBe(0);
  expect(failureIn(await limiter.reserve('u', 1, 'person', controller.signal)).code).toBe(
    'app.stopping',
  );
});

test('reports until when work waits for the limit, including the work queued behind it', async () => {
  const clock = new Clock();
  let changes = 0;
  const limiter = createRateLimiter({ ...clock, onChange: () => (changes += 1) });
  const waits = () => [
    limiter.blockedUntil(),
    ...(['send', 'bulk', 'background'] as const).map((one) => limiter.waitsUntil('u', one)),
  ];
  const until = clock.now() + 121_000;
  limiter.answered('u', headers('"default";r=0;t=120'));
  expect(waits()).toEqual([null, null, null, null]);
  const large = limiter.reserve('u', 3, 'bulk');
  // No wait is reported for single saves.
  expect([waits(), changes]).toEqual([[null, null, until, until], 1]);
  const save = limiter.reserve('u', 3, 'send');
  expect([waits(), changes]).toEqual([[until, until, until, until], 2]);
  clock.advance(120_000);
  expect([waits(), changes]).toEqual([[until, until, until, until], 2]);
  clock.advance(1_000);
  valueOf(await large).release();
  valueOf(await save).release();
  expect(waits()).toEqual([null, null, null, null]);
  expect(limiter.waitsUntil('v', 'send')).toBeNull();
});

test('does not report a wait that is aborted or short', async () => {
  const clock = new Clock();
  const reported: (number | null)[] = [];
  const limiter = createRateLimiter({
    ...clock,
    onChange: () => reported.push(limiter.blockedUntil()),
  });
  limiter.answered('u', headers('"default";r=0;t=5'));
  const short = limiter.reserve('u', 3, 'send');
  expect(limiter.blockedUntil()).toBeNull();
  clock.advance(6_000);
  valueOf(await short).release();
  expect(reported).toEqual([]);
  limiter.answered('u', headers('"default";r=0;t=120'));
  const controller = new AbortController();
  const aborted = limiter.reserve('u', 3, 'send', controller.signal);
  expect(limiter.blockedUntil()).toBe(clock.now() + 121_000);
  controller.abort();
  expect(failureIn(await aborted).code).toBe('app.stopping');
  expect([limiter.blockedUntil(), reported.at(-1)]).toEqual([null, null]);
});

test('reports when a save can be sent if the app has used up the limit itself', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  const granted = ask(limiter, clock, 'u', 1_200, 'person');
  await run(clock, () => granted.length === 1_200);
  const save = limiter.reserve('u', 3, 'send');
  const until = limiter.blockedUntil() ?? 0;
  expect(until - clock.now()).toBeGreaterThan(250_000);
  clock.advance(until - clock.now());
  valueOf(await save);
  expect(limiter.blockedUntil()).toBeNull();
});

test('raises the priority of background work when a person starts to wait for it', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  limiter.answered('u', headers('"default";r=0;t=30'));
  const order: string[] = [];
  const check = new RaisablePriority('background');
  void limiter.reserve('u', 1, check).then(() => order.push('check'));
  void limiter.reserve('u', 1, 'send').then(() => order.push('send'));
  check.raise('person');
  check.raise('background');
  clock.advance(31_000);
  await flush();
  expect(order).toEqual(['check', 'send']);
});

test('work with raised priority immediately uses the share that background work may not use', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  limiter.answered('u', headers('"default";r=100;t=300'));
  const priority = new RaisablePriority('background');
  let granted = false;
  void limiter.reserve('u', 1, priority).then(() => (granted = true));
  await flush();
  expect(granted).toBe(false);
  priority.raise('person');
  await flush();
  expect(granted).toBe(true);
});

test('grants nothing once stopped, and nothing waits', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  const reserved = valueOf(await limiter.reserve('u', 1, 'person'));
  limiter.answered('v', headers('"default";r=0;t=60'));
  const waiting = limiter.reserve('v', 1, 'person');
  limiter.stop();
  expect(failureIn(await waiting).code).toBe('app.stopping');
  expect(failureIn(await limiter.reserve('u', 1, 'person')).code).toBe('app.stopping');
  expect(reserved.take()).toBe(false);
  expect(clock.size).toBe(0);
});
