/** Idle work: it goes out only when no other request of its user waits. */
import { expect, test } from 'vitest';
import { createRateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import type { Priority } from '../../../src/main/rate-limit/priority';
import { valueOf } from '../results';
import { Clock } from '../cloudflare/clock';
import { headers } from './helpers';

test('goes after every other request, and when the background stops, too', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  limiter.answered('u', headers('"default";r=0;t=60'));
  const order: Priority[] = [];
  const ask = async (priority: Priority): Promise<void> => {
    const reservation = valueOf(await limiter.reserve('u', 1, priority));
    order.push(priority);
    reservation.take();
    limiter.answered('u', headers('"default";r=1199;t=60'));
  };
  const priorities: Priority[] = ['idle', 'background', 'bulk', 'asked', 'send', 'person'];
  const all = Promise.all(priorities.map(ask));
  clock.advance(62_000);
  await all;
  expect(order).toEqual(priorities.toReversed());
});

test('is held together with the background', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  limiter.reserveForChanges(new Set(['u']));
  let isGranted = false;
  const idle = limiter.reserve('u', 1, 'idle').then(() => (isGranted = true));
  clock.advance(60_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(isGranted).toBe(false);
  limiter.reserveForChanges(new Set());
  await idle;
  expect(isGranted).toBe(true);
});
