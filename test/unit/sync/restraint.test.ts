/** Many changes while nothing gets through: as quiet as one, and quick again once something does. */
import { afterEach, expect, test } from 'vitest';
import { pageOf } from '../../../src/main/organizations/organizations';
import { createRestraint } from '../../../src/main/sync/restraint';
import { Clock } from '../cloudflare/clock';
import { valueOf } from '../cloudflare/world';
import { closeWorlds, SyncWorld } from './world';

afterEach(closeWorlds);

const unreachable = { code: 'network.unreachable' } as const;

function restrained() {
  const clock = new Clock();
  const restraint = createRestraint(4, { now: clock.now, random: () => 0.999_999 });
  const fail = (): void => void restraint.met(unreachable, restraint.began());
  return { clock, restraint, fail, wait: () => Math.max(0, restraint.from() - clock.now()) };
}

test('one at a time after a failure that all would meet, after waits that grow to five minutes', () => {
  const { restraint, fail, wait } = restrained();
  expect([restraint.atOnce(), wait()]).toEqual([4, 0]);
  const waits = Array.from({ length: 10 }, () => {
    fail();
    return wait();
  });
  expect(waits).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000,
  ]);
  expect(restraint.atOnce()).toBe(1);
  restraint.lift();
  expect([restraint.atOnce(), wait()]).toEqual([1, 0]);
  restraint.passed();
  expect(restraint.atOnce()).toBe(4);
});

test('sends that began together count as one failure', () => {
  const { restraint, wait } = restrained();
  const began = [restraint.began(), restraint.began(), restraint.began()];
  for (const one of began) restraint.met(unreachable, one);
  expect(wait()).toBe(1_000);
});

test.each([
  ['network.timed-out', 1],
  ['cloudflare.trouble', 1],
  ['cloudflare.unreadable', 1],
  ['store.full', 1],
  ['cloudflare.rate-limited', 4],
  ['organization.forbidden', 4],
] as const)('%s: %i at once', (code, atOnce) => {
  const { restraint } = restrained();
  restraint.met({ code }, restraint.began());
  expect(restraint.atOnce()).toBe(atOnce);
});

test('a clock set back does not stretch the wait', () => {
  const { clock, restraint, fail, wait } = restrained();
  fail();
  clock.set(clock.now() - 86_400_000);
  expect(wait()).toBe(0);
  expect(restraint.atOnce()).toBe(1);
});

/** What was asked of the stand-in, or could not be: every attempt to send leaves a step. */
function attemptsOf(world: SyncWorld): () => number {
  let count = 0;
  const { set } = world.progress;
  world.progress.set = (id, changes) => {
    if (changes.step === 'reading') count += 1;
    set(id, changes);
  };
  return () => count;
}

test('an hour offline with forty changes waiting: no more attempts than one would make', async () => {
  const world = await SyncWorld.start({ organizations: 40 });
  world.random = 0.999;
  const attempts = attemptsOf(world);
  await world.standin.goOffline();
  for (const id of world.ids) world.submit({ business_name: 'New' }, id);
  const began = world.clock.now();
  await world.until(() => world.clock.now() - began > 3_600_000 && !world.busy());
  // One each second, two, four and so on to five minutes, and the few that began together.
  expect(attempts()).toBeLessThan(40);
  await world.standin.goOnline();
  const back = world.clock.now();
  await world.connectivity.probeNow();
  await world.until(() => world.ids.every((id) => world.row(id) === null) && !world.busy(), {
    clock: false,
  });
  expect(world.clock.now()).toBe(back);
  for (const id of world.ids) expect(world.saved(id)?.business_name).toBe('New');
});

test('Cloudflare in trouble: a network that answers is no reason to ask for all of them', async () => {
  const world = await SyncWorld.start({ organizations: 20 });
  world.random = 0.999;
  world.standin.faults.add({ mode: '500-empty', match: { path: /profile$/ } });
  for (const id of world.ids) world.submit({ business_name: 'New' }, id);
  const began = world.clock.now();
  await world.until(() => world.clock.now() - began > 600_000 && !world.busy());
  const before = world.standin.requests.length;
  expect(before).toBeLessThan(30);
  const waiting = world.ids.filter((id) => world.row(id)?.state === 'waiting');
  const waits = (): (number | null | undefined)[] =>
    waiting.map((id) => world.row(id)?.nextAttemptAt);
  const own = waits();
  expect(own.length).toBeGreaterThan(3);
  await world.connectivity.probeNow();
  await world.until(() => !world.busy(), { clock: false });
  // The probe itself, and one change that tries the way; the others keep their own waits.
  expect(world.standin.requests.length - before).toBeLessThanOrEqual(2);
  expect(waits().filter((wait, index) => wait !== own[index]).length).toBeLessThanOrEqual(1);
  world.standin.faults.clear();
  await world.until(() => world.ids.every((id) => world.row(id) === null) && !world.busy());
});

test('a change submitted while others fail is the one that tries the way', async () => {
  const world = await SyncWorld.start({ organizations: 6 });
  world.random = 0.999;
  const bad = world.ids.slice(0, 5);
  const last = world.ids[5] ?? '';
  for (const id of bad)
    world.standin.faults.add({ mode: 'reset', match: { path: `${id}/profile` } });
  for (const id of bad) world.submit({ business_name: 'New' }, id);
  await world.until(() => !world.busy(), { clock: false });
  world.submit({ business_name: 'New' }, last);
  await world.until(() => world.row(last) === null, { clock: false });
  expect(world.saved(last)?.business_name).toBe('New');
});

test('what has not been tried says why it waits, and when it goes on; then all of it is sent', async () => {
  const world = await SyncWorld.start({ organizations: 7 });
  world.random = 0.999;
  world.standin.faults.add({ mode: '503-text' });
  for (const id of world.ids) world.submit({ business_name: 'New' }, id);
  await world.until(() => world.ids.every((id) => world.row(id)?.state === 'waiting'), {
    clock: false,
  });
  const pages = world.ids.map((id) => valueOf(pageOf(world.store, world.progress, id)).change);
  expect(pages.filter((page) => page?.attempts === 0)).toHaveLength(3);
  const goesOn = world.clock.now() + 999;
  for (const page of pages) {
    expect(page?.failure?.code).toBe('cloudflare.trouble');
    expect(page?.nextAttemptAt).toBe(goesOn);
  }
  world.standin.faults.clear();
  await world.until(() => world.ids.every((id) => world.row(id) === null));
});
