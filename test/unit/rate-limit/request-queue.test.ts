/** Waiting for the rate limiter: told when it is long, hurried when a person waits too, and never left behind. */
import { expect, test } from 'vitest';
import { createRateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import { RaisablePriority } from '../../../src/main/rate-limit/priority';
import { ask, flush, headers, run } from './helpers';
import { Clock } from '../cloudflare/clock';
import { failureIn, valueOf } from '../cloudflare/harness';

test('a wait can be aborted and leaves nothing behind', async () => {
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

test('what waits for the limit without a refusal says until when, work behind it too', async () => {
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
  const job = limiter.reserve('u', 3, 'bulk');
  // Nobody sees a save wait.
  expect([waits(), changes]).toEqual([[null, null, until, until], 1]);
  const save = limiter.reserve('u', 3, 'send');
  expect([waits(), changes]).toEqual([[until, until, until, until], 2]);
  clock.advance(120_000);
  expect([waits(), changes]).toEqual([[until, until, until, until], 2]);
  clock.advance(1_000);
  valueOf(await save).release();
  valueOf(await job).release();
  expect(waits()).toEqual([null, null, null, null]);
  expect(limiter.waitsUntil('v', 'send')).toBeNull();
});

test('a wait that is given up, or soon over, is not told', async () => {
  const clock = new Clock();
  const told: (number | null)[] = [];
  const limiter = createRateLimiter({
    ...clock,
    onChange: () => told.push(limiter.blockedUntil()),
  });
  limiter.answered('u', headers('"default";r=0;t=5'));
  const short = limiter.reserve('u', 3, 'send');
  expect(limiter.blockedUntil()).toBeNull();
  clock.advance(6_000);
  valueOf(await short).release();
  expect(told).toEqual([]);
  limiter.answered('u', headers('"default";r=0;t=120'));
  const controller = new AbortController();
  const given = limiter.reserve('u', 3, 'send', controller.signal);
  expect(limiter.blockedUntil()).toBe(clock.now() + 121_000);
  controller.abort();
  expect(failureIn(await given).code).toBe('app.stopping');
  expect([limiter.blockedUntil(), told.at(-1)]).toEqual([null, null]);
});

test('our own count being full says when a save has its place', async () => {
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

test('what waits in the background moves up when a person begins to wait for it', async () => {
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

test('a raised wait may use what is kept from the background, at once', async () => {
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

test('after the end nothing is given out, and nothing waits', async () => {
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
