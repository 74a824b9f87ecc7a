/** What a person does while a send is on its way: saving again, typing, giving up, removing. */
import { afterEach, expect, test } from 'vitest';
import { closeWorlds, SyncWorld } from './world';

afterEach(closeWorlds);

test('saving again while a send is on its way, at every step: the newer text ends up at Cloudflare', async () => {
  for (const [method, nth] of [
    ['GET', 1],
    ['PUT', 1],
    ['GET', 2],
  ] as const) {
    for (const when of ['before', 'after'] as const) {
      const world = await SyncWorld.start();
      const hold = world.standin.hold({ method, path: '/profile', nth }, when);
      world.submit({ business_name: 'First', business_phone: '1' });
      await hold.arrived;
      world.submit({ business_name: 'Second' });
      hold.release();
      await world.until(() => world.row() === null && !world.busy());
      expect(world.standin.profileOf(world.id)).toMatchObject({
        business_name: 'Second',
        business_phone: '1',
      });
      expect(world.saved()).toEqual(world.standin.profileOf(world.id));
    }
  }
});

test('typing while a send is on its way: the draft stays, on the confirmed copy', async () => {
  const world = await SyncWorld.start();
  const hold = world.standin.hold({ method: 'PUT' });
  world.submit({ business_name: 'First' });
  await hold.arrived;
  world.type({ business_phone: '2' });
  world.standin.setProfile(world.id, { business_address: 'Theirs' });
  hold.release();
  await world.until(() => world.row() === null && !world.busy());
  const draft = world.read((tables) => tables.drafts.get(world.id));
  const confirmed = world.standin.profileOf(world.id);
  expect(draft?.base).toEqual(confirmed);
  expect(draft?.fields).toEqual({ ...confirmed, business_phone: '2' });
});

test('a change given up while it is on its way: what was written is known as saved', async () => {
  const world = await SyncWorld.start();
  const hold = world.standin.hold({ method: 'PUT' });
  world.submit({ business_name: 'First' });
  await hold.arrived;
  world.discard();
  hold.release();
  await world.until(() => !world.busy());
  expect(world.saved()?.business_name).toBe('First');
  expect(world.progress.of(world.id).confirmed).toBeNull();
});

test('a change given up before it was written is not written', async () => {
  const world = await SyncWorld.start();
  const hold = world.standin.hold({ method: 'GET' });
  world.submit({ business_name: 'First' });
  await hold.arrived;
  world.discard();
  hold.release();
  await world.until(() => !world.busy());
  expect(world.traffic()).toBe('GET');
});

test('an organization removed while its change is on its way leaves nothing behind', async () => {
  const world = await SyncWorld.start();
  const hold = world.standin.hold({ method: 'PUT' });
  world.submit({ business_name: 'First' });
  await hold.arrived;
  world.write((tables) => tables.organizations.remove(world.id));
  hold.release();
  await world.until(() => !world.busy());
  expect(world.saved()).toBeNull();
});
