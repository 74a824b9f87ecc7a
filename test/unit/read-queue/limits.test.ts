/**
 * Background checks of up to 10,000 organizations with Cloudflare's real limits, while other work
 * continues.
 */
import { afterEach, expect, test } from 'vitest';
import { DUE_DELAY_MS } from '../../../src/main/read-queue/schedule';
import { CheckHarness, closeHarnesses } from './harness';

afterEach(closeHarnesses);

/**
 * Waits until the check has used up its share of the limit: no more requests while the clock stands
 * still.
 */
async function untilShareUsedUp({ sync }: CheckHarness): Promise<void> {
  let still = 0;
  let before = 0;
  await sync.until(
    () => {
      const count = sync.standin.requests.length;
      still = count === before ? still + 1 : 0;
      before = count;
      return still > 2_000;
    },
    { clock: false },
  );
}

test(
  'waits once its share of the limit is used up, while a person does not wait and nothing is refused',
  { timeout: 120_000 },
  async () => {
    const start = Date.UTC(2026, 10, 24, 9);
    let time = (): number => start;
    const harness = await CheckHarness.start({
      organizations: 630,
      limits: {},
      now: () => time(),
    });
    const { clock, standin, profileReader } = harness.sync;
    time = clock.now;
    // The check is due because there was none yet.
    harness.check.start();
    // In steps with a time limit each, for busy machines.
    for (let count = 90; count <= 570; count += 60) {
      await harness.sync.until(() => standin.requests.length >= count);
    }
    const startedAt = clock.now();
    // A person opens a page that the check reaches only much later, then one for which the check
    // already waits.
    await profileReader.read(harness.sync.ids.at(-1)!, { isPageOpen: true });
    await untilShareUsedUp(harness);
    const waiting = harness.sync.ids[harness.asked.at(-1)!]!;
    const wasAsked = (): boolean => standin.requests.some(({ route }) => route.includes(waiting));
    expect(wasAsked()).toBe(false);
    const opened = profileReader.read(waiting, { isPageOpen: true });
    await harness.sync.until(wasAsked, { clock: false });
    await opened;
    expect(clock.now()).toBe(startedAt);
    await harness.ended(1);
    expect(clock.now() - startedAt).toBeGreaterThan(240_000);
    expect(new Set(harness.requests).size).toBe(631);
    expect(standin.requests.filter(({ status }) => status === 429)).toEqual([]);
    expect(standin.violations).toEqual([]);
    expect(harness.check.status()).toMatchObject({ failure: null, changed: 0 });
  },
);

test(
  'checks 1,000 for a person within one window of the limit, and reads an opened page first',
  { timeout: 120_000 },
  async () => {
    const start = Date.UTC(2026, 10, 24, 9);
    let time = (): number => start;
    const harness = await CheckHarness.start({
      organizations: 1_000,
      limits: {},
      now: () => time(),
    });
    const { clock, standin, profileReader } = harness.sync;
    time = clock.now;
    const startedAt = clock.now();
    harness.check.start();
    harness.check.runNow();
    // The IP address has used up its limit for the first second.
    await untilShareUsedUp(harness);
    expect(standin.requests.length).toBeGreaterThan(190);
    const before = clock.now();
    await profileReader.read(harness.sync.ids.at(-1)!, { isPageOpen: true });
    expect(clock.now()).toBe(before);
    for (let count = 200; count <= 1_000; count += 100) {
      await harness.sync.until(() => standin.requests.length >= count);
    }
    await harness.ended(1);
    expect(clock.now() - startedAt).toBeLessThan(10_000);
    expect(new Set(harness.requests).size).toBe(1_001);
    expect(standin.requests.filter(({ status }) => status === 429)).toEqual([]);
    expect(standin.violations).toEqual([]);
  },
);

test('speeds up a running check as soon as a person requests one', async () => {
  const harness = await CheckHarness.start({ organizations: 60 });
  const { standin } = harness.sync;
  const first = standin.hold({ path: '/profile' });
  harness.check.start();
  await harness.sync.until(() => harness.asked.length === 4);
  harness.check.runNow();
  first.release();
  await harness.sync.until(() => harness.asked.length > 20);
  await harness.ended(1);
  expect(harness.runs).toBe(1);
});

test('also speeds up requests that already wait: the share of the limit grows immediately', async () => {
  const start = Date.UTC(2026, 10, 24, 9);
  let time = (): number => start;
  const harness = await CheckHarness.start({
    organizations: 100,
    limits: { perUser: 60 },
    now: () => time(),
  });
  const { clock, standin } = harness.sync;
  time = clock.now;
  harness.check.start();
  await harness.sync.until(() => harness.asked.length > 0);
  await untilShareUsedUp(harness);
  const before = standin.requests.length;
  expect(before).toBeLessThan(50);
  const startedAt = clock.now();
  harness.check.runNow();
  await harness.sync.until(() => standin.requests.length > before + 4, { clock: false });
  expect(clock.now()).toBe(startedAt);
  harness.check.stop();
  await harness.ended(1);
  expect(standin.requests.filter(({ status }) => status === 429)).toEqual([]);
});

test('also speeds up the request for the list that an automatic check waits for', async () => {
  const start = Date.UTC(2026, 10, 24, 9);
  let time = (): number => start;
  const harness = await CheckHarness.start({
    organizations: 100,
    limits: { perUser: 60 },
    now: () => time(),
  });
  const { clock, standin, ids, profileReader } = harness.sync;
  time = clock.now;
  for (const id of ids) void profileReader.read(id, { isPageOpen: false, priority: 'background' });
  await untilShareUsedUp(harness);
  harness.check.start();
  clock.advance(DUE_DELAY_MS);
  await untilShareUsedUp(harness);
  expect(harness.check.status().running).toBe(true);
  expect(harness.requests).not.toContain('LIST');
  const startedAt = clock.now();
  harness.check.runNow();
  await harness.sync.until(() => harness.requests.includes('LIST'), { clock: false });
  expect(clock.now()).toBe(startedAt);
  harness.check.stop();
  await harness.ended(1);
  expect(standin.requests.filter(({ status }) => status === 429)).toEqual([]);
});
