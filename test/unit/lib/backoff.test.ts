/** How long a failed change waits: longer each time, as long as Cloudflare says, whatever the clock does. */
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { backoff, LONGEST_WAIT_MS, SHORTEST_WAIT_MS } from '../../../src/main/lib/backoff';
import { failed } from '../../../src/shared/failure';
import { turns } from '../event-loop';
import { closeWorlds, SyncWorld } from '../sync/harness';

afterEach(closeWorlds);

const waits = (world: SyncWorld, id = world.id): number =>
  (world.row(id)?.nextAttemptAt ?? 0) - world.clock.now();

test('waits grow with full jitter from a second to five minutes', () => {
  expect([1, 2, 3, 9, 10, 50].map((failures) => backoff(failures, 0.999_999))).toEqual([
    1_000, 2_000, 4_000, 256_000, 300_000, 300_000,
  ]);
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, random) => {
      const wait = backoff(n, random);
      expect(wait).toBeGreaterThanOrEqual(SHORTEST_WAIT_MS);
      expect(wait).toBeLessThanOrEqual(LONGEST_WAIT_MS);
    }),
  );
});

test('offline a change waits, longer each time, and is sent when Cloudflare answers again', async () => {
  const world = await SyncWorld.start();
  world.random = 0.999;
  world.shouldProbe = true;
  await world.standin.goOffline();
  world.submit({ business_name: 'Later' });
  await world.until(() => world.row()?.state === 'waiting', { clock: false });
  expect(world.row()).toMatchObject({ attempts: 1, failure: { code: 'network.unreachable' } });
  expect(world.connectivity.status().state).toBe('offline');
  expect(waits(world)).toBe(999);
  await world.until(() => (world.row()?.attempts ?? 0) >= 8);
  expect(waits(world)).toBeGreaterThan(60_000);
  await world.standin.goOnline();
  const before = world.clock.now();
  await world.connectivity.probeNow();
  expect(world.connectivity.status().state).toBe('online');
  await world.until(() => world.row() === null && !world.busy(), { clock: false });
  expect(world.clock.now()).toBe(before);
});

test('one failing request among answered ones does not shorten the waits', async () => {
  const world = await SyncWorld.start();
  world.random = 0.999;
  world.shouldProbe = true;
  world.standin.faults.add({ mode: 'reset', match: { method: 'PUT' } });
  world.submit({ business_name: 'Kept' });
  await world.until(() => (world.row()?.attempts ?? 0) >= 6 && !world.busy());
  const puts = world.standin.requests.filter(({ method }) => method === 'PUT');
  expect(puts).toHaveLength(6);
  expect(waits(world)).toBeGreaterThan(20_000);
});

test('the next try survives a restart for a rate limit, and a clock set back does not stop it', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: '429-retry-300', times: 1 });
  world.submit({ business_name: 'Kept' });
  await world.until(() => world.row()?.state === 'waiting' && !world.busy(), { clock: false });
  const due = world.row()?.nextAttemptAt;
  expect(due).toBeGreaterThanOrEqual(world.clock.now() + 300_000);
  await world.restart();
  expect(world.row()?.nextAttemptAt).toBe(due);
  expect(world.standin.requests).toHaveLength(1);
  world.clock.set(world.clock.now() - 86_400_000);
  await world.until(() => world.row() === null && !world.busy());
});

test('a clock set back during a block makes no burst and does not end the block', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: '429-retry-300', times: 1 });
  world.submit({ business_name: 'Kept' });
  await world.until(() => world.row()?.state === 'waiting' && !world.busy(), { clock: false });
  world.clock.set(world.clock.now() - 3_600_000);
  const set = world.clock.now();
  world.scheduler.wake();
  await world.until(() => world.row() === null && !world.busy());
  expect(world.clock.now()).toBeGreaterThanOrEqual(set + 300_000);
  expect(world.clock.now()).toBeLessThan(set + 400_000);
  expect(world.traffic()).toBe('GET GET PUT GET');
});

test('a wait that cannot be is not a burst', async () => {
  const world = await SyncWorld.start();
  let asked = 0;
  world.authorizationOf = async () => {
    // Answered late, so that a burst is seen instead of stopping everything else.
    await new Promise((next) => setImmediate(next));
    asked += 1;
    return failed('cloudflare.rate-limited', { retryAt: world.clock.now() + 86_400_000 });
  };
  world.submit({ business_name: 'Kept' });
  await world.until(() => world.row()?.state === 'waiting' && !world.busy(), { clock: false });
  await turns(20);
  expect(asked).toBe(1);
});
