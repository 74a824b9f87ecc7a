/**
 * How long a failed change waits until the next attempt: longer each time, or as long as Cloudflare
 * demands, even if the clock is set.
 */
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import {
  backoff,
  LONGEST_WAIT_MS,
  MAX_WAIT_MS,
  MIN_WAIT_MS,
  waitOf,
} from '../../../src/main/lib/backoff';
import { failed } from '../../../src/shared/result';
import { eventLoopTurns } from '../event-loop';
import { closeHarnesses, SyncHarness } from '../sync/harness';

afterEach(closeHarnesses);

const waits = (harness: SyncHarness, id = harness.id): number =>
  (harness.row(id)?.nextTryAt ?? 0) - harness.clock.now();

test('grows with full jitter from one second to five minutes', () => {
  expect([1, 2, 3, 9, 10, 50].map((failures) => backoff(failures, 0.999_999))).toEqual([
    1_000, 2_000, 4_000, 256_000, 300_000, 300_000,
  ]);
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, random) => {
      const wait = backoff(n, random);
      expect(wait).toBeGreaterThanOrEqual(MIN_WAIT_MS);
      expect(wait).toBeLessThanOrEqual(MAX_WAIT_MS);
    }),
  );
});

test('a failure asks for what is left until its time, unless the clock was set back by more than any wait', () => {
  const now = 50_000_000;
  const of = (retryAt?: number): number =>
    waitOf({ code: 'cloudflare.unavailable', ...(retryAt === undefined ? {} : { retryAt }) }, now);
  expect([of(), of(now - 1), of(now), of(now + 1)]).toEqual([0, 0, 0, 1]);
  expect(of(now + LONGEST_WAIT_MS)).toBe(LONGEST_WAIT_MS);
  expect(of(now + LONGEST_WAIT_MS + 1)).toBe(0);
});

test('offline: waits longer each time, and sends as soon as Cloudflare responds again', async () => {
  const harness = await SyncHarness.start();
  harness.random = 0.999;
  harness.probesWhileOffline = true;
  await harness.standin.goOffline();
  harness.submit({ business_name: 'Later' });
  await harness.until(() => harness.row()?.state === 'waiting', { clock: false });
  expect(harness.row()).toMatchObject({ attempts: 1, failure: { code: 'network.unreachable' } });
  expect(harness.connectivity.status().state).toBe('offline');
  expect(waits(harness)).toBe(999);
  await harness.until(() => (harness.row()?.attempts ?? 0) >= 8);
  expect(waits(harness)).toBeGreaterThan(60_000);
  await harness.standin.goOnline();
  const before = harness.clock.now();
  await harness.connectivity.probeNow();
  expect(harness.connectivity.status().state).toBe('online');
  await harness.until(() => harness.row() === null && !harness.busy(), { clock: false });
  expect(harness.clock.now()).toBe(before);
});

test('does not shorten waits because other requests succeed', async () => {
  const harness = await SyncHarness.start();
  harness.random = 0.999;
  harness.probesWhileOffline = true;
  harness.standin.faults.add({ mode: 'reset', match: { method: 'PUT' } });
  harness.submit({ business_name: 'Kept' });
  await harness.until(() => (harness.row()?.attempts ?? 0) >= 6 && !harness.busy());
  const puts = harness.standin.requests.filter(({ method }) => method === 'PUT');
  expect(puts).toHaveLength(6);
  expect(waits(harness)).toBeGreaterThan(20_000);
});

test('keeps the time of the next attempt after a 429 over a restart, even if the clock is set back', async () => {
  const harness = await SyncHarness.start();
  harness.standin.faults.add({ mode: '429-retry-300', times: 1 });
  harness.submit({ business_name: 'Kept' });
  await harness.until(() => harness.row()?.state === 'waiting' && !harness.busy(), {
    clock: false,
  });
  const due = harness.row()?.nextTryAt;
  expect(due).toBeGreaterThanOrEqual(harness.clock.now() + 300_000);
  await harness.restart();
  expect(harness.row()?.nextTryAt).toBe(due);
  expect(harness.standin.requests).toHaveLength(1);
  harness.clock.set(harness.clock.now() - 86_400_000);
  const set = harness.clock.now();
  harness.scheduler.wake();
  await harness.until(() => harness.row() === null && !harness.busy());
  expect(harness.clock.now()).toBeLessThan(set + 400_000);
});

test('a clock that is set back causes no burst of requests and does not end a block', async () => {
  const harness = await SyncHarness.start();
  harness.standin.faults.add({ mode: '429-retry-300', times: 1 });
  harness.submit({ business_name: 'Kept' });
  await harness.until(() => harness.row()?.state === 'waiting' && !harness.busy(), {
    clock: false,
  });
  harness.clock.set(harness.clock.now() - 3_600_000);
  const set = harness.clock.now();
  harness.scheduler.wake();
  await harness.until(() => harness.row() === null && !harness.busy());
  expect(harness.clock.now()).toBeGreaterThanOrEqual(set + 300_000);
  expect(harness.clock.now()).toBeLessThan(set + 400_000);
  expect(harness.traffic()).toBe('GET GET PUT GET');
});

test('an impossible wait causes no burst of requests', async () => {
  const harness = await SyncHarness.start();
  let calls = 0;
  harness.authorizationOf = async () => {
    // Respond a turn later: a burst of requests then shows, instead of blocking the event loop.
    await new Promise((next) => setImmediate(next));
    calls += 1;
    return failed('cloudflare.rate-limited', { retryAt: harness.clock.now() + 86_400_000 });
  };
  harness.submit({ business_name: 'Kept' });
  await harness.until(() => harness.row()?.state === 'waiting' && !harness.busy(), {
    clock: false,
  });
  await eventLoopTurns(20);
  expect(calls).toBe(1);
});
