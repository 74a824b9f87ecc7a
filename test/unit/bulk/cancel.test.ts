/** Cancelling a job: only its own fields, never what is being written, in slices that survive a kill. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { asked, stateIs } from '../sync/helpers';
import { turns } from '../event-loop';
import { valueOf } from '../cloudflare/harness';
import { BulkWorld, closeWorlds } from './harness';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeWorlds();
});

const NEW = { business_phone: '+49 30 7' };

test('what is being written ends truthfully; what is only read, or waits, is withdrawn', async () => {
  const world = await BulkWorld.start({ organizations: 6 });
  const { sync } = world;
  const [first, ...others] = world.ids as [string, ...string[]];
  const hold = sync.standin.hold({ method: 'PUT', path: `${first}/profile` }, 'after');
  const holds = others.map((id) => sync.standin.hold({ method: 'GET', path: `${id}/profile` }));
  const job = await world.change(NEW);
  await sync.until(() => asked(sync, 'PUT').length === 1, { clock: false });
  await world.cancel(job);
  expect(world.run(job)).toMatchObject({ waiting: 1, cancelled: 5, state: 'running' });
  // What is only read ends at once, whatever Cloudflare does.
  await sync.until(() => others.every((id) => sync.progress.of(id).step === null), {
    clock: false,
  });
  for (const one of [hold, ...holds]) one.release();
  expect(await world.ended(job)).toMatchObject({ done: 1, cancelled: 5, failed: 0 });
  expect(world.result(job, first)?.state).toBe('done');
  expect(asked(sync, 'PUT')).toEqual([first]);
  for (const id of others) {
    expect(sync.row(id)).toBeNull();
    expect(world.revisions(id).map(({ kind, texts }) => [kind, texts])).toEqual([
      ['discarded', NEW],
    ]);
  }
});

test('what is being written and fails is withdrawn, not sent again', async () => {
  const world = await BulkWorld.start({ organizations: 1 });
  const { sync } = world;
  const hold = sync.standin.hold({ method: 'PUT' });
  sync.standin.faults.add({ mode: 'reset', match: { method: 'PUT' }, times: 1 });
  const job = await world.change(NEW);
  await hold.arrived;
  await world.pause(job);
  await world.cancel(job);
  hold.release();
  expect(await world.ended(job)).toMatchObject({ done: 0, cancelled: 1 });
  expect(sync.row()).toBeNull();
  expect(sync.standin.profileOf(sync.id)).not.toMatchObject(NEW);
});

test('the person’s own field in the same change is sent', async () => {
  const world = await BulkWorld.start({ organizations: 1 });
  const { sync } = world;
  const [id] = world.ids as [string];
  const before = sync.saved(id)!.business_phone;
  await sync.standin.goOffline();
  sync.random = 0.999;
  sync.submit({ business_name: 'Mine' }, id);
  await stateIs(sync, 'waiting', id);
  const plan = await world.plan(NEW);
  const job = valueOf(await world.submitPlan(plan, [id]));
  expect(Object.keys(sync.row(id)!.patch)).toEqual(['business_name', 'business_phone']);
  await world.cancel(job);
  expect(sync.row(id)?.patch).toMatchObject({ business_name: { text: 'Mine' } });
  expect(Object.keys(sync.row(id)!.patch)).toEqual(['business_name']);
  expect(world.run(job)).toMatchObject({ cancelled: 1, state: 'ended' });
  await sync.standin.goOnline();
  await sync.until(() => sync.row(id) === null && !sync.busy());
  expect(sync.standin.profileOf(id)).toMatchObject({
    business_name: 'Mine',
    business_phone: before,
  });
  expect(world.revisions(id).map(({ kind }) => kind)).toEqual(['discarded', 'saved']);
});

test('the field of another job in the same change is sent', async () => {
  const world = await BulkWorld.start({ organizations: 2 });
  const { sync } = world;
  await sync.standin.goOffline();
  const first = await world.change({ business_name: 'First' });
  const second = await world.change(NEW);
  await world.cancel(first);
  await sync.standin.goOnline();
  expect(await world.ended(second)).toMatchObject({ done: 2 });
  expect(world.run(first)).toMatchObject({ cancelled: 2, state: 'ended' });
  for (const id of world.ids) {
    expect(sync.standin.profileOf(id)?.business_phone).toBe(NEW.business_phone);
    expect(sync.standin.profileOf(id)?.business_name).not.toBe('First');
  }
});

test('a change that waits for a decision is left to it', async () => {
  const world = await BulkWorld.start({ organizations: 2 });
  const { sync } = world;
  const [id] = world.ids as [string];
  sync.standin.setProfile(id, { business_phone: 'theirs' });
  const job = await world.change(NEW);
  await world.ended(job);
  const before = sync.row(id);
  await world.cancel(job);
  expect(sync.row(id)).toEqual(before);
  expect(world.run(job)).toMatchObject({ done: 1, failed: 1 });
});

test('a write that may have arrived is followed until its end is known', async () => {
  const world = await BulkWorld.start({ organizations: 1 });
  const { sync } = world;
  const [id] = world.ids as [string];
  sync.random = 0.999;
  sync.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  const job = await world.change(NEW);
  await stateIs(sync, 'waiting', id);
  await world.cancel(job);
  await sync.until(() => sync.read(({ abandoned }) => abandoned.ids()).length === 0);
  expect(world.run(job)).toMatchObject({ cancelled: 1 });
  expect(sync.saved(id)?.business_phone).toBe(NEW.business_phone);
});

test('a slice whose commit fails is done again', async () => {
  const world = await BulkWorld.start({ organizations: 120 });
  const { sync } = world;
  sync.authorizationOf = () => new Promise(() => undefined);
  const job = await world.change(NEW);
  let time = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (time += 1));
  const { write } = sync.store;
  let slices = 0;
  // The first write marks the job as cancelled, the second is the first slice.
  vi.spyOn(sync.store, 'write').mockImplementation((work) => {
    slices += 1;
    if (slices !== 2) return write(work);
    return write((tables) => {
      work(tables);
      throw new Error('disk full');
    });
  });
  valueOf(await world.bulk.handlers.cancel({ runId: job }));
  await sync.until(() => sync.read(({ bulk }) => bulk.inStage('cancelling')).length === 0);
  expect(slices).toBeGreaterThan(3);
  expect(sync.read(({ outbox }) => outbox.ofJob(job))).toEqual([]);
  expect(world.run(job)).toMatchObject({ cancelled: 120, state: 'ended' });
});

describe('of a thousand organizations', () => {
  /** A job that is not sent, with slices of a few dozen items. */
  async function large(): Promise<{ world: BulkWorld; job: string }> {
    const world = await BulkWorld.start({ organizations: 1_000 });
    await world.sync.standin.goOffline();
    await world.sync.stop();
    const job = await world.change(NEW);
    let time = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (time += 1));
    return { world, job };
  }

  const left = ({ sync }: BulkWorld): number => sync.read(({ outbox }) => outbox.count());

  test('it is durable when the call returns, and resumed after a kill', async () => {
    const { world, job } = await large();
    valueOf(await world.bulk.handlers.cancel({ runId: job }));
    await turns(2);
    const before = left(world);
    expect(before).toBeGreaterThan(500);
    await world.restart();
    await world.applied();
    expect(left(world)).toBe(0);
    expect(world.run(job)).toMatchObject({ cancelled: 1_000, state: 'ended' });
    await turns();
    expect(world.sync.standin.requests).toEqual([]);
  });

  test('what is still to be applied of it is cancelled, too; other jobs stay', async () => {
    const { world, job } = await large();
    const second = await world.submitOnly(await world.plan({ business_name: 'Second' }));
    await world.cancel(second);
    expect(world.run(second)).toMatchObject({ cancelled: 1_000, state: 'ended' });
    expect(world.run(job)).toMatchObject({ waiting: 1_000 });
    for (const id of world.ids.slice(0, 3)) {
      expect(Object.keys(world.sync.row(id)!.patch)).toEqual(['business_phone']);
    }
  });

  test('it goes before another job that is still to be applied', async () => {
    const { world, job } = await large();
    const { sync } = world;
    const second = await world.submitOnly(await world.plan({ business_name: 'Second' }));
    valueOf(await world.bulk.handlers.cancel({ runId: job }));
    const inStage = (stage: 'applying' | 'cancelling') =>
      sync.read(({ bulk }) => bulk.inStage(stage).map(({ id }) => id));
    await sync.until(() => inStage('cancelling').length === 0, { clock: false });
    expect(inStage('applying')).toEqual([second]);
    await world.applied();
    expect(world.run(job)).toMatchObject({ cancelled: 1_000, state: 'ended' });
    expect(world.run(second)).toMatchObject({ waiting: 1_000 });
  });

  test('nothing of it is sent while it is withdrawn', async () => {
    const { world, job } = await large();
    const { sync } = world;
    await sync.standin.goOnline();
    await world.restart();
    valueOf(await world.bulk.handlers.cancel({ runId: job }));
    sync.scheduler.wake();
    sync.scheduler.retryNow();
    const puts = asked(sync, 'PUT').length;
    await world.applied();
    await sync.until(() => !sync.busy());
    expect(asked(sync, 'PUT')).toHaveLength(puts);
    expect(left(world)).toBe(0);
  });
});
