/** What is at Cloudflare from ourselves, the answer lost or the text changed there: no conflict with oneself. */
import { afterEach, describe, expect, test } from 'vitest';
import { valueOf } from '../cloudflare/world';
import { conflict, gone } from './moments';
import { closeWorlds, SyncWorld } from './world';

afterEach(closeWorlds);

test.each([
  ['edited again', 'Second'],
  ['edited back to the original', null],
])('applied but the answer lost, then %s: no conflict with oneself', async (_, second) => {
  const world = await SyncWorld.start();
  const original = world.standin.profileOf(world.id)?.business_name ?? '';
  const wanted = second ?? original;
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  world.random = 0.999;
  world.submit({ business_name: 'First' });
  await world.until(() => world.row()?.state === 'waiting', { clock: false });
  expect(world.standin.profileOf(world.id)?.business_name).toBe('First');
  world.submit({ business_name: wanted });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.standin.profileOf(world.id)?.business_name).toBe(wanted);
  expect(world.saved()?.business_name).toBe(wanted);
});

test('two lost answers in a row, then a third edit: still no conflict with oneself', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: 'put-reply-lost', match: { nth: 1 }, times: 1 });
  world.standin.faults.add({ mode: 'reset', match: { method: 'PUT', nth: 2 } });
  world.random = 0.999;
  for (const name of ['First', 'Second']) {
    world.submit({ business_name: name });
    await world.until(() => world.row()?.state === 'waiting', { clock: false });
  }
  world.submit({ business_name: 'Third' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Third');
});

test('lost answer, then somebody else undoes it: that is a conflict', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  world.submit({ business_name: 'First' });
  await world.until(() => world.row()?.state === 'waiting', { clock: false });
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  await world.settled();
  await world.until(() => world.row()?.state === 'conflict');
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Theirs');
});

test('a lost write found there beside the conflict is no change any more, so editing it again asks nothing', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  world.random = 0.999;
  world.submit({ business_name: 'Mine', business_email: 'first@mine.example' });
  await world.until(() => world.row()?.state === 'waiting' && !world.busy(), { clock: false });
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  world.scheduler.retryNow(world.id);
  await conflict(world);
  const hold = world.standin.hold({ method: 'GET' });
  valueOf(world.resolve([]));
  await hold.arrived;
  world.submit({ business_email: 'second@mine.example' });
  hold.release();
  await gone(world);
  expect(world.standin.profileOf(world.id)).toMatchObject({
    business_name: 'Mine',
    business_email: 'second@mine.example',
  });
});

describe('no conflict with oneself', () => {
  test('where one field is at Cloudflare from us and another is in conflict', async () => {
    const world = await SyncWorld.start();
    world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
    world.random = 0.999;
    world.submit({ business_name: 'First', business_phone: '+1 1' });
    await world.until(() => world.row()?.state === 'waiting' && !world.busy(), { clock: false });
    world.standin.setProfile(world.id, { business_phone: '+1 2' });
    world.submit({ business_name: 'Second' });
    await conflict(world);
    const { version, theirs } = world.row()!;
    const seen = { organizationId: world.id, version, theirs: theirs! };
    // Only the phone asks: the name there is our own earlier one, and the edit begins from it.
    expect(world.row()?.base.business_name).toBe('First');
    valueOf(await world.changes.resolve({ ...seen, choices: { business_phone: 'theirs' } }));
    await gone(world);
    expect(world.standin.profileOf(world.id)).toMatchObject({
      business_name: 'Second',
      business_phone: '+1 2',
    });
  });

  test('after a value Cloudflare changed, edited again, then changed by somebody: that is one', async () => {
    const world = await SyncWorld.start();
    const remove = world.standin.faults.add({ mode: 'stores-differently' });
    world.submit({ business_phone: '+49 30 1234567' });
    await world.settled();
    expect(world.row()?.failure?.code).toBe('profile.stored-differently');
    remove();
    const hold = world.standin.hold({ method: 'GET' });
    world.submit({ business_phone: '+49 30 7654321' });
    await hold.arrived;
    hold.release();
    await gone(world);
    expect(world.standin.profileOf(world.id)?.business_phone).toBe('+49 30 7654321');
    world.standin.setProfile(world.id, { business_phone: '+1 9' });
    world.submit({ business_phone: '+49 30 1111111' });
    await conflict(world);
    expect(world.standin.profileOf(world.id)?.business_phone).toBe('+1 9');
  });
});

test('written over between our write and our read-back, with a newer save on top: it asks', async () => {
  const world = await SyncWorld.start();
  const hold = world.standin.hold({ method: 'GET', path: '/profile', nth: 2 });
  world.submit({ business_name: 'First' });
  await hold.arrived;
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  world.submit({ business_phone: '+1 1' });
  hold.release();
  await conflict(world);
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Theirs');
  expect(world.row()).toMatchObject({
    desired: { business_name: 'First', business_phone: '+1 1' },
    theirs: { business_name: 'Theirs' },
  });
});
