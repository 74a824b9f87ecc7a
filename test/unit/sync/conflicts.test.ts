/** Conflicts from the first read to the last word: decided by the person, never by us, never twice. */
import { afterEach, describe, expect, test } from 'vitest';
import { failureIn, valueOf } from '../cloudflare/world';
import { conflict, conflicting, gone, kinds, revisions } from './moments';
import { closeWorlds, SyncWorld } from './world';

afterEach(closeWorlds);

test('mine is kept, theirs taken: what is sent is exactly that, and theirs elsewhere survives', async () => {
  const world = await conflicting();
  const mine = world.row()?.desired;
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
  // What nobody here touched is not told as a text of the person's.
  expect(revisions(world)[1]?.fields).toEqual({ ...mine, external_metadata: 'from them' });
  expect(world.progress.of(world.id).confirmed?.alsoUpdated).toEqual(['external_metadata']);
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

test('theirs everywhere and nothing else to send: the change is over without asking Cloudflare', async () => {
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
  expect(world.row()).toMatchObject({
    theirs: { business_name: 'Theirs again' },
    desired: { business_name: 'Mine', business_phone: '+1 2' },
  });
  // The phone was decided: only the name asks.
  expect(
    failureIn(
      await world.changes.resolve({
        organizationId: world.id,
        version: world.row()?.version ?? 0,
        theirs: world.row()!.theirs!,
        choices: { business_phone: 'mine' },
      }),
    ).code,
  ).toBe('profile.conflict');
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Theirs again');
  valueOf(world.resolve([]));
  await gone(world);
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Mine');
});

test('after a decision a text we once tried to write is theirs, if they write it', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  world.random = 0.999;
  world.submit({ business_name: 'First' });
  await world.until(() => world.row()?.state === 'waiting' && !world.busy(), { clock: false });
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  world.submit({ business_name: 'Second' });
  await conflict(world);
  const hold = world.standin.hold({ method: 'GET' });
  valueOf(world.resolve([]));
  await hold.arrived;
  world.standin.setProfile(world.id, { business_name: 'First' });
  hold.release();
  await conflict(world);
  expect(world.row()?.theirs?.business_name).toBe('First');
});

test('a conflict and its decision survive a restart at every moment', async () => {
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

describe('a decision about something else than what is there now changes nothing:', () => {
  test.each(['another version', 'another copy', 'no conflict', 'no change'] as const)(
    '%s',
    async (what) => {
      const world = await conflicting();
      const { version, theirs } = world.row()!;
      const seen = {
        organizationId: world.id,
        version: what === 'another version' ? version - 1 : version,
        theirs: what === 'another copy' ? { ...theirs!, business_email: 'x' } : theirs!,
        choices: { business_name: 'mine', business_phone: 'mine' } as const,
      };
      if (what === 'no conflict') world.submit({ business_name: 'Newer' });
      if (what === 'no change') world.discard();
      const before = world.row();
      expect(failureIn(await world.changes.resolve(seen)).code).toBe('change.moved-on');
      expect(world.row()).toEqual(before);
    },
  );

  test('and one that leaves a field open', async () => {
    const world = await conflicting();
    const before = world.row()!;
    const seen = { organizationId: world.id, version: before.version, theirs: before.theirs! };
    const choices = { business_name: 'mine', business_address: 'theirs' } as const;
    expect(failureIn(await world.changes.resolve({ ...seen, choices })).code).toBe(
      'profile.conflict',
    );
    expect(world.row()).toEqual(before);
    expect(kinds(world)).toEqual(['observed']);
  });
});
