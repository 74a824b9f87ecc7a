/**
 * When the background check runs: shortly after launch, at its interval, once after sleep, and
 * never twice at the same time.
 */
import { afterEach, expect, test } from 'vitest';
import { DUE_DELAY_MS } from '../../../src/main/read-queue/schedule';
import { CheckHarness, closeHarnesses } from './harness';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

afterEach(closeHarnesses);

test('waits a moment after launch if a check is due; the interval then counts from the end of the check', async () => {
  const harness = await CheckHarness.start();
  const { clock } = harness.sync;
  const startedAt = clock.now();
  harness.check.start();
  expect(harness.check.status()).toMatchObject({
    running: false,
    nextAt: startedAt + DUE_DELAY_MS,
  });
  clock.advance(DUE_DELAY_MS - 1);
  expect(harness.runs).toBe(0);
  clock.advance(1);
  expect(harness.check.status().running).toBe(true);
  await harness.ended(1);
  const endedAt = clock.now();
  expect(harness.check.status()).toEqual({
    running: false,
    done: 0,
    total: 0,
    endedAt,
    checked: 3,
    unchecked: 0,
    changed: 0,
    failure: null,
    nextAt: endedAt + HOUR,
  });
  clock.advance(HOUR - 1);
  expect(harness.runs).toBe(1);
  clock.advance(1);
  expect(harness.runs).toBe(2);
  await harness.ended(2);
});

test('continues the interval from the last check after a restart', async () => {
  const harness = await CheckHarness.start();
  await harness.firstRun();
  const { clock } = harness.sync;
  const endedAt = clock.now();
  clock.advance(HOUR / 2);
  await harness.restart();
  harness.check.start();
  expect(harness.check.status()).toMatchObject({ endedAt, nextAt: endedAt + HOUR });
  clock.set(endedAt + HOUR);
  await harness.restart();
  harness.check.start();
  expect(harness.check.status().nextAt).toBe(clock.now() + DUE_DELAY_MS);
});

test('does not count a check that was cut off when the app quit', async () => {
  const harness = await CheckHarness.start();
  harness.check.start();
  const hold = harness.sync.standin.hold({ path: '/organizations' });
  harness.sync.clock.advance(DUE_DELAY_MS);
  await hold.arrived;
  harness.check.stop();
  await harness.sync.until(() => !harness.check.status().running, { clock: false });
  await harness.restart();
  harness.check.start();
  expect(harness.check.status()).toMatchObject({
    endedAt: null,
    nextAt: harness.sync.clock.now() + DUE_DELAY_MS,
  });
});

test('runs one check after sleeping through many intervals', async () => {
  const harness = await CheckHarness.start();
  await harness.firstRun();
  const { clock } = harness.sync;
  // While the computer sleeps, clocks continue and timers do not. They fire within a minute after it wakes up.
  clock.sleep(100 * HOUR);
  clock.advance(60_000);
  expect(harness.runs).toBe(2);
  await harness.ended(2);
  clock.advance(HOUR - 1);
  expect(harness.runs).toBe(2);
});

test.each([-8_760, 8_760])('a clock set by %i hours changes nothing', async (hours) => {
  const harness = await CheckHarness.start();
  await harness.firstRun();
  const { clock } = harness.sync;
  clock.set(clock.now() + hours * HOUR);
  clock.advance(HOUR - 1);
  expect(harness.runs).toBe(1);
  clock.advance(1);
  expect(harness.runs).toBe(2);
  await harness.ended(2);
});

test('does not start another run during one that exceeds its interval', async () => {
  const harness = await CheckHarness.start();
  harness.every = '15-minutes';
  harness.check.start();
  const hold = harness.sync.standin.hold({ path: '/organizations' });
  harness.sync.clock.advance(DUE_DELAY_MS);
  await hold.arrived;
  // The clock passes several intervals before the request is answered.
  harness.sync.clock.sleep(4 * HOUR);
  harness.check.settingsChanged();
  harness.check.runNow();
  expect(harness.runs).toBe(1);
  hold.release();
  await harness.ended(1);
  expect(harness.runs).toBe(1);
  expect(harness.requests.filter((request) => request === 'LIST')).toHaveLength(1);
});

test('off: runs nothing automatically, and ends a running check unless a person asked for it', async () => {
  const harness = await CheckHarness.start();
  const { clock, standin } = harness.sync;
  harness.every = 'off';
  harness.check.start();
  expect(harness.check.status().nextAt).toBeNull();
  clock.advance(1_000 * HOUR);
  expect(harness.runs).toBe(0);

  harness.every = '1-day';
  harness.check.settingsChanged();
  const hold = standin.hold({ path: '/organizations' });
  clock.advance(DUE_DELAY_MS);
  await hold.arrived;
  harness.every = 'off';
  harness.check.settingsChanged();
  await harness.ended(1);
  expect(harness.check.status()).toMatchObject({ endedAt: null, failure: null, nextAt: null });
  hold.release();

  const second = standin.hold({ path: '/organizations' });
  harness.check.runNow();
  await second.arrived;
  harness.check.settingsChanged();
  second.release();
  await harness.ended(2);
  expect(harness.check.status()).toMatchObject({ endedAt: clock.now(), failure: null });
});

test('ends the first check immediately, without a request, when there is nothing to check', async () => {
  const harness = await CheckHarness.start();
  const { ids } = harness.sync;
  harness.sync.write((tables) => ids.forEach((id) => tables.organizations.remove(id)));
  harness.check.start();
  await harness.ended(1);
  expect(harness.check.status()).toMatchObject({
    endedAt: harness.sync.clock.now(),
    nextAt: harness.sync.clock.now() + HOUR,
  });
  expect(harness.requests).toEqual([]);
});

test('ends a run when the network fails, keeps the failure, and checks again when the network is back', async () => {
  const harness = await CheckHarness.start();
  const { standin, clock } = harness.sync;
  await harness.firstRun();
  await standin.goOffline();
  clock.advance(HOUR);
  await harness.ended(2);
  const { failure, nextAt } = harness.check.status();
  expect(failure?.code).toMatch(/^network\./);
  expect(nextAt).toBe(clock.now() + 5 * MINUTE);
  await standin.goOnline();
  harness.check.onNetworkRecovered();
  harness.check.onNetworkRecovered();
  expect(harness.check.status().nextAt).toBe(clock.now() + DUE_DELAY_MS);
  clock.advance(DUE_DELAY_MS);
  await harness.ended(3);
  expect(harness.check.status()).toMatchObject({ failure: null, nextAt: clock.now() + HOUR });
  // Nothing is left to catch up on.
  harness.check.onNetworkRecovered();
  expect(harness.check.status().nextAt).toBe(clock.now() + HOUR);
});

test('repeats a check that the network ended, later each time, up to the interval', async () => {
  const harness = await CheckHarness.start();
  const { standin, clock, id } = harness.sync;
  harness.every = '15-minutes';
  const works = standin.faults.add({ mode: 'reset', match: { path: `${id}/profile` } });
  await harness.firstRun();
  const nextIn = (): number => (harness.check.status().nextAt ?? NaN) - clock.now();
  expect(nextIn()).toBe(5 * MINUTE);
  await harness.ended(2);
  expect(nextIn()).toBe(10 * MINUTE);
  await harness.ended(3);
  expect(nextIn()).toBe(15 * MINUTE);
  await harness.restart();
  harness.check.start();
  expect(nextIn()).toBe(5 * MINUTE);
  works();
  await harness.ended(4);
  expect(harness.check.status()).toMatchObject({ checked: 3, failure: null });
  expect(nextIn()).toBe(15 * MINUTE);
});

test('repeats a check that Cloudflare ended by failing again and again, also after a restart', async () => {
  const harness = await CheckHarness.start({ organizations: 12 });
  const { standin, clock } = harness.sync;
  harness.every = '1-day';
  const works = standin.faults.add({ mode: '502-nginx-html', match: { path: /profile$/ } });
  await harness.firstRun();
  const nextIn = (): number => (harness.check.status().nextAt ?? NaN) - clock.now();
  expect(harness.check.status().failure?.code).toBe('cloudflare.unavailable');
  expect(nextIn()).toBe(5 * MINUTE);
  await harness.restart();
  harness.check.start();
  expect(nextIn()).toBe(5 * MINUTE);
  works();
  await harness.ended(2);
  expect(harness.check.status()).toMatchObject({ checked: 12, failure: null });
  expect(nextIn()).toBe(24 * HOUR);
});

test('waits its interval after a check in which Cloudflare failed for one organization only', async () => {
  const harness = await CheckHarness.start({ organizations: 12 });
  const { standin, clock, id } = harness.sync;
  standin.faults.add({ mode: '502-nginx-html', match: { path: `${id}/profile` } });
  await harness.firstRun();
  expect(harness.check.status()).toMatchObject({
    failure: { code: 'cloudflare.unavailable' },
    nextAt: clock.now() + HOUR,
  });
});

test('does not repeat a check that succeeds although the network recovers only during it', async () => {
  const harness = await CheckHarness.start();
  const { standin, clock } = harness.sync;
  await standin.goOffline();
  await harness.firstRun();
  await standin.goOnline();
  const hold = standin.hold({ path: '/organizations' });
  harness.check.runNow();
  await hold.arrived;
  harness.check.onNetworkRecovered();
  hold.release();
  await harness.ended(2);
  expect(harness.check.status()).toMatchObject({ failure: null, nextAt: clock.now() + HOUR });
});
