/** Sends that Cloudflare does not let through: what is gone or forbidden, and whether the sign-in is to blame. */
import { afterEach, expect, test } from 'vitest';
import { gone } from './helpers';
import { closeWorlds, SIGN_IN, SyncWorld } from './harness';

afterEach(closeWorlds);
test('a profile that is gone: refused, the saved copy kept, nothing sent', async () => {
  const world = await SyncWorld.start();
  const saved = world.saved();
  world.standin.setProfile(world.id, null);
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({ state: 'refused', failure: { code: 'profile.gone' } });
  expect(world.saved()).toEqual(saved);
  expect(world.traffic()).toBe('GET');
});

test('an organization that is gone: refused', async () => {
  const world = await SyncWorld.start();
  world.standin.removeOrganization(world.id);
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({
    state: 'refused',
    failure: { code: 'organization.not-found', status: 404 },
  });
});

test('a forbidden organization: asks once whether the sign-in works, then refuses', async () => {
  const world = await SyncWorld.start({ unknownOrganization: 403 });
  world.standin.removeOrganization(world.id);
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({
    state: 'refused',
    failure: { code: 'organization.forbidden', status: 403 },
  });
  expect(world.standin.requests.filter(({ route }) => route === '/user')).toHaveLength(1);
  expect(world.troubles).toEqual([]);
});

test('forbidden, and the sign-in does not work: paused', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: '403-10000' });
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({ state: 'paused', failure: { code: 'sign-in.refused' } });
  expect(world.troubles.map(([id, { code }]) => [id, code])).toEqual([
    [SIGN_IN, 'sign-in.refused'],
  ]);
});

test('forbidden just after it was added: tried again', async () => {
  const world = await SyncWorld.start();
  world.write((tables) => {
    const organization = tables.organizations.get(world.id);
    if (organization) tables.organizations.put({ ...organization, addedAt: world.clock.now() });
  });
  world.standin.faults.add({ mode: '403-9109', times: 2 });
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({
    state: 'waiting',
    failure: { code: 'organization.forbidden' },
  });
  await gone(world);
  expect(world.standin.requests.some(({ route }) => route === '/user')).toBe(false);
});

test('added by a clock that was ahead: refused, not tried again', async () => {
  const world = await SyncWorld.start({ unknownOrganization: 403 });
  world.write((tables) => {
    const organization = tables.organizations.get(world.id);
    const addedAt = world.clock.now() + 86_400_000;
    if (organization) tables.organizations.put({ ...organization, addedAt });
  });
  world.standin.removeOrganization(world.id);
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()?.state).toBe('refused');
});

test('a confirmation says that the sign-in works, a refused write does not', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: '403-9103', match: { method: 'PUT' }, times: 1 });
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()?.state).toBe('paused');
  expect(world.works).toEqual([]);
  world.scheduler.retryNow();
  await gone(world);
  expect(world.works).toEqual([SIGN_IN]);
});

test('an organization without a sign-in: paused until it has one', async () => {
  const world = await SyncWorld.start();
  const become = (credentialId: string | null) =>
    world.write((tables) => {
      const organization = tables.organizations.get(world.id);
      if (organization) tables.organizations.put({ ...organization, credentialId });
    });
  become(null);
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({ state: 'paused', failure: { code: 'sign-in.none' } });
  become(SIGN_IN);
  await gone(world);
});
