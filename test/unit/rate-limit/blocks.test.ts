/**
 * Blocks: after a 429, Cloudflare refuses all requests of a Cloudflare user for a while. The app sends
 * nothing for that user during the block, and reports when it ends.
 */
import { expect, test } from 'vitest';
import { createRateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import { failureIn, valueOf } from '../results';
import { headers } from './helpers';
import { Clock } from '../cloudflare/clock';

test('requests of a blocked user fail immediately, even waiting ones; other users continue', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  limiter.answered('u', headers('"default";r=0;t=600'));
  const waiting = limiter.reserve('u', 1, 'person');
  const until = clock.now() + 300_000;
  limiter.block('u', until);
  const refused = { code: 'cloudflare.rate-limited', retryAt: until };
  expect(failureIn(await waiting)).toEqual(refused);
  expect(failureIn(await limiter.reserve('u', 1, 'person'))).toEqual(refused);
  valueOf(await limiter.reserve('v', 1, 'person'));
});

test('reports the end of the last block of all users', () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  const start = clock.now();
  expect(limiter.blockedUntil()).toBeNull();
  limiter.block('u', start + 60_000);
  limiter.block('v', start + 300_000);
  limiter.block('u', start + 1_000);
  limiter.block('w', start - 5_000);
  expect(limiter.blockedUntil()).toBe(start + 300_000);
  clock.advance(60_000);
  expect(limiter.blockedUntil()).toBe(start + 300_000);
  clock.advance(240_000);
  expect(limiter.blockedUntil()).toBeNull();
});

test('cancels reservations at a block, and sends nothing during it', async () => {
  const clock = new Clock();
  const limiter = createRateLimiter(clock);
  const three = valueOf(await limiter.reserve('u', 3, 'send'));
  expect(three.take()).toBe(true);
  limiter.block('u', clock.now() + 60_000);
  expect(three.take()).toBe(false);
  clock.advance(60_000);
  expect(three.take()).toBe(false);
});

test.each([-3_600_000, 3_600_000])(
  'keeps the length of a block when the clock is set by %s ms',
  async (by) => {
    const clock = new Clock();
    let changes = 0;
    const limiter = createRateLimiter({ ...clock, onChange: () => (changes += 1) });
    limiter.block('u', clock.now() + 300_000);
    expect([limiter.blockedUntil(), changes]).toEqual([clock.now() + 300_000, 1]);
    clock.set(clock.now() + by);
    const until = clock.now() + 300_000;
    expect(failureIn(await limiter.reserve('u', 1, 'person')).retryAt).toBe(until);
    expect(limiter.blockedUntil()).toBe(until);
    clock.advance(299_999);
    // The change is reported, because the window shows a different time of day now.
    expect([limiter.blockedUntil(), changes]).toEqual([until, 2]);
    clock.advance(1);
    expect([limiter.blockedUntil(), changes]).toEqual([null, 3]);
    valueOf(await limiter.reserve('u', 1, 'person'));
  },
);
