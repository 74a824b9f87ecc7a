/** Requests reserved for a send that never makes one, and a change that only a held job owns. */
import { afterEach, describe, expect, test } from 'vitest';
import { BulkWorld, closeWorlds } from '../bulk/harness';
import { turns } from '../event-loop';
import { asked, freeRequests, setTrouble, stateIs } from './helpers';
import { SyncWorld } from './harness';

afterEach(closeWorlds);

describe('a send that ends before its first request gives its reservation back:', () => {
  test('all saves with a refused sign-in are sent once the key is replaced', async () => {
    const world = await SyncWorld.start({ organizations: 8 });
    const before = await freeRequests(world);
    setTrouble(world, { code: 'sign-in.refused' });
    for (const id of world.ids) {
      world.submit({ business_phone: '+1' }, id);
      await stateIs(world, 'paused', id);
    }
    expect(await freeRequests(world)).toBe(before);
    setTrouble(world, null);
    await world.until(() => world.ids.every((id) => world.row(id) === null), { timeoutMs: 5_000 });
    expect(asked(world, 'PUT').sort()).toEqual([...world.ids].sort());
  });

  test('a locked keychain', async () => {
    const world = await SyncWorld.start();
    const before = await freeRequests(world);
    world.authorizationOf = async () => ({ ok: false, failure: { code: 'keychain.locked' } });
    world.submit({ business_phone: '+1' });
    await stateIs(world, 'paused');
    expect(await freeRequests(world)).toBe(before);
  });
});

describe('an urgent change that only a held job owns is not tried', () => {
  const OF_JOB = { business_phone: '+1 555' };

  /** Adds a job for the first organization that is paused before it is sent. */
  async function pausedJob(world: BulkWorld): Promise<void> {
    const { id } = world.sync;
    const job = await world.submitOnly(await world.plan(OF_JOB, [id]), [id]);
    await world.pause(job);
    // A read that had begun ends first.
    await turns();
    await world.sync.until(() => !world.sync.busy(), { clock: false });
  }

  test('after the person’s own change was discarded while it was read', async () => {
    const world = await BulkWorld.start();
    const { sync } = world;
    sync.submit({ business_address: 'A' });
    await sync.until(() => sync.progress.of(sync.id).step === 'reading', { clock: false });
    sync.discard();
    await sync.until(() => !sync.busy(), { clock: false });
    await pausedJob(world);
    const before = sync.traffic();
    sync.scheduler.wake();
    await turns(100);
    expect(sync.traffic()).toBe(before);
    expect(sync.row()).toMatchObject({ state: 'queued', attempts: 0, failure: null });
  });

  test('after the person’s own field went back to the saved text while the keychain asked', async () => {
    const world = await BulkWorld.start();
    const { sync } = world;
    await pausedJob(world);
    const before = sync.traffic();
    const saved = sync.saved()!.business_address;
    const { authorizationOf } = sync;
    let unlock = (): void => undefined;
    const unlocked = new Promise<void>((resolve) => (unlock = resolve));
    let isAsking = false;
    sync.authorizationOf = async (id) => {
      isAsking = true;
      await unlocked;
      return authorizationOf(id);
    };
    sync.submit({ business_address: 'X' });
    await sync.until(() => isAsking, { clock: false });
    await turns();
    sync.submit({ business_address: saved });
    sync.authorizationOf = authorizationOf;
    unlock();
    await turns(100);
    expect(sync.traffic()).toBe(before);
    expect(sync.row()).toMatchObject({ state: 'queued', attempts: 0, failure: null });
  });
});
