/** Many changes while nothing gets through ask as often as one would, and are fast again once one does. */
import { afterEach, expect, test } from 'vitest';
import { applyEvent } from '../../../src/main/changes/repository';
import { pageOf } from '../../../src/main/organizations/handlers';
import { createCircuitBreaker } from '../../../src/main/sync/circuit-breaker';
import { SMALL_JOB } from '../../../src/shared/bulk';
import { Clock } from '../cloudflare/clock';
import { valueOf } from '../cloudflare/harness';
import { turns } from '../event-loop';
import { addSignIn, asked, stateIs, useLimit } from './helpers';
import { closeWorlds, SyncWorld } from './harness';

afterEach(closeWorlds);

const unreachable = { code: 'network.unreachable' } as const;

/** Submits the change of one organization as part of a job over so many that it is not a small one. */
function submitJob(world: SyncWorld, id: string, text: string): void {
  const edits = { business_name: { text, seen: world.saved(id)!.business_name } };
  world.write((tables) => {
    const run = { id: 'job', kind: 'change', at: 1, stage: 'sending', paused: false } as const;
    tables.bulk.add({ ...run, fields: ['business_name'] });
    const others = Array.from({ length: SMALL_JOB }, (_, number) => {
      const other = number.toString(16).padStart(32, '0');
      tables.organizations.put({
        id: other,
        name: '',
        credentialId: null,
        addedAt: 1,
        seenAt: null,
      });
      return { organizationId: other, plan: {} };
    });
    tables.bulk.addItems('job', [...others, { organizationId: id, plan: {} }]);
    applyEvent(tables, id, { type: 'submitJob', job: 'job', edits }, { at: 1 });
  });
}

function createBreaker() {
  const clock = new Clock();
  const breaker = createCircuitBreaker({ now: clock.now, random: () => 0.999_999 });
  const fail = (): boolean => breaker.failed(unreachable, breaker.started());
  return { clock, breaker, fail, wait: () => Math.max(0, breaker.from() - clock.now()) };
}

test('opens at a failure that all would meet, with waits that grow to five minutes', () => {
  const { breaker, fail, wait } = createBreaker();
  expect([breaker.isOpen(), wait()]).toEqual([false, 0]);
  const waits = Array.from({ length: 10 }, () => {
    expect(fail()).toBe(true);
    return wait();
  });
  expect(waits).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000,
  ]);
  expect(breaker.isOpen()).toBe(true);
  breaker.retry();
  expect([breaker.isOpen(), wait()]).toEqual([true, 0]);
  breaker.passed();
  expect(breaker.isOpen()).toBe(false);
});

test('sends that started together count as one failure', () => {
  const { breaker, wait } = createBreaker();
  const started = [breaker.started(), breaker.started(), breaker.started()];
  const counted = started.map((one) => breaker.failed(unreachable, one));
  expect(counted).toEqual([true, false, false]);
  expect(wait()).toBe(1_000);
});

test.each([
  ['network.timed-out', true],
  ['cloudflare.trouble', true],
  ['cloudflare.unreadable', true],
  ['store.full', true],
  ['cloudflare.rate-limited', false],
  ['organization.forbidden', false],
] as const)('%s opens it: %s', (code, isOpen) => {
  const { breaker } = createBreaker();
  breaker.failed({ code }, breaker.started());
  expect(breaker.isOpen()).toBe(isOpen);
});

test('a clock set back does not stretch the wait', () => {
  const { clock, breaker, fail, wait } = createBreaker();
  fail();
  clock.set(clock.now() - 86_400_000);
  expect(wait()).toBe(0);
  expect(breaker.isOpen()).toBe(true);
});

/** Counts sends, also those whose requests never arrive: each of them leaves a step. */
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

test('Cloudflare fails: a network that answers is no reason to try all of them', async () => {
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

test.each(['of another user', 'of a job of this user'])(
  'a wait for the limit %s does not keep a save from trying the way',
  async (whose) => {
    const world = await SyncWorld.start();
    const [first = '', waits = ''] = world.ids;
    world.random = 0.999;
    world.standin.faults.add({ mode: 'reset', times: 1 });
    world.submit({ business_name: 'New' }, first);
    await stateIs(world, 'waiting', first);
    // The limit is used up, for the other user or for a job, which may use less of it than a save.
    const isOther = whose === 'of another user';
    if (isOther) addSignIn(world, [first]);
    const release = await useLimit(world, { leave: isOther ? 0 : 3 });
    if (isOther) world.submit({ business_name: 'Waits' }, waits);
    else submitJob(world, waits, 'Waits');
    await turns();
    expect(asked(world)).not.toContain(waits);
    world.submit({ business_name: 'Newer' }, first);
    await world.until(() => world.row(first) === null, { clock: false });
    expect(world.saved(first)?.business_name).toBe('Newer');
    release();
  },
);
