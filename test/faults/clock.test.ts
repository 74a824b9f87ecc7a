/**
 * The computer's clock is set back or forward while something waits. Delays keep their length (set forward, some may end
 * early), there are no bursts of requests, and in the end everything is confirmed. test/unit/rate-limit/clock-changes.test.ts
 * tests the same for the rate limiter.
 */
import { afterEach, expect, test } from 'vitest';
import { createClockMonitor } from '../../src/main/lib/clock-monitor';
import type { RecordedRequest } from '../standin/index';
import { CheckHarness } from '../unit/read-queue/harness';
import { closeHarnesses, SyncHarness } from '../unit/sync/harness';
import { steps } from './matrix/steps';

afterEach(closeHarnesses);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const YEAR = 365 * 24 * HOUR;
/** Clock changes, in ms. */
const JUMPS = [-YEAR, -HOUR, -16 * MINUTE, -3_000, 3_000, HOUR, YEAR];
const ORGANIZATIONS = 6;

const edit = (id: string) => ({ business_phone: `phone of ${id}` });

/** Lets this many ms pass on the monotonic clock. */
async function pass(harness: SyncHarness, ms: number): Promise<void> {
  let over = false;
  harness.clock.timers.set(() => (over = true), ms);
  await harness.until(() => over && !harness.busy());
}

function expectAllConfirmed(harness: SyncHarness): void {
  for (const id of harness.ids) {
    expect(harness.row(id)).toBeNull();
    expect(harness.standin.profileOf(id)).toMatchObject(edit(id));
  }
}

/** Sets the clock by this many ms while changes wait. Returns the number of requests in the next five minutes. */
async function requestsWhileWaiting(by: number): Promise<number> {
  const harness = await SyncHarness.start({ organizations: ORGANIZATIONS });
  harness.standin.faults.add({ mode: '503-text' });
  for (const id of harness.ids) harness.submit(edit(id), id);
  await pass(harness, MINUTE);
  const before = harness.standin.requests.length;
  // As in the app, which looks at all waits again when the clock was set.
  const monitor = createClockMonitor(harness.clock, harness.scheduler.wake);
  monitor.start();
  harness.clock.set(harness.clock.now() + by);
  await pass(harness, 5 * MINUTE);
  const requests = harness.standin.requests.length - before;

  harness.standin.faults.clear();
  // No delay is longer than five minutes, and the first success makes the app send all other changes.
  await pass(harness, 11 * MINUTE);
  monitor.stop();
  expectAllConfirmed(harness);
  return requests;
}

test('waiting for Cloudflare: no more requests than without a clock change, all sent in time', async () => {
  const usual = await requestsWhileWaiting(0);
  for (const by of JUMPS) {
    expect(await requestsWhileWaiting(by), `set by ${by} ms`).toBeLessThanOrEqual(usual + 3);
  }
}, 120_000);

test.each(JUMPS)(
  'blocked by a 429, clock set by %i ms: no requests until the block is over',
  async (by) => {
    const harness = await SyncHarness.start({ organizations: ORGANIZATIONS });
    const [first = '', ...others] = harness.ids;
    harness.standin.faults.add({ mode: '429-retry-300', times: 1 });
    harness.submit(edit(first), first);
    await harness.until(() => harness.row(first)?.state === 'waiting' && !harness.busy(), {
      clock: false,
    });
    for (const id of others) harness.submit(edit(id), id);
    const blocked = harness.clock.elapsed();
    await harness.until(() => others.every((id) => harness.row(id)?.state === 'waiting'), {
      clock: false,
    });
    harness.clock.set(harness.clock.now() + by);
    harness.scheduler.wake();

    await pass(harness, 299_000 - (harness.clock.elapsed() - blocked));
    expect(harness.standin.requests).toHaveLength(1);
    await pass(harness, 6 * MINUTE);
    expectAllConfirmed(harness);
    expect(harness.standin.requests).toHaveLength(1 + 3 * ORGANIZATIONS);
  },
);

for (const { name, prepare, match } of steps) {
  test.each(JUMPS)(
    `while ${name}, clock set by %i ms: the change is confirmed, with at most two additional reads`,
    async (by) => {
      const harness = await SyncHarness.start({ organizations: 1 });
      prepare(harness);
      harness.standin.beforeAnswer(match(harness), () =>
        harness.clock.set(harness.clock.now() + by),
      );
      harness.submit(edit(harness.id));
      await harness.until(() => harness.row()?.state !== 'queued' && !harness.busy());
      // If Cloudflare refused the organization once, the person retries.
      if (harness.row()) expect(harness.retry().ok).toBe(true);
      await harness.until(() => harness.row() === null && !harness.busy());
      expectAllConfirmed(harness);
      const count = (method: RecordedRequest['method']): number =>
        harness.standin.requests.filter(
          (one) => one.method === method && one.route.endsWith('/profile'),
        ).length;
      expect(count('PUT')).toBe(1);
      expect(count('GET')).toBeLessThanOrEqual(4);
    },
  );
}

test.each(JUMPS)(
  'read while the clock is off by %i ms, then set right: the history keeps its order and its dates',
  async (by) => {
    const harness = await SyncHarness.start({ organizations: 1 });
    const { clock, standin, id } = harness;
    const read = (): Promise<unknown> => harness.profileReader.read(id, { isPageOpen: false });
    standin.editElsewhere(id, { business_name: 'Before' });
    await read();
    clock.set(clock.now() + by);
    standin.editElsewhere(id, { business_name: 'Meanwhile' });
    await read();
    const dates = (): number[] =>
      harness.read((tables) => tables.revisions.of(id)).map(({ at }) => at);
    const stored = dates();
    clock.set(clock.now() - by);
    const today = clock.now();
    harness.submit(edit(id));
    await harness.until(() => harness.row() === null && !harness.busy());
    const history = harness.read((tables) => tables.revisions.of(id));
    expect(history.map(({ texts }) => texts.business_name)).toEqual([
      'Before',
      'Meanwhile',
      'Meanwhile',
    ]);
    expect(history.at(-1)).toMatchObject({ kind: 'saved', texts: edit(id) });
    expect(dates().slice(0, -1)).toEqual(stored);
    // Only if the clock was ahead, the date is not that of the day.
    const newest = Math.max(...stored);
    expect(history.at(-1)!.at).toBeGreaterThanOrEqual(Math.max(today, newest));
    expect(history.at(-1)!.at).toBeLessThanOrEqual(Math.max(clock.now(), newest));
  },
);

test.each(JUMPS)(
  'during a background check, clock set by %i ms: the check ends, and the next one starts on time',
  async (by) => {
    const harness = await CheckHarness.start({ organizations: ORGANIZATIONS });
    const { standin, clock } = harness.sync;
    const held = standin.hold({ path: '/profile', nth: 2 });
    harness.check.start();
    const arrived = held.arrived.then(() => true);
    let isThere = false;
    void arrived.then(() => (isThere = true));
    await harness.sync.until(() => isThere);
    clock.set(clock.now() + by);
    held.release();
    await harness.ended(1);
    expect(harness.asked).toHaveLength(ORGANIZATIONS);

    harness.forgetRequests();
    await pass(harness.sync, 50 * MINUTE);
    expect(harness.runs).toBe(1);
    expect(standin.requests).toHaveLength(0);
    await pass(harness.sync, 20 * MINUTE);
    await harness.ended(2);
    expect(harness.runs).toBe(2);
  },
);

test.each(JUMPS)(
  'between two background checks, clock set by %i ms: one check per interval, and at most one more',
  async (by) => {
    const harness = await CheckHarness.start({ organizations: ORGANIZATIONS });
    await harness.firstRun();
    await pass(harness.sync, 20 * MINUTE);
    harness.sync.clock.set(harness.sync.clock.now() + by);
    await pass(harness.sync, 3 * HOUR);
    expect(harness.runs).toBeGreaterThanOrEqual(4);
    expect(harness.runs).toBeLessThanOrEqual(1 + 3 + 1);
  },
);
