/** When the background check runs: a moment after the start, at its interval, once after a sleep, never twice at once. */
import { afterEach, expect, test } from 'vitest';
import { MOMENT_MS } from '../../../src/main/background-check/schedule';
import { CheckWorld, closeWorlds } from './harness';

const HOUR = 3_600_000;

afterEach(closeWorlds);

test('a check that is due at the start waits a moment, then the interval counts from its end', async () => {
  const world = await CheckWorld.start();
  const { clock } = world.sync;
  const began = clock.now();
  world.check.start();
  expect(world.check.status()).toMatchObject({ running: false, nextAt: began + MOMENT_MS });
  clock.advance(MOMENT_MS - 1);
  expect(world.runs).toBe(0);
  clock.advance(1);
  expect(world.check.status().running).toBe(true);
  await world.ended(1);
  const endedAt = clock.now();
  expect(world.check.status()).toEqual({
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
  expect(world.runs).toBe(1);
  clock.advance(1);
  expect(world.runs).toBe(2);
  await world.ended(2);
});

test('a restart goes on counting from the last check', async () => {
  const world = await CheckWorld.start();
  await world.first();
  const { clock } = world.sync;
  const endedAt = clock.now();
  clock.advance(HOUR / 2);
  await world.restart();
  world.check.start();
  expect(world.check.status()).toMatchObject({ endedAt, nextAt: endedAt + HOUR });
  await world.restart();
  clock.set(endedAt + HOUR);
  world.check.start();
  expect(world.check.status().nextAt).toBe(clock.now() + MOMENT_MS);
});

test('a check that an end of the app cut off is not counted', async () => {
  const world = await CheckWorld.start();
  world.check.start();
  const hold = world.sync.standin.hold({ path: '/organizations' });
  world.sync.clock.advance(MOMENT_MS);
  await hold.arrived;
  world.check.stop();
  await world.sync.until(() => !world.check.status().running, { clock: false });
  await world.restart();
  world.check.start();
  expect(world.check.status()).toMatchObject({
    endedAt: null,
    nextAt: world.sync.clock.now() + MOMENT_MS,
  });
});

test('after sleeping through many intervals there is one check', async () => {
  const world = await CheckWorld.start();
  await world.first();
  const { clock } = world.sync;
  // The computer sleeps: the clock goes on, the timers do not. They do within a minute of waking.
  clock.set(clock.now() + 100 * HOUR);
  clock.advance(60_000);
  expect(world.runs).toBe(2);
  await world.ended(2);
  clock.advance(HOUR - 1);
  expect(world.runs).toBe(2);
});

test('a clock set back a year neither forgets the check nor repeats it', async () => {
  const world = await CheckWorld.start();
  await world.first();
  const { clock } = world.sync;
  clock.set(clock.now() - 8_760 * HOUR);
  clock.advance(60_000);
  expect(world.runs).toBe(2);
  await world.ended(2);
  clock.advance(HOUR - 1);
  expect(world.runs).toBe(2);
  clock.advance(1);
  expect(world.runs).toBe(3);
  await world.ended(3);
});

test('a run longer than its interval is not joined by another', async () => {
  const world = await CheckWorld.start();
  world.every = '15-minutes';
  world.check.start();
  const hold = world.sync.standin.hold({ path: '/organizations' });
  world.sync.clock.advance(MOMENT_MS);
  await hold.arrived;
  // The request ends at its time limit; the clock meanwhile passes several intervals.
  world.sync.clock.set(world.sync.clock.now() + 4 * HOUR);
  world.check.reconsider();
  world.check.runNow();
  expect(world.runs).toBe(1);
  hold.release();
  await world.ended(1);
  expect(world.runs).toBe(1);
  expect(world.requests.filter((request) => request === 'LIST')).toHaveLength(1);
});

test('off: nothing runs by itself, and a run under way ends, unless a person asked for it', async () => {
  const world = await CheckWorld.start();
  const { clock, standin } = world.sync;
  world.every = 'off';
  world.check.start();
  expect(world.check.status().nextAt).toBeNull();
  clock.advance(1_000 * HOUR);
  expect(world.runs).toBe(0);

  world.every = '1-day';
  world.check.reconsider();
  const hold = standin.hold({ path: '/organizations' });
  clock.advance(MOMENT_MS);
  await hold.arrived;
  world.every = 'off';
  world.check.reconsider();
  await world.ended(1);
  expect(world.check.status()).toMatchObject({ endedAt: null, failure: null, nextAt: null });
  hold.release();

  const asked = standin.hold({ path: '/organizations' });
  world.check.runNow();
  await asked.arrived;
  world.check.reconsider();
  asked.release();
  await world.ended(2);
  expect(world.check.status()).toMatchObject({ endedAt: clock.now(), failure: null });
});

test('nothing to check: the first check is over at once and asks nobody', async () => {
  const world = await CheckWorld.start();
  const { ids } = world.sync;
  world.sync.write((tables) => ids.forEach((id) => tables.organizations.remove(id)));
  world.check.start();
  await world.ended(1);
  expect(world.check.status()).toMatchObject({
    endedAt: world.sync.clock.now(),
    nextAt: world.sync.clock.now() + HOUR,
  });
  expect(world.requests).toEqual([]);
});

test('the network ends a run, its failure is kept, and a run is made up for when it is back', async () => {
  const world = await CheckWorld.start();
  const { standin, clock } = world.sync;
  await world.first();
  await standin.goOffline();
  world.quiet();
  clock.advance(HOUR);
  await world.ended(2);
  const { failure, nextAt } = world.check.status();
  expect(failure?.code).toMatch(/^network\./);
  expect(nextAt).toBe(clock.now() + HOUR);
  await standin.goOnline();
  world.check.cameOnline();
  world.check.cameOnline();
  expect(world.check.status().nextAt).toBe(clock.now() + MOMENT_MS);
  clock.advance(MOMENT_MS);
  await world.ended(3);
  expect(world.check.status()).toMatchObject({ failure: null, nextAt: clock.now() + HOUR });
  // Nothing is owed any more.
  world.check.cameOnline();
  expect(world.check.status().nextAt).toBe(clock.now() + HOUR);
});
