/** A job and Cloudflare's limit: its share, the person's saves beside it, other sign-ins, and the ETA. */
import { afterEach, expect, test } from 'vitest';
import { timesLeft } from '../../../src/main/bulk/eta';
import { UserLimit } from '../../../src/main/rate-limit/user-limit';
import { valueOf } from '../cloudflare/world';
import { turns } from '../event-loop';
import { BulkWorld, closeWorlds } from './world';

afterEach(closeWorlds);

const NEW = { business_phone: '+49 30 7' };
const OTHER = 'f'.repeat(16);

/** Makes the 1,080 requests that a job may, so that it waits for the window; no request is real. */
async function useUp({ sync }: BulkWorld): Promise<void> {
  const { userId } = sync.credential;
  for (let made = 4; made <= 1_080; made += 4) {
    const reservation = valueOf(await sync.deps.limiter.reserve(userId, 4, 'bulk'));
    while (reservation.take()) sync.deps.limiter.answered(userId, null);
    // An address may ask only so often in a second.
    if (made % 120 === 0) sync.clock.advance(1_200);
  }
}

test(
  'a job larger than its share: nobody is refused, a save goes first, the estimate holds',
  { timeout: 180_000 },
  async () => {
    const start = Date.UTC(2026, 10, 24, 9);
    let time = (): number => start;
    const world = await BulkWorld.start({ organizations: 340, limits: {}, now: () => time() });
    const { sync } = world;
    time = sync.clock.now;
    const person = sync.ids.at(-1)!;
    const runId = await world.change(NEW, sync.ids.slice(0, -1));
    const began = sync.clock.now();
    const estimate = world.run(runId).timeLeft!;
    for (let done = 20; done <= 300; done += 20) {
      await sync.until(() => world.run(runId).done >= done);
    }
    // The share is used up; the person's own save does not wait for the window.
    const saved = sync.clock.now();
    expect(saved - began).toBeLessThan(60_000);
    sync.submit({ business_name: 'At once' }, person);
    await sync.until(() => sync.row(person) === null, { clock: false });
    expect(sync.clock.now()).toBe(saved);
    expect(world.run(runId).done).toBeLessThan(339);
    expect(await world.ended(runId)).toMatchObject({ done: 339 });
    const took = sync.clock.now() - began;
    expect(Math.abs(took - estimate)).toBeLessThan(estimate / 10);
    expect(world.misdeeds()).toEqual([]);
  },
);

test('while a job waits for its share, a save on any page is sent at once, also on one of its own', async () => {
  const world = await BulkWorld.start({ organizations: 8 });
  const { sync } = world;
  await useUp(world);
  const runId = await world.change(NEW, sync.ids.slice(0, 6));
  await turns();
  expect(sync.standin.requests).toEqual([]);
  const [own, , , , , , free] = sync.ids as [string, ...string[]];
  sync.submit({ business_name: 'Mine' }, free);
  await sync.until(() => sync.row(free) === null, { clock: false });
  sync.submit({ business_name: 'Mine too' }, own);
  await sync.until(() => sync.row(own) === null, { clock: false });
  expect(sync.standin.profileOf(own)).toMatchObject({ ...NEW, business_name: 'Mine too' });
  expect(world.run(runId)).toMatchObject({ done: 1, waiting: 5 });
  expect(await world.ended(runId)).toMatchObject({ done: 6 });
});

test('a sign-in whose share is used up does not hold up those of another', async () => {
  const world = await BulkWorld.start({ organizations: 12 });
  const { sync } = world;
  const own = sync.authorizationOf;
  sync.authorizationOf = async (id) => {
    const found = await own(id);
    return id === OTHER && found.ok
      ? { ok: true, value: { ...found.value, userId: 'another user' } }
      : found;
  };
  const others = sync.ids.slice(6);
  sync.write((tables) => {
    const credential = tables.credentials.all()[0]!;
    tables.credentials.put({ ...credential, id: OTHER, userId: 'another user' });
    for (const id of others) {
      tables.organizations.put({ ...tables.organizations.get(id)!, credentialId: OTHER });
    }
  });
  await useUp(world);
  const runId = await world.change(NEW);
  await sync.until(() => others.every((id) => sync.row(id) === null), { clock: false });
  expect(world.run(runId)).toMatchObject({ done: 6, waiting: 6 });
  expect(await world.ended(runId)).toMatchObject({ done: 12 });
});

test('the oldest job goes first', async () => {
  const world = await BulkWorld.start({ organizations: 12 });
  const { sync } = world;
  await useUp(world);
  const first = await world.change(NEW, sync.ids.slice(0, 6));
  const second = await world.change(NEW, sync.ids.slice(6));
  await sync.until(() => world.run(first).done === 6);
  // Those that took the slots of its last ones may have ended meanwhile.
  expect(world.run(second).done).toBeLessThan(4);
  expect(await world.ended(second)).toMatchObject({ done: 6 });
});

test('a paused one is passed over, also by what waits for the limit already', async () => {
  const world = await BulkWorld.start({ organizations: 12 });
  const { sync } = world;
  await useUp(world);
  const first = await world.change(NEW, sync.ids.slice(0, 6));
  const second = await world.change(NEW, sync.ids.slice(6));
  await turns();
  await world.pause(first);
  await world.ended(second);
  expect(world.run(first)).toMatchObject({ done: 0, waiting: 6, state: 'paused' });
  for (const id of sync.ids.slice(0, 6)) {
    expect(sync.standin.requests.some(({ route }) => route.includes(id))).toBe(false);
  }
});

test('there is no ETA while nothing can be said of it', async () => {
  const world = await BulkWorld.start({ organizations: 3 });
  await useUp(world);
  const runId = await world.change(NEW);
  expect(world.run(runId).timeLeft).toBeGreaterThan(0);
  world.offline = true;
  expect(world.run(runId).timeLeft).toBeNull();
  world.offline = false;
  valueOf(await world.bulk.handlers.pause({ runId }));
  expect(world.run(runId).timeLeft).toBeNull();
});

test('1,000 changes take a quarter of an hour and more; what goes before them counts, a block too', () => {
  let now = 1_000_000;
  const limiter = new UserLimit({ elapsed: () => now, save: () => undefined });
  const options = (changes: number, own = 0) => ({
    loads: [
      { credentialId: 'a', bulkRunId: null, changes: own },
      { credentialId: 'a', bulkRunId: 'first', changes },
      { credentialId: 'a', bulkRunId: 'second', changes: 300 },
    ],
    running: ['first', 'second'],
    userOf: () => 'user',
    timeFor: (_user: string, n: number) => limiter.timeFor(n, 'bulk'),
  });
  const minutes = (changes: number, own?: number): number[] =>
    [...timesLeft(options(changes, own)).values()].map((ms) => Math.round(ms / 6_000) / 10);
  expect(minutes(1_000)).toEqual([15.1, 20.1]);
  expect(minutes(1_000, 300)).toEqual([20.1, 25.1]);
  // A few changes are limited by how long each takes, not by the limiter.
  expect(minutes(4)[0]).toBe(0);
  expect(minutes(240)[0]).toBe(1);
  for (let made = 0; made < 900; made += 1) {
    limiter.begin();
    now += 100;
    limiter.end(null, 0);
  }
  // The first of those 900 stops counting 301 s after it ended.
  expect(limiter.timeFor(3, 'bulk')).toBe(301_000 - 90_000 + 300);
  limiter.block(299_000);
  expect(limiter.timeFor(3, 'bulk')).toBe(299_000);
});

test('changes of two Cloudflare users do not wait for each other', () => {
  const left = timesLeft({
    loads: [
      { credentialId: 'a', bulkRunId: 'run', changes: 100 },
      { credentialId: 'b', bulkRunId: 'run', changes: 200 },
      { credentialId: 'c', bulkRunId: 'run', changes: 150 },
    ],
    running: ['run'],
    // Two sign-ins of one user share its limit.
    userOf: (id) => (id === 'b' ? 'one' : 'other'),
    timeFor: (_user, n) => n * 1_000,
  });
  expect(left.get('run')).toBe(750_000);
});
