/** When changes are sent: in which order, how many at once, after restarts, and not after stopping. */
import { afterEach, expect, test } from 'vitest';
import { failed } from '../../../src/shared/failure';
import { turns } from '../event-loop';
import { closeWorlds, SyncWorld } from './world';

afterEach(closeWorlds);

test('one send at a time per organization, a few at once over all', async () => {
  const world = await SyncWorld.start({ organizations: 9 });
  const holds = world.ids.map((id) => world.standin.hold({ path: `${id}/profile` }));
  for (const id of world.ids) world.submit({ business_name: 'New' }, id);
  await world.until(() => world.standin.requests.length === 4, { clock: false });
  await turns(20);
  expect(world.standin.requests).toHaveLength(4);
  // The oldest submissions go first.
  const first = world.standin.requests.map(({ route }) => route.split('/')[2]);
  expect(first.sort()).toEqual(world.ids.slice(0, 4).sort());
  world.scheduler.wake();
  world.scheduler.retryNow();
  for (const hold of holds) hold.release();
  await world.until(() => world.ids.every((id) => world.row(id) === null) && !world.busy());
  for (const id of world.ids) {
    const traffic = world.standin.requests.filter(({ route }) => route.includes(id));
    expect(traffic.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
  }
});

test('the change the person asks for goes before others that wait', async () => {
  const world = await SyncWorld.start({ organizations: 9 });
  const holds = world.ids.map((id) => world.standin.hold({ path: `${id}/profile` }));
  for (const id of world.ids) world.submit({ business_name: 'New' }, id);
  await world.until(() => world.standin.requests.length === 4, { clock: false });
  const wanted = world.ids[8] ?? '';
  world.scheduler.retryNow(wanted);
  holds[0]?.release();
  await world.until(() => world.standin.requests.some(({ route }) => route.includes(wanted)));
  const waiting = world.ids.slice(4, 8);
  for (const { route } of world.standin.requests) {
    expect(waiting.some((id) => route.includes(id))).toBe(false);
  }
  for (const hold of holds) hold.release();
  await world.until(() => world.ids.every((id) => world.row(id) === null) && !world.busy());
});

test('retrying one organization takes a refused change, retrying all does not', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: 'validation-error', times: 1 });
  world.submit({ business_name: 'Kept' });
  await world.until(() => world.row()?.state === 'refused' && !world.busy());
  world.scheduler.retryNow();
  expect(world.row()?.state).toBe('refused');
  world.scheduler.retryNow(world.id);
  await world.until(() => world.row() === null && !world.busy());
});

test('a restart begins from the database, wherever the send was interrupted', async () => {
  for (const [method, when, nth] of [
    ['GET', 'before', 1],
    ['PUT', 'before', 1],
    ['PUT', 'after', 1],
    ['GET', 'after', 2],
  ] as const) {
    const world = await SyncWorld.start();
    const hold = world.standin.hold({ method, path: '/profile', nth }, when);
    world.submit({ business_name: 'Kept' });
    await hold.arrived;
    // Ends although the request is held: it is given up, not waited for.
    await world.stop();
    await world.restart();
    hold.release();
    await world.until(() => world.row() === null && !world.busy());
    expect(world.standin.profileOf(world.id)?.business_name).toBe('Kept');
  }
});

test('stopping leaves the change as it was, even while the keychain asks for ever', async () => {
  const world = await SyncWorld.start();
  world.authorizationOf = () => new Promise(() => undefined);
  world.submit({ business_name: 'Kept' });
  expect(world.busy()).toBe(true);
  await world.stop();
  expect(world.row()).toMatchObject({ state: 'queued', attempts: 0, failure: null });
  expect(world.clock.size).toBe(0);
});

test('stopped means stopped: nothing starts any more', async () => {
  const world = await SyncWorld.start();
  await world.stop();
  world.submit({ business_name: 'Kept' });
  world.scheduler.wake();
  world.scheduler.retryNow();
  world.scheduler.cameOnline();
  expect(world.busy()).toBe(false);
  expect(world.row()?.state).toBe('queued');
});

test('a database that fails is asked again, and what was sent is not lost', async () => {
  const world = await SyncWorld.start();
  const { write } = world.store;
  let failures = 0;
  const hold = world.standin.hold({ method: 'GET' });
  world.submit({ business_name: 'Kept' });
  await hold.arrived;
  world.store.write = (work) => {
    if (failures < 5) {
      failures += 1;
      return failed('store.full');
    }
    return write(work);
  };
  hold.release();
  await world.until(() => world.row() === null && !world.busy());
  expect(failures).toBe(5);
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Kept');
});
