/**
 * A conflict from the first read to the decision, on the real database and over HTTP. Every rule of it is
 * searched in test/model/; here is what decisions, looks and restarts do around it.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { failureIn, valueOf } from '../cloudflare/harness';
import { conflict, conflicting, draft, gone, kinds, look, lostAnswer, revisions } from './helpers';
import { closeWorlds, SyncWorld } from './harness';

afterEach(closeWorlds);

test('mine kept, theirs taken: exactly that is sent, and other fields of theirs survive', async () => {
  const world = await conflicting();
  valueOf(world.resolve(['business_phone']));
  await gone(world);
  expect(world.standin.profileOf(world.id)).toMatchObject({
    business_name: 'Mine',
    business_phone: '+1 2',
    business_address: 'Here',
    external_metadata: 'from them',
  });
  expect(world.saved()).toEqual(world.standin.profileOf(world.id));
  // Asked once to find the conflict, once more before writing.
  expect(world.traffic()).toBe('GET GET PUT GET');
  expect(kinds(world)).toEqual(['observed', 'replaced', 'saved']);
  // Only what was given up for theirs.
  expect(revisions(world)[1]?.texts).toEqual({ business_phone: '+1 1' });
});

test('mine everywhere: no text was given up, so none is remembered as replaced', async () => {
  const world = await conflicting();
  valueOf(world.resolve([]));
  await gone(world);
  expect(world.standin.profileOf(world.id)).toMatchObject({
    business_name: 'Mine',
    business_phone: '+1 1',
  });
  expect(kinds(world)).toEqual(['observed', 'saved']);
});

test('theirs everywhere and nothing else to send: the change is over without a request', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, { business_name: 'Theirs', business_phone: '+1 2' });
  world.submit({ business_name: 'Mine' });
  await conflict(world);
  valueOf(world.resolve(['business_name']));
  expect(world.row()).toBeNull();
  expect(world.saved()).toEqual(world.standin.profileOf(world.id));
  expect(kinds(world)).toEqual(['observed', 'replaced']);
  expect(world.traffic()).toBe('GET');
});

test('somebody changes it again after the decision: asked again, with the newest text', async () => {
  const world = await conflicting();
  const hold = world.standin.hold({ method: 'GET' });
  valueOf(world.resolve(['business_phone']));
  await hold.arrived;
  world.standin.setProfile(world.id, { business_name: 'Theirs again' });
  hold.release();
  await conflict(world);
  expect(world.row()).toMatchObject({ remote: { business_name: 'Theirs again' } });
  // The phone was decided and is theirs: only the name and what was not in conflict are left.
  expect(Object.keys(world.row()!.patch)).toEqual(['business_name', 'business_address']);
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Theirs again');
  valueOf(world.resolve([]));
  await gone(world);
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Mine');
});

test('after a decision a text we once tried to write is theirs, if they write it', async () => {
  const world = await SyncWorld.start();
  await lostAnswer(world, 'First');
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  world.submit({ business_name: 'Second' });
  await conflict(world);
  const hold = world.standin.hold({ method: 'GET' });
  valueOf(world.resolve([]));
  await hold.arrived;
  world.standin.setProfile(world.id, { business_name: 'First' });
  hold.release();
  await conflict(world);
  expect(world.row()?.remote?.business_name).toBe('First');
});

test('a conflict and its decision survive a restart', async () => {
  const world = await conflicting();
  const before = world.row();
  await world.restart();
  expect(world.row()).toEqual(before);
  await world.standin.goOffline();
  valueOf(world.resolve(['business_phone']));
  await world.restart();
  await world.standin.goOnline();
  await gone(world);
  expect(world.standin.profileOf(world.id)).toMatchObject({
    business_name: 'Mine',
    business_phone: '+1 2',
  });
});

test('a draft on top of a decision starts from theirs where theirs was taken', async () => {
  const world = await conflicting();
  world.type({ business_phone: '+1 3', business_email: 'typed@example.com' });
  const before = draft(world);
  valueOf(world.resolve(['business_phone']));
  expect(draft(world)).toEqual({
    business_phone: { base: '+1 2', text: '+1 3' },
    business_email: before?.business_email,
  });
  await gone(world);
  world.submit({});
  await gone(world);
  expect(world.standin.profileOf(world.id)).toMatchObject({
    business_name: 'Mine',
    business_phone: '+1 3',
    business_email: 'typed@example.com',
    external_metadata: 'from them',
  });
});

test('saving again during a conflict asks again, also for a field typed back to where it began', async () => {
  const world = await SyncWorld.start();
  const original = world.standin.profileOf(world.id)?.business_name ?? '';
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  world.submit({ business_name: 'Mine', business_phone: '+1 1' });
  await conflict(world);
  const { version } = world.row()!;
  world.submit({ business_name: original });
  await world.until(() => world.row()?.state === 'conflict' && world.row()!.version > version);
  expect(world.row()).toMatchObject({
    remote: { business_name: 'Theirs' },
    patch: { business_name: { text: original }, business_phone: { text: '+1 1' } },
  });
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Theirs');
});

describe('a look at Cloudflare during a conflict', () => {
  test('shows the newest text; a decision about the older one is refused', async () => {
    const world = await conflicting();
    const { version, remote } = world.row()!;
    world.standin.setProfile(world.id, { business_name: 'Theirs 2' });
    valueOf(await look(world));
    expect(world.row()).toMatchObject({ state: 'conflict', remote: { business_name: 'Theirs 2' } });
    const choices = { business_name: 'mine', business_phone: 'mine' } as const;
    const seen = { organizationId: world.id, version, remote, choices };
    expect(failureIn(await world.changes.resolve(seen)).code).toBe('change.moved-on');
    valueOf(world.resolve(['business_name', 'business_phone']));
    await gone(world);
    expect(world.standin.profileOf(world.id)?.business_name).toBe('Theirs 2');
  });

  test('that finds all of it there ends the change', async () => {
    const world = await SyncWorld.start();
    world.standin.setProfile(world.id, { business_name: 'Theirs' });
    world.submit({ business_name: 'Mine', business_phone: '+1 1' });
    await conflict(world);
    world.standin.setProfile(world.id, { business_name: 'Mine', business_phone: '+1 1' });
    valueOf(await look(world, false));
    expect(world.row()).toBeNull();
    expect(world.saved()).toEqual(world.standin.profileOf(world.id));
  });

  test('that finds the old text again still waits for the person', async () => {
    const world = await SyncWorld.start();
    const original = world.standin.profileOf(world.id)?.business_name ?? '';
    world.standin.setProfile(world.id, { business_name: 'Theirs' });
    world.submit({ business_name: 'Mine', business_phone: '+1 1' });
    await conflict(world);
    world.standin.setProfile(world.id, { business_name: original });
    valueOf(await look(world, false));
    expect(world.row()).toMatchObject({ state: 'conflict', remote: { business_name: original } });
    valueOf(world.resolve([]));
    await gone(world);
    expect(world.standin.profileOf(world.id)).toMatchObject({
      business_name: 'Mine',
      business_phone: '+1 1',
    });
  });

  test('that began before the conflict was found does not put an older text beside it', async () => {
    const world = await SyncWorld.start();
    world.standin.setProfile(world.id, { business_name: 'Theirs 1' });
    const hold = world.standin.hold({ method: 'GET', nth: 1 }, 'after');
    const looking = look(world);
    await hold.arrived;
    world.standin.setProfile(world.id, { business_name: 'Theirs 2' });
    world.submit({ business_name: 'Mine' });
    await conflict(world);
    hold.release();
    valueOf(await looking);
    expect(world.row()?.remote?.business_name).toBe('Theirs 2');
    expect(world.saved()?.business_name).toBe('Theirs 2');
  });
});
