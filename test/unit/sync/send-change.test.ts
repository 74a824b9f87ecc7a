/** Sending one pending change: what is read, written and confirmed, on the stand-in and a real database. */
import { afterEach, expect, test } from 'vitest';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { kinds } from './moments';
import { closeWorlds, SyncWorld } from './world';

afterEach(closeWorlds);

test('reads, writes, reads back and confirms; fields it does not know go back', async () => {
  const world = await SyncWorld.start();
  world.standin.setExtraFields(world.id, { tax_id: 'X' });
  world.submit({ business_name: 'New name\r\nLtd' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.traffic()).toBe('GET PUT GET');
  expect(world.steps).toEqual(['reading', 'writing', 'confirming']);
  expect(world.standin.profileOf(world.id)?.business_name).toBe('New name\r\nLtd');
  expect(world.saved()).toEqual(world.standin.profileOf(world.id));
  expect(kinds(world)).toEqual(['saved']);
  expect(world.progress.of(world.id)).toMatchObject({
    step: null,
    confirmed: { at: world.clock.now(), alsoUpdated: [], messages: [] },
  });
  expect(world.standin.organizations.get(world.id)?.extraFields).toEqual({ tax_id: 'X' });
  expect(world.standin.violations).toEqual([]);
});

test('somebody else’s change of another field survives, and is told', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, { business_phone: '+1 555 0100' });
  world.submit({ business_name: 'New name' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.standin.profileOf(world.id)).toMatchObject({
    business_name: 'New name',
    business_phone: '+1 555 0100',
  });
  expect(world.saved()).toEqual(world.standin.profileOf(world.id));
  expect(world.progress.of(world.id).confirmed?.alsoUpdated).toEqual(['business_phone']);
});

test('the same field changed on both sides asks, and sends nothing', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  world.submit({ business_name: 'Mine', business_phone: '1' });
  await world.settled();
  expect(world.row()).toMatchObject({
    state: 'conflict',
    failure: { code: 'profile.conflict' },
    theirs: { business_name: 'Theirs' },
    desired: { business_name: 'Mine', business_phone: '1' },
  });
  expect(world.traffic()).toBe('GET');
});

test('Cloudflare already holding what is wanted is a confirmation without writing', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, { business_name: 'Same' });
  world.submit({ business_name: 'Same' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.traffic()).toBe('GET');
  expect(kinds(world)).toEqual(['saved']);
});

test('no profile yet: the first save creates it', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, null);
  world.write((t) => t.profiles.put({ ...t.profiles.get(world.id)!, fields: null }));
  world.submit({ business_name: 'First' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.standin.profileOf(world.id)).toEqual({ ...EMPTY_PROFILE, business_name: 'First' });
});

test('messages of Cloudflare reach the confirmation, errors of fields the refusal', async () => {
  const world = await SyncWorld.start();
  const remove = world.standin.faults.add({ mode: 'validation-error', times: 1 });
  world.submit({ business_email: 'odd' });
  await world.settled();
  remove();
  expect(world.row()).toMatchObject({ state: 'refused', failure: { code: 'profile.refused' } });
  expect(world.row()?.failure?.errors?.[0]?.field).toBe('business_email');
  world.standin.faults.add({ mode: 'success-messages' });
  world.scheduler.retryNow(world.id);
  await world.until(() => world.row() === null && !world.busy());
  const messages = world.progress.of(world.id).confirmed?.messages ?? [];
  expect(messages.length).toBeGreaterThan(0);
  expect(messages[0]?.code).toBe(1100);
});

test('a copy older than two seconds is read again before writing', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, null);
  world.write((t) => t.profiles.put({ ...t.profiles.get(world.id)!, fields: null }));
  // Between the profile's 404 and the write lies the question about the organization.
  let slow = 1;
  world.standin.beforeAnswer({ path: new RegExp(`/organizations/${world.id}$`) }, () => {
    if (slow-- > 0) world.clock.set(world.clock.now() + 2_001);
  });
  world.submit({ business_name: 'First' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.traffic()).toBe('GET GET PUT GET');
});

test('a copy whose age cannot be known is read again too: the clock was set back', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, null);
  world.write((t) => t.profiles.put({ ...t.profiles.get(world.id)!, fields: null }));
  let back = 1;
  world.standin.beforeAnswer({ path: new RegExp(`/organizations/${world.id}$`) }, () => {
    if (back-- > 0) world.clock.set(world.clock.now() - 3_600_000);
  });
  world.submit({ business_name: 'First' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.traffic()).toBe('GET GET PUT GET');
});

test('an edit between reading and reading again is not overwritten', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, null);
  world.write((t) => t.profiles.put({ ...t.profiles.get(world.id)!, fields: null }));
  let slow = 1;
  world.standin.beforeAnswer({ path: new RegExp(`/organizations/${world.id}$`) }, () => {
    if (slow-- <= 0) return;
    world.clock.set(world.clock.now() + 2_001);
    world.standin.setProfile(world.id, { ...EMPTY_PROFILE, business_name: 'Theirs' });
  });
  world.submit({ business_name: 'Mine' });
  await world.settled();
  expect(world.row()?.state).toBe('conflict');
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Theirs');
});
