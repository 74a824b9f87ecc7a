/** A job while it is sent: pause, resume, cancel, failures, and what is done on a page meanwhile. */
import { afterEach, expect, test } from 'vitest';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { valueOf } from '../cloudflare/world';
import { turns } from '../event-loop';
import { BulkWorld, closeWorlds } from './world';

afterEach(closeWorlds);

const NEW = { business_phone: '+49 30 7' };

/** Requests that wrote the profile of an organization. */
function puts({ sync }: BulkWorld, id = ''): string[] {
  return sync.standin.requests
    .filter(({ method, route }) => method === 'PUT' && route.includes(id))
    .map(({ route }) => route.split('/')[2] ?? '');
}

function phoneOf(world: BulkWorld, id: string): string | undefined {
  return world.sync.standin.profileOf(id)?.business_phone;
}

test('every organization is changed, in order, and the window hears of it', async () => {
  const world = await BulkWorld.start({ organizations: 9 });
  const runId = await world.change(NEW);
  expect(world.run(runId)).toMatchObject({
    kind: 'change',
    fields: ['business_phone'],
    total: 9,
    state: 'running',
  });
  world.bulk.changed();
  expect(await world.ended(runId)).toMatchObject({ done: 9, state: 'ended', timeLeft: null });
  for (const id of world.ids) expect(phoneOf(world, id)).toBe(NEW.business_phone);
  // A few at once, so neighbours may change places, but nothing is far from its turn.
  puts(world).forEach((id, index) => {
    expect(Math.abs(world.ids.indexOf(id) - index)).toBeLessThan(4);
  });
  world.bulk.changed();
  expect(world.told.at(-1)).toEqual(world.runs());
  const heard = world.told.length;
  world.bulk.changed();
  expect(world.told).toHaveLength(heard);
  expect(world.misdeeds()).toEqual([]);
});

test('a paused job sends nothing more, whatever else wakes the scheduler; resumed it goes on', async () => {
  const world = await BulkWorld.start({ organizations: 8 });
  const { sync } = world;
  // Two are reading and two wait for the budget when it is paused: they write nothing any more.
  const holds = world.ids.map((id) => sync.standin.hold({ method: 'GET', path: `${id}/profile` }));
  const runId = await world.change(NEW);
  await sync.until(() => sync.standin.requests.length === 2, { clock: false });
  valueOf(await world.bulk.handlers.pause({ runId }));
  await sync.until(() => !sync.busy(), { clock: false });
  for (const hold of holds) hold.release();
  sync.scheduler.wake();
  sync.scheduler.cameOnline();
  sync.scheduler.retryNow();
  sync.clock.advance(600_000);
  await turns();
  expect(world.run(runId)).toMatchObject({ state: 'paused', waiting: 8, timeLeft: null });
  await world.restart();
  await turns();
  expect(sync.standin.requests).toHaveLength(2);
  expect(world.run(runId).state).toBe('paused');
  valueOf(await world.bulk.handlers.resume({ runId }));
  expect(await world.ended(runId)).toMatchObject({ done: 8 });
  expect(puts(world)).toHaveLength(8);
});

test('a change that is being written when its job is paused or cancelled ends truthfully', async () => {
  const world = await BulkWorld.start({ organizations: 6 });
  const { sync } = world;
  const [first] = world.ids as [string];
  const hold = sync.standin.hold({ method: 'PUT', path: `${first}/profile` }, 'after');
  const reading = world.ids.slice(1);
  const holds = reading.map((id) => sync.standin.hold({ method: 'GET', path: `${id}/profile` }));
  const runId = await world.change(NEW);
  await sync.until(() => puts(world).length === 1, { clock: false });
  valueOf(await world.bulk.handlers.cancel({ runId }));
  expect(world.run(runId)).toMatchObject({ waiting: 1, cancelled: 5, state: 'running' });
  for (const one of [hold, ...holds]) one.release();
  expect(await world.ended(runId)).toMatchObject({ done: 1, cancelled: 5, failed: 0 });
  expect(world.result(runId, first)?.state).toBe('done');
  expect(puts(world)).toEqual([first]);
  for (const id of reading) {
    expect(sync.row(id)).toBeNull();
    expect(world.revisions(id)).toMatchObject([{ kind: 'discarded', fields: NEW }]);
  }
});

test('each fails by itself and says why; what may be over is tried again, a conflict is not', async () => {
  const world = await BulkWorld.start({ organizations: 4 });
  const { sync } = world;
  const [good, refused, conflict, other] = world.ids as [string, string, string, string];
  sync.standin.faults.add({ mode: 'validation-error', match: { path: `${refused}/profile` } });
  sync.standin.setProfile(conflict, { business_phone: 'theirs' });
  const runId = await world.change(NEW);
  expect(await world.ended(runId)).toMatchObject({ done: 2, failed: 2, state: 'ended' });
  expect(world.results(runId)).toMatchObject([
    { organizationId: good, state: 'done', failure: null },
    { organizationId: refused, state: 'failed', failure: { code: 'profile.refused' } },
    { organizationId: conflict, state: 'failed', failure: { code: 'profile.conflict' } },
    { organizationId: other, state: 'done', failure: null },
  ]);
  sync.standin.faults.clear();
  valueOf(await world.bulk.handlers.retryFailed({ runId }));
  expect(world.run(runId)).toMatchObject({ waiting: 1, failed: 1, state: 'running' });
  expect(await world.ended(runId)).toMatchObject({ done: 3, failed: 1 });
  // The person decides about it on its page, where it is no longer the job's turn but theirs.
  valueOf(sync.resolve([], conflict));
  expect(sync.row(conflict)?.bulkRunId).toBeNull();
  expect(await world.ended(runId)).toMatchObject({ done: 4, failed: 0 });
});

test('a conflict that is given up on its page is not done', async () => {
  const world = await BulkWorld.start({ organizations: 1 });
  const [id] = world.ids as [string];
  world.sync.standin.setProfile(id, { business_phone: 'theirs' });
  const runId = await world.change(NEW);
  await world.ended(runId);
  valueOf(world.sync.resolve(['business_phone'], id));
  expect(world.run(runId)).toMatchObject({ cancelled: 1, failed: 0 });
});

test('a sign-in that is down fails its changes together; healed, they go on', async () => {
  const world = await BulkWorld.start({ organizations: 30 });
  const { sync } = world;
  sync.standin.faults.add({ mode: '403-9103' });
  const runId = await world.change(NEW);
  expect(await world.ended(runId)).toMatchObject({ failed: 30, waiting: 0 });
  expect(sync.standin.requests.length).toBeLessThanOrEqual(4);
  sync.standin.faults.clear();
  valueOf(await world.bulk.handlers.retryFailed({ runId }));
  expect(await world.ended(runId)).toMatchObject({ done: 30 });
});

test('organizations without a sign-in fail without a request, however many they are', async () => {
  const world = await BulkWorld.start({ organizations: 30 });
  world.sync.write((tables) => tables.organizations.release('0123456789abcdef'));
  const runId = await world.change(NEW);
  expect(await world.ended(runId)).toMatchObject({ failed: 30 });
  expect(world.result(runId, world.ids[0]!)?.failure).toEqual({ code: 'sign-in.none' });
  expect(world.sync.standin.requests).toEqual([]);
});

test('what is done on a page shows in the job', async () => {
  const world = await BulkWorld.start({ organizations: 5 });
  const { sync } = world;
  const [gone, contained, other, accepted, removed] = world.ids as [string, ...string[]];
  sync.standin.faults.add({ mode: 'stores-differently', match: { path: `${accepted}/profile` } });
  const plan = await world.plan(NEW);
  const runId = valueOf(await world.submitPlan(plan));
  valueOf(await world.bulk.handlers.pause({ runId }));
  await sync.until(() => !sync.busy(), { clock: false });
  expect(world.run(runId)).toMatchObject({ waiting: 5, state: 'paused' });

  sync.discard(gone);
  expect(world.result(runId, gone)?.state).toBe('cancelled');
  // A save on the page does not wait for the paused job; where it contains the job's text, the job gets done.
  sync.submit({ business_name: 'And this' }, contained);
  await sync.until(() => sync.row(contained) === null && !sync.busy());
  expect(sync.standin.profileOf(contained!)).toMatchObject({ ...NEW, business_name: 'And this' });
  expect(world.result(runId, contained!)?.state).toBe('done');
  sync.submit({ business_phone: 'their own' }, other);
  expect(world.result(runId, other!)?.state).toBe('cancelled');
  // *Try again now* on the page sends it at once, too.
  valueOf(await sync.changes.retry({ organizationId: accepted! }));
  await sync.until(() => sync.row(accepted)?.state === 'refused' && !sync.busy());
  expect(world.result(runId, accepted!)).toMatchObject({
    state: 'failed',
    failure: { code: 'profile.stored-differently' },
  });
  valueOf(await sync.changes.acceptAsStored({ organizationId: accepted! }));
  expect(world.result(runId, accepted!)).toMatchObject({ state: 'done', failure: null });
  sync.write((tables) => tables.organizations.remove(removed!));
  expect(world.run(runId)).toMatchObject({ total: 4, done: 2, cancelled: 2, state: 'ended' });
});

test('saved again on the page while the job writes: Cloudflare confirming the text is the truth', async () => {
  const world = await BulkWorld.start({ organizations: 1 });
  const { sync } = world;
  const [id] = world.ids as [string];
  const hold = sync.standin.hold({ method: 'PUT', path: `${id}/profile` }, 'after');
  const runId = await world.change(NEW);
  await sync.until(() => puts(world).length === 1, { clock: false });
  sync.submit({ business_phone: 'newer' }, id);
  expect(world.result(runId, id)?.state).toBe('cancelled');
  hold.release();
  await sync.until(() => sync.row(id) === null && !sync.busy());
  expect(world.result(runId, id)?.state).toBe('done');
  expect(phoneOf(world, id)).toBe('newer');
});

test('a second job over the first: the first one stands for what the second one contains', async () => {
  const world = await BulkWorld.start({ organizations: 2 });
  const { sync } = world;
  const first = await world.change({ business_name: 'First' });
  valueOf(await world.bulk.handlers.pause({ runId: first }));
  await sync.until(() => !sync.busy(), { clock: false });
  const second = await world.change(NEW);
  valueOf(await world.bulk.handlers.pause({ runId: second }));
  await sync.until(() => !sync.busy(), { clock: false });
  valueOf(await world.bulk.handlers.resume({ runId: first }));
  // Resumed or not, the first has nothing to send any more: it waits for the second.
  await turns();
  expect(world.run(first)).toMatchObject({ waiting: 2, state: 'running', timeLeft: null });
  valueOf(await world.bulk.handlers.resume({ runId: second }));
  // In another field, so nothing was in the way: both texts are sent together.
  expect(await world.ended(second)).toMatchObject({ done: 2 });
  expect(world.run(first)).toMatchObject({ done: 2, state: 'ended' });
  expect(sync.standin.profileOf(world.ids[0]!)).toMatchObject({ ...NEW, business_name: 'First' });
  expect(puts(world)).toHaveLength(2);
});

test('an ended job is dismissed, one that still sends is not; nothing pending is lost by it', async () => {
  const world = await BulkWorld.start({ organizations: 2 });
  const { sync } = world;
  const [done, refused] = world.ids as [string, string];
  sync.standin.faults.add({ mode: 'validation-error', match: { path: `${refused}/profile` } });
  const runId = await world.change(NEW);
  expect(await world.bulk.handlers.dismiss({ runId })).toMatchObject({
    failure: { code: 'bulk.not-over' },
  });
  await world.ended(runId);
  valueOf(await world.bulk.handlers.dismiss({ runId }));
  expect(world.runs()).toEqual([]);
  expect(sync.row(refused)).toMatchObject({ state: 'refused', desired: NEW });
  expect(sync.row(done)).toBeNull();
  const none = { failure: { code: 'bulk.none' } };
  expect(await world.bulk.handlers.results({ runId })).toMatchObject(none);
  expect(await world.bulk.handlers.pause({ runId })).toMatchObject(none);
  expect(await world.bulk.handlers.exportResults({ runId })).toMatchObject(none);
  // It is still sent when the person tries again.
  sync.standin.faults.clear();
  sync.scheduler.retryNow(refused);
  await sync.until(() => sync.row(refused) === null && !sync.busy());
  expect(phoneOf(world, refused)).toBe(NEW.business_phone);
});

test('jobs and their results survive a restart, and its changes go on', async () => {
  const world = await BulkWorld.start({ organizations: 6 });
  const { sync } = world;
  const runId = await world.change(NEW);
  await sync.until(() => world.run(runId).done >= 2, { clock: false });
  await world.restart();
  expect(await world.ended(runId)).toMatchObject({ done: 6, total: 6 });
  await world.restart();
  expect(world.results(runId).map(({ state }) => state)).toEqual(Array(6).fill('done'));
});

test('an organization whose profile does not exist yet gets one', async () => {
  const world = await BulkWorld.start({ organizations: 1 });
  const { sync } = world;
  const [id] = world.ids as [string];
  sync.standin.setProfile(id, null);
  sync.write((tables) => {
    const saved = tables.profiles.get(id)!;
    tables.profiles.put({ ...saved, fields: null });
  });
  const runId = await world.change(NEW);
  expect(await world.ended(runId)).toMatchObject({ done: 1 });
  expect(sync.standin.profileOf(id)).toEqual({ ...EMPTY_PROFILE, ...NEW });
});
