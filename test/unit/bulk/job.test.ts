/** A job while it is sent: pausing, failures, other jobs, and what is done on a page meanwhile. */
import { afterEach, describe, expect, test } from 'vitest';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { valueOf } from '../cloudflare/harness';
import { turns } from '../event-loop';
import { asked, withoutProfile } from '../sync/helpers';
import { SIGN_IN } from '../sync/harness';
import { BulkWorld, closeWorlds } from './harness';

afterEach(closeWorlds);

const NEW = { business_phone: '+49 30 7' };
const REPLACED = { state: 'cancelled', failure: { code: 'change.replaced' } };
const THEIRS_KEPT = { state: 'cancelled', failure: { code: 'change.theirs-kept' } };

/** The text at Cloudflare. */
const remote = ({ sync }: BulkWorld, id: string) => sync.standin.profileOf(id);
const path = (id: string) => ({ path: `${id}/profile` });

test('every organization is changed, in order, and the window is notified', async () => {
  const world = await BulkWorld.start({ organizations: 9 });
  const runId = await world.change(NEW);
  expect(world.run(runId)).toMatchObject({
    kind: 'change',
    fields: ['business_phone'],
    total: 9,
    state: 'running',
  });
  expect(await world.ended(runId)).toMatchObject({ done: 9, state: 'ended', timeLeft: null });
  for (const id of world.ids) expect(remote(world, id)).toMatchObject(NEW);
  // A few at once, so neighbours may change places, but nothing is far from its turn.
  asked(world.sync, 'PUT').forEach((id, index) => {
    expect(Math.abs(world.ids.indexOf(id) - index)).toBeLessThan(4);
  });
  expect(world.misdeeds()).toEqual([]);
});

describe('a paused job', () => {
  test('sends nothing more, whatever wakes the scheduler; resumed it continues', async () => {
    const world = await BulkWorld.start({ organizations: 8 });
    const { sync } = world;
    // Four are reading when it is paused: they write nothing any more.
    const holds = world.ids.map((id) => sync.standin.hold({ method: 'GET', ...path(id) }));
    const runId = await world.change(NEW);
    await sync.until(() => sync.standin.requests.length === 4, { clock: false });
    await world.pause(runId);
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
    expect(sync.standin.requests).toHaveLength(4);
    expect(world.run(runId).state).toBe('paused');
    await world.resume(runId);
    expect(await world.ended(runId)).toMatchObject({ done: 8 });
    expect(asked(sync, 'PUT')).toHaveLength(8);
  });

  test('lets a change that is being written end', async () => {
    const world = await BulkWorld.start({ organizations: 6 });
    const { sync } = world;
    const [first] = world.ids as [string];
    const hold = sync.standin.hold({ method: 'PUT', ...path(first) }, 'after');
    const reads = world.ids.slice(1).map((id) => sync.standin.hold(path(id)));
    const runId = await world.change(NEW);
    await sync.until(() => asked(sync, 'PUT').length === 1, { clock: false });
    await world.pause(runId);
    for (const one of [hold, ...reads]) one.release();
    await sync.until(() => !sync.busy(), { clock: false });
    expect(world.run(runId)).toMatchObject({ done: 1, waiting: 5, state: 'paused' });
    expect(asked(sync, 'PUT')).toEqual([first]);
  });

  test('holds its field while the person’s field of the same change is sent', async () => {
    const world = await BulkWorld.start({ organizations: 1 });
    const { sync } = world;
    const [id] = world.ids as [string];
    const before = sync.saved(id)!.business_phone;
    await sync.standin.goOffline();
    const runId = await world.change(NEW);
    await world.pause(runId);
    await sync.standin.goOnline();
    sync.submit({ business_name: 'Mine' }, id);
    await sync.until(() => remote(world, id)?.business_name === 'Mine' && !sync.busy());
    await turns();
    expect(remote(world, id)?.business_phone).toBe(before);
    expect(sync.row(id)).toMatchObject({
      state: 'queued',
      bulkRunId: runId,
      patch: { business_phone: { text: NEW.business_phone, job: runId } },
    });
    expect(world.result(runId, id)?.state).toBe('waiting');
    // Nothing goes round in circles for it.
    const requests = sync.standin.requests.length;
    sync.scheduler.wake();
    sync.scheduler.retryNow(id);
    await turns();
    expect(sync.standin.requests.length - requests).toBeLessThanOrEqual(1);
    await world.resume(runId);
    expect(await world.ended(runId)).toMatchObject({ done: 1 });
    expect(remote(world, id)).toMatchObject({ ...NEW, business_name: 'Mine' });
  });

  test('does not let somebody else’s text in its field stop the person’s', async () => {
    const world = await BulkWorld.start({ organizations: 1 });
    const { sync } = world;
    const [id] = world.ids as [string];
    await sync.standin.goOffline();
    const runId = await world.change(NEW);
    await world.pause(runId);
    sync.standin.setProfile(id, { business_phone: 'theirs' });
    await sync.standin.goOnline();
    sync.submit({ business_name: 'Mine' }, id);
    await sync.until(() => remote(world, id)?.business_name === 'Mine' && !sync.busy());
    expect(remote(world, id)?.business_phone).toBe('theirs');
    // Only when it is resumed it asks.
    await world.resume(runId);
    expect(await world.ended(runId)).toMatchObject({ failed: 1 });
    expect(world.result(runId, id)?.failure?.code).toBe('profile.conflict');
    expect(remote(world, id)?.business_phone).toBe('theirs');
  });
});

describe('two jobs in one change', () => {
  /** A job for the name and one for the phone, neither of which is sent yet. */
  async function two(): Promise<{ world: BulkWorld; first: string; second: string }> {
    const world = await BulkWorld.start({ organizations: 2 });
    await world.sync.standin.goOffline();
    const first = await world.change({ business_name: 'First' });
    const second = await world.change(NEW);
    return { world, first, second };
  }

  test('are sent together, in one write', async () => {
    const { world, first, second } = await two();
    await world.sync.standin.goOnline();
    expect(await world.ended(first)).toMatchObject({ done: 2 });
    expect(await world.ended(second)).toMatchObject({ done: 2 });
    expect(asked(world.sync, 'PUT')).toHaveLength(2);
  });

  test.each([
    ['the older', 0],
    ['the newer', 1],
  ])('of which %s is paused: the other is sent, this one when it is resumed', async (_, index) => {
    const { world, first, second } = await two();
    const { sync } = world;
    const [paused, sent] = index === 0 ? [first, second] : [second, first];
    await world.pause(paused);
    const before = sync.saved()!;
    await sync.standin.goOnline();
    expect(await world.ended(sent)).toMatchObject({ done: 2, state: 'ended' });
    expect(world.run(paused)).toMatchObject({ waiting: 2, state: 'paused' });
    for (const id of world.ids) {
      const { business_name, business_phone } = remote(world, id)!;
      if (index === 0)
        expect([business_name === 'First', business_phone]).toEqual([false, NEW.business_phone]);
      else expect([business_name, business_phone === NEW.business_phone]).toEqual(['First', false]);
      expect(sync.row(id)).toMatchObject({ state: 'queued', failure: null, bulkRunId: paused });
    }
    expect(before.business_name).not.toBe('First');
    await turns();
    await world.resume(paused);
    expect(await world.ended(paused)).toMatchObject({ done: 2, state: 'ended' });
    for (const id of world.ids) {
      expect(remote(world, id)).toMatchObject({ ...NEW, business_name: 'First' });
    }
  });

  test('of which both are paused: nothing is sent', async () => {
    const { world, first, second } = await two();
    await world.pause(first);
    await world.pause(second);
    await world.sync.standin.goOnline();
    world.sync.scheduler.retryNow();
    await turns();
    expect(world.sync.standin.requests).toEqual([]);
    await world.resume(first);
    await world.ended(first);
    await world.resume(second);
    expect(await world.ended(second)).toMatchObject({ done: 2 });
  });

  test('in one field: the first gives way, and says so', async () => {
    const world = await BulkWorld.start({ organizations: 2 });
    await world.sync.standin.goOffline();
    const first = await world.change({ business_phone: 'first' });
    const second = await world.change(NEW);
    expect(world.results(first)).toMatchObject([REPLACED, REPLACED]);
    expect(world.run(first)).toMatchObject({ state: 'ended' });
    await world.sync.standin.goOnline();
    expect(await world.ended(second)).toMatchObject({ done: 2 });
    for (const id of world.ids) expect(remote(world, id)).toMatchObject(NEW);
  });
});

test('each fails by itself and says why; what may be over is tried again, a conflict is not', async () => {
  const world = await BulkWorld.start({ organizations: 4 });
  const { sync } = world;
  const [good, refused, conflict, other] = world.ids as [string, string, string, string];
  sync.standin.faults.add({ mode: 'validation-error', match: path(refused) });
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
  // The person decides about it on its page; the field is still the job's.
  valueOf(sync.resolve([], conflict));
  expect(await world.ended(runId)).toMatchObject({ done: 4, failed: 0 });
});

describe('trying failed again', () => {
  test('takes what Cloudflare stored differently', async () => {
    const world = await BulkWorld.start({ organizations: 2 });
    const { sync } = world;
    const remove = sync.standin.faults.add({ mode: 'stores-differently' });
    const runId = await world.change(NEW);
    expect(await world.ended(runId)).toMatchObject({ failed: 2 });
    expect(world.result(runId, world.ids[0]!)?.failure?.code).toBe('profile.stored-differently');
    remove();
    valueOf(await world.bulk.handlers.retryFailed({ runId }));
    expect(await world.ended(runId)).toMatchObject({ done: 2 });
  });

  test('leaves a change alone that has a field of somebody else, too', async () => {
    const world = await BulkWorld.start({ organizations: 2 });
    const { sync } = world;
    const [mixed, own] = world.ids as [string, string];
    sync.standin.faults.add({ mode: 'validation-error' });
    await sync.standin.goOffline();
    const runId = await world.change(NEW);
    sync.submit({ business_name: 'Mine' }, mixed);
    await sync.standin.goOnline();
    expect(await world.ended(runId)).toMatchObject({ failed: 2 });
    const before = sync.row(mixed);
    expect(before).toMatchObject({ state: 'refused' });
    sync.standin.faults.clear();
    valueOf(await world.bulk.handlers.retryFailed({ runId }));
    await sync.until(() => sync.row(own) === null && !sync.busy());
    expect(world.run(runId)).toMatchObject({ done: 1, failed: 1 });
    expect(sync.row(mixed)).toEqual(before);
    // Its person does that, for all of it.
    valueOf(sync.retry(mixed));
    expect(await world.ended(runId)).toMatchObject({ done: 2 });
    expect(remote(world, mixed)).toMatchObject({ ...NEW, business_name: 'Mine' });
  });
});

test('a sign-in that does not work fails its changes together; repaired, they continue', async () => {
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
  world.sync.write((tables) => tables.organizations.release(SIGN_IN));
  const runId = await world.change(NEW);
  expect(await world.ended(runId)).toMatchObject({ failed: 30 });
  expect(world.result(runId, world.ids[0]!)?.failure).toEqual({ code: 'sign-in.none' });
  expect(world.sync.standin.requests).toEqual([]);
});

describe('what is done on a page shows in the job:', () => {
  /** A job of one organization that is paused before anything was sent. */
  async function paused(): Promise<{ world: BulkWorld; runId: string; id: string }> {
    const world = await BulkWorld.start({ organizations: 1 });
    await world.sync.standin.goOffline();
    const runId = await world.change(NEW);
    await world.pause(runId);
    await world.sync.standin.goOnline();
    return { world, runId, id: world.ids[0]! };
  }

  test('discarding the change cancels it', async () => {
    const { world, runId, id } = await paused();
    world.sync.discard(id);
    expect(world.result(runId, id)).toMatchObject({ state: 'cancelled', failure: null });
    expect(world.run(runId)).toMatchObject({ cancelled: 1, state: 'ended' });
  });

  test('saving the same field replaces it', async () => {
    const { world, runId, id } = await paused();
    world.sync.submit({ business_phone: 'their own' }, id);
    expect(world.result(runId, id)).toMatchObject(REPLACED);
    await world.sync.until(() => world.sync.row(id) === null && !world.sync.busy());
    expect(remote(world, id)?.business_phone).toBe('their own');
    expect(world.result(runId, id)).toMatchObject(REPLACED);
  });

  test('trying it now makes it the person’s, and sends it although the job is paused', async () => {
    const { world, runId, id } = await paused();
    valueOf(world.sync.retry(id));
    expect(world.result(runId, id)).toMatchObject(REPLACED);
    await world.sync.until(() => world.sync.row(id) === null && !world.sync.busy());
    expect(remote(world, id)).toMatchObject(NEW);
  });

  test('removing the organization takes it from the job', async () => {
    const { world, runId, id } = await paused();
    world.sync.write((tables) => tables.organizations.remove(id));
    expect(world.results(runId)).toEqual([]);
    expect(world.run(runId)).toMatchObject({ total: 0, state: 'ended' });
  });

  test('accepting what Cloudflare stored keeps theirs', async () => {
    const world = await BulkWorld.start({ organizations: 1 });
    const [id] = world.ids as [string];
    world.sync.standin.faults.add({ mode: 'stores-differently' });
    const runId = await world.change(NEW);
    await world.ended(runId);
    expect(world.result(runId, id)).toMatchObject({
      state: 'failed',
      failure: { code: 'profile.stored-differently' },
    });
    valueOf(world.sync.accept(id));
    expect(world.result(runId, id)).toMatchObject(THEIRS_KEPT);
    expect(world.run(runId)).toMatchObject({ cancelled: 1, failed: 0, state: 'ended' });
  });

  test('choosing theirs in a conflict keeps theirs', async () => {
    const world = await BulkWorld.start({ organizations: 1 });
    const [id] = world.ids as [string];
    world.sync.standin.setProfile(id, { business_phone: 'theirs' });
    const runId = await world.change(NEW);
    await world.ended(runId);
    valueOf(world.sync.resolve(['business_phone'], id));
    expect(world.result(runId, id)).toMatchObject(THEIRS_KEPT);
    expect(world.run(runId)).toMatchObject({ cancelled: 1, failed: 0 });
  });

  test('of two fields of which one is given up for theirs, the other done: theirs kept', async () => {
    const world = await BulkWorld.start({ organizations: 1 });
    const [id] = world.ids as [string];
    world.sync.standin.setProfile(id, { business_phone: 'theirs' });
    const runId = await world.change({ ...NEW, business_name: 'Job' });
    await world.ended(runId);
    valueOf(world.sync.resolve(['business_phone'], id));
    expect(world.result(runId, id)?.state).toBe('waiting');
    expect(await world.ended(runId)).toMatchObject({ cancelled: 1 });
    expect(world.result(runId, id)).toMatchObject(THEIRS_KEPT);
    expect(remote(world, id)).toMatchObject({ business_phone: 'theirs', business_name: 'Job' });
  });
});

test('saved again on the page while the job writes: what Cloudflare confirms is the truth', async () => {
  const world = await BulkWorld.start({ organizations: 1 });
  const { sync } = world;
  const [id] = world.ids as [string];
  const hold = sync.standin.hold({ method: 'PUT', ...path(id) }, 'after');
  const runId = await world.change(NEW);
  await sync.until(() => asked(sync, 'PUT').length === 1, { clock: false });
  sync.submit({ business_phone: 'newer' }, id);
  expect(world.result(runId, id)).toMatchObject(REPLACED);
  hold.release();
  await sync.until(() => sync.row(id) === null && !sync.busy());
  expect(world.result(runId, id)).toMatchObject({ state: 'done', failure: null });
  expect(remote(world, id)?.business_phone).toBe('newer');
});

test('an ended job is dismissed, one that still sends is not; nothing pending is lost by it', async () => {
  const world = await BulkWorld.start({ organizations: 2 });
  const { sync } = world;
  const [done, refused] = world.ids as [string, string];
  sync.standin.faults.add({ mode: 'validation-error', match: path(refused) });
  const runId = await world.change(NEW);
  expect(await world.bulk.handlers.dismiss({ runId })).toMatchObject({
    failure: { code: 'bulk.not-over' },
  });
  await world.ended(runId);
  valueOf(await world.bulk.handlers.dismiss({ runId }));
  expect(world.runs()).toEqual([]);
  expect(sync.row(refused)).toMatchObject({
    state: 'refused',
    patch: { business_phone: { text: NEW.business_phone } },
  });
  expect(sync.row(done)).toBeNull();
  const none = { failure: { code: 'bulk.none' } };
  expect(await world.bulk.handlers.results({ runId })).toMatchObject(none);
  expect(await world.bulk.handlers.pause({ runId })).toMatchObject(none);
  expect(await world.bulk.handlers.exportResults({ runId })).toMatchObject(none);
  // It is still sent when the person tries again.
  sync.standin.faults.clear();
  valueOf(sync.retry(refused));
  await sync.until(() => sync.row(refused) === null && !sync.busy());
  expect(remote(world, refused)).toMatchObject(NEW);
});

test('jobs and their results survive a restart, and its changes continue', async () => {
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
  withoutProfile(sync);
  const runId = await world.change(NEW);
  expect(await world.ended(runId)).toMatchObject({ done: 1 });
  expect(remote(world, id)).toEqual({ ...EMPTY_PROFILE, ...NEW });
});
