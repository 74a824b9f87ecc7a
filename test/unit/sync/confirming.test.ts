/** Reading back what was written: there, not there yet, stored differently, or gone meanwhile. */
import { afterEach, expect, test } from 'vitest';
import { kinds } from './moments';
import { closeWorlds, SyncWorld } from './world';

afterEach(closeWorlds);

test('a copy that is not there yet is read back three times, then shown as stored differently', async () => {
  const world = await SyncWorld.start();
  const before = world.standin.profileOf(world.id);
  // Says it was fine, and applies nothing.
  world.standin.faults.add({ mode: '200-result-null', match: { method: 'PUT' } });
  world.submit({ business_name: 'Never there' });
  await world.settled();
  expect(world.traffic()).toBe('GET PUT GET GET GET');
  expect(world.row()).toMatchObject({
    state: 'refused',
    failure: { code: 'profile.stored-differently' },
    theirs: before,
    desired: { business_name: 'Never there' },
  });
});

test('a copy that appears at the second read-back is a confirmation', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: '200-result-null', match: { method: 'PUT' } });
  world.standin.beforeAnswer({ method: 'GET', path: '/profile', nth: 3 }, () =>
    world.standin.setProfile(world.id, { business_name: 'Late' }),
  );
  world.submit({ business_name: 'Late' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.traffic()).toBe('GET PUT GET GET');
});

test('stored differently: both texts kept; trying again sends the same, editing begins from theirs', async () => {
  const world = await SyncWorld.start();
  const remove = world.standin.faults.add({ mode: 'stores-differently' });
  world.standin.setProfile(world.id, { business_address: 'Moved meanwhile' });
  world.submit({ business_phone: '+49 30 1234567' });
  await world.settled();
  expect(world.traffic()).toBe('GET PUT GET');
  const stored = world.standin.profileOf(world.id);
  expect(stored?.business_phone).not.toBe('+49 30 1234567');
  expect(world.row()).toMatchObject({
    state: 'refused',
    failure: { code: 'profile.stored-differently' },
    theirs: stored,
    base: stored,
    desired: { ...stored, business_phone: '+49 30 1234567' },
  });
  expect(world.saved()).toEqual(stored);
  expect(kinds(world)).toEqual(['observed']);
  remove();
  world.scheduler.retryNow(world.id);
  await world.until(() => world.row() === null && !world.busy());
  expect(world.standin.profileOf(world.id)).toEqual({
    ...stored,
    business_phone: '+49 30 1234567',
  });
});

test('a profile that goes between writing and reading back is not blanked', async () => {
  const world = await SyncWorld.start();
  const saved = world.saved();
  world.standin.afterAnswer({ method: 'PUT' }, () => world.standin.setProfile(world.id, null));
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({ state: 'refused', failure: { code: 'profile.gone' } });
  expect(world.saved()).toEqual(saved);
});
