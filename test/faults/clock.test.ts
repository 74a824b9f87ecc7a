/**
 * The computer's clock is set, back and forward, while something waits: waits are as long as they are,
 * nothing is asked in bursts, and in the end everything is confirmed. The app's own rate limiter meets the same
 * in test/unit/rate-limit/clock-changes.test.ts.
 */
import { afterEach, expect, test } from 'vitest';
import type { RecordedRequest } from '../standin/index';
import { CheckHarness } from '../unit/background-check/harness';
import { closeHarnesses, SyncHarness } from '../unit/sync/harness';
import { steps } from './matrix/steps';

afterEach(closeHarnesses);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const YEAR = 365 * 24 * HOUR;
/** By how much the clock is set, in ms. */
const JUMPS = [-YEAR, -HOUR, -3_000, 3_000, HOUR, YEAR];
const ORGANIZATIONS = 6;

const edit = (id: string) => ({ business_phone: `phone of ${id}` });

/** Lets this much time pass on the clock that nobody sets, in ms. */
async function pass(world: SyncHarness, ms: number): Promise<void> {
  let over = false;
  world.clock.timers.set(() => (over = true), ms);
  await world.until(() => over && !world.busy());
}

function expectAllConfirmed(world: SyncHarness): void {
  for (const id of world.ids) {
    expect(world.row(id)).toBeNull();
    expect(world.standin.profileOf(id)).toMatchObject(edit(id));
  }
}

/** Changes wait for Cloudflare, the clock is set; gives the requests of the next five minutes. */
async function requestsWhileWaiting(by: number): Promise<number> {
  const world = await SyncHarness.start({ organizations: ORGANIZATIONS });
  world.standin.faults.add({ mode: '503-text' });
  for (const id of world.ids) world.submit(edit(id), id);
  await pass(world, MINUTE);
  const before = world.standin.requests.length;
  world.clock.set(world.clock.now() + by);
  await pass(world, 5 * MINUTE);
  const requests = world.standin.requests.length - before;

  world.standin.faults.clear();
  // No wait is longer than five minutes, and the first to get through takes the others along.
  await pass(world, 11 * MINUTE);
  expectAllConfirmed(world);
  return requests;
}

test('waiting for Cloudflare: as many requests as without the clock being set, and sent in time', async () => {
  const usual = await requestsWhileWaiting(0);
  for (const by of JUMPS) {
    expect(await requestsWhileWaiting(by), `set by ${by} ms`).toBeLessThanOrEqual(usual + 3);
  }
}, 120_000);

test.each(JUMPS)(
  'blocked by a 429, set by %i ms: nothing is asked until the block is over',
  async (by) => {
    const world = await SyncHarness.start({ organizations: ORGANIZATIONS });
    const [first = '', ...others] = world.ids;
    world.standin.faults.add({ mode: '429-retry-300', times: 1 });
    world.submit(edit(first), first);
    await world.until(() => world.row(first)?.state === 'waiting' && !world.busy(), {
      clock: false,
    });
    for (const id of others) world.submit(edit(id), id);
    const blocked = world.clock.elapsed();
    await world.until(() => others.every((id) => world.row(id)?.state === 'waiting'), {
      clock: false,
    });
    world.clock.set(world.clock.now() + by);
    world.scheduler.wake();

    await pass(world, 299_000 - (world.clock.elapsed() - blocked));
    expect(world.standin.requests).toHaveLength(1);
    await pass(world, 6 * MINUTE);
    expectAllConfirmed(world);
    expect(world.standin.requests).toHaveLength(1 + 3 * ORGANIZATIONS);
  },
);

for (const { name, prepare, match } of steps) {
  test.each(JUMPS)(
    `while ${name}, set by %i ms: confirmed, and read again at most twice`,
    async (by) => {
      const world = await SyncHarness.start({ organizations: 1 });
      prepare(world);
      world.standin.beforeAnswer(match(world), () => world.clock.set(world.clock.now() + by));
      world.submit(edit(world.id));
      await world.until(() => world.row()?.state !== 'queued' && !world.busy());
      // Where Cloudflare refused the organization once, the person tries again.
      if (world.row()) expect(world.retry().ok).toBe(true);
      await world.until(() => world.row() === null && !world.busy());
      expectAllConfirmed(world);
      const count = (method: RecordedRequest['method']): number =>
        world.standin.requests.filter(
          (one) => one.method === method && one.route.endsWith('/profile'),
        ).length;
      expect(count('PUT')).toBe(1);
      expect(count('GET')).toBeLessThanOrEqual(4);
    },
  );
}

test.each(JUMPS)(
  'in the middle of a background check, set by %i ms: it ends, and the next is due in its time',
  async (by) => {
    const world = await CheckHarness.start({
      organizations: ORGANIZATIONS,
      embedProfiles: false,
    });
    const { standin, clock } = world.sync;
    const held = standin.hold({ path: '/profile', nth: 2 });
    world.check.start();
    const arrived = held.arrived.then(() => true);
    let isThere = false;
    void arrived.then(() => (isThere = true));
    await world.sync.until(() => isThere);
    clock.set(clock.now() + by);
    held.release();
    await world.ended(1);
    expect(world.asked).toHaveLength(ORGANIZATIONS);

    world.quiet();
    await pass(world.sync, 50 * MINUTE);
    expect(world.runs).toBe(1);
    expect(standin.requests).toHaveLength(0);
    await pass(world.sync, 20 * MINUTE);
    await world.ended(2);
    expect(world.runs).toBe(2);
  },
);

test.each(JUMPS)(
  'between two background checks, set by %i ms: one check per interval, one more at most',
  async (by) => {
    const world = await CheckHarness.start({ organizations: ORGANIZATIONS });
    await world.first();
    await pass(world.sync, 20 * MINUTE);
    world.sync.clock.set(world.sync.clock.now() + by);
    await pass(world.sync, 3 * HOUR);
    expect(world.runs).toBeGreaterThanOrEqual(4);
    expect(world.runs).toBeLessThanOrEqual(1 + 3 + 1);
  },
);
