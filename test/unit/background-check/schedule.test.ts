/** When the background check runs: a moment after the start, at its interval, once after a sleep, never twice at once. */
import { afterEach, expect, test } from 'vitest';
import { MOMENT_MS } from '../../../src/main/background-check/schedule';
import { CheckHarness, closeHarnesses } from './harness';

const HOUR = 3_600_000;

afterEach(closeHarnesses);

test('a check that is due at the start waits a moment, then the interval counts from its end', async () => {
  const harness = await CheckHarness.start();
  const { clock } = harness.sync;
  const began = clock.now();
  harness.check.start();
  expect(harness.check.status()).toMatchObject({ running: false, nextAt: began + MOMENT_MS });
  clock.advance(MOMENT_MS - 1);
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

test('a restart goes on counting from the last check', async () => {
  const harness = await CheckHarness.start();
  await harness.first();
  const { clock } = harness.sync;
  const endedAt = clock.now();
  clock.advance(HOUR / 2);
  await harness.restart();
  harness.check.start();
  expect(harness.check.status()).toMatchObject({ endedAt, nextAt: endedAt + HOUR });
  await harness.restart();
  clock.set(endedAt + HOUR);
  harness.check.start();
  expect(harness.check.status().nextAt).toBe(clock.now() + MOMENT_MS);
});

test('a check that an end of the app cut off is not counted', async () => {
  const harness = await CheckHarness.start();
  harness.check.start();
  const hold = harness.sync.standin.hold({ path: '/organizations' });
  harness.sync.clock.advance(MOMENT_MS);
  await hold.arrived;
  harness.check.stop();
  await harness.sync.until(() => !harness.check.status().running, { clock: false });
  await harness.restart();
  harness.check.start();
  expect(harness.check.status()).toMatchObject({
    endedAt: null,
    nextAt: harness.sync.clock.now() + MOMENT_MS,
  });
});

test('after sleeping through many intervals there is one check', async () => {
  const harness = await CheckHarness.start();
  await harness.first();
  const { clock } = harness.sync;
  // The computer sleeps: the clock goes on, the timers do not. They do within a minute of waking.
  clock.set(clock.now() + 100 * HOUR);
  clock.advance(60_000);
  expect(harness.runs).toBe(2);
  await harness.ended(2);
  clock.advance(HOUR - 1);
  expect(harness.runs).toBe(2);
});

test('a clock set back a year neither forgets the check nor repeats it', async () => {
  const harness = await CheckHarness.start();
  await harness.first();
  const { clock } = harness.sync;
  clock.set(clock.now() - 8_760 * HOUR);
  clock.advance(60_000);
  expect(harness.runs).toBe(2);
  await harness.ended(2);
  clock.advance(HOUR - 1);
  expect(harness.runs).toBe(2);
  clock.advance(1);
  expect(harness.runs).toBe(3);
  await harness.ended(3);
});

test('a run longer than its interval is not joined by another', async () => {
  const harness = await CheckHarness.start();
  harness.every = '15-minutes';
  harness.check.start();
  const hold = harness.sync.standin.hold({ path: '/organizations' });
  harness.sync.clock.advance(MOMENT_MS);
  await hold.arrived;
  // The request ends at its time limit; the clock meanwhile passes several intervals.
  harness.sync.clock.set(harness.sync.clock.now() + 4 * HOUR);
  harness.check.settingsChanged();
  harness.check.runNow();
  expect(harness.runs).toBe(1);
  hold.release();
  await harness.ended(1);
  expect(harness.runs).toBe(1);
  expect(harness.requests.filter((request) => request === 'LIST')).toHaveLength(1);
});

test('off: nothing runs by itself, and a run under way ends, unless a person asked for it', async () => {
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
  clock.advance(MOMENT_MS);
  await hold.arrived;
  harness.every = 'off';
  harness.check.settingsChanged();
  await harness.ended(1);
  expect(harness.check.status()).toMatchObject({ endedAt: null, failure: null, nextAt: null });
  hold.release();

  const asked = standin.hold({ path: '/organizations' });
  harness.check.runNow();
  await asked.arrived;
  harness.check.settingsChanged();
  asked.release();
  await harness.ended(2);
  expect(harness.check.status()).toMatchObject({ endedAt: clock.now(), failure: null });
});

test('nothing to check: the first check is over at once and asks nobody', async () => {
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

test('the network ends a run, its failure is kept, and a run is made up for when it is back', async () => {
  const harness = await CheckHarness.start();
  const { standin, clock } = harness.sync;
  await harness.first();
  await standin.goOffline();
  harness.quiet();
  clock.advance(HOUR);
  await harness.ended(2);
  const { failure, nextAt } = harness.check.status();
  expect(failure?.code).toMatch(/^network\./);
  expect(nextAt).toBe(clock.now() + HOUR);
  await standin.goOnline();
  harness.check.cameOnline();
  harness.check.cameOnline();
  expect(harness.check.status().nextAt).toBe(clock.now() + MOMENT_MS);
  clock.advance(MOMENT_MS);
  await harness.ended(3);
  expect(harness.check.status()).toMatchObject({ failure: null, nextAt: clock.now() + HOUR });
  // Nothing is owed any more.
  harness.check.cameOnline();
  expect(harness.check.status().nextAt).toBe(clock.now() + HOUR);
});
