/** Reading a profile without sending anything: what is stored, marked, reported and never touched. */
import { afterEach, describe, expect, test } from 'vitest';
import { failed } from '../../../src/shared/failure';
import type { FieldName, Profile } from '../../../src/shared/profile';
import { failureIn, valueOf } from '../cloudflare/harness';
import { draft, gone, kinds, look, lostAnswer, stateIs, withoutProfile } from './helpers';
import { closeWorlds, SIGN_IN, SyncWorld } from './harness';

afterEach(closeWorlds);

const profile = (world: SyncWorld) => world.read((tables) => tables.profiles.get(world.id));

test('nothing changed: only the time of the check', async () => {
  const world = await SyncWorld.start();
  const before = profile(world);
  world.clock.advance(60_000);
  valueOf(await look(world));
  expect(profile(world)).toEqual({ ...before, checkedAt: world.clock.now() });
  expect(kinds(world)).toEqual([]);
});

test('the first copy ever is no change', async () => {
  const world = await SyncWorld.start();
  const { id } = world;
  world.write((tables) => {
    const organization = tables.organizations.get(id);
    tables.organizations.remove(id);
    if (organization) tables.organizations.put(organization);
  });
  valueOf(await look(world, false));
  expect(profile(world)).toMatchObject({
    fields: world.standin.profileOf(id),
    changedElsewhere: false,
  });
  expect(kinds(world)).toEqual(['observed']);
});

test('changed by somebody else: a revision, and a mark unless the person is looking', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, { business_phone: '1' });
  valueOf(await look(world, false));
  expect(profile(world)).toMatchObject({ changedElsewhere: true, fields: { business_phone: '1' } });
  expect(kinds(world)).toEqual(['observed']);
  // Not looked at yet: the mark stays when the next check finds nothing new.
  valueOf(await look(world, false));
  expect(profile(world)?.changedElsewhere).toBe(true);
  valueOf(await look(world, true));
  expect(profile(world)?.changedElsewhere).toBe(false);
  world.standin.setProfile(world.id, { business_phone: '2' });
  valueOf(await look(world, true));
  expect(profile(world)?.changedElsewhere).toBe(false);
  expect(kinds(world)).toHaveLength(2);
});

test('what others changed while the person looks is told: field by field, until they edit or leave', async () => {
  const world = await SyncWorld.start();
  const news = () => world.progress.of(world.id).news;
  world.progress.opened(world.id);
  world.standin.setProfile(world.id, { business_phone: '1' });
  valueOf(await look(world));
  expect(news()).toEqual({ at: world.clock.now(), fields: ['business_phone'] });
  // Found nothing new: what was told stays.
  valueOf(await look(world));
  world.clock.advance(1_000);
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  valueOf(await look(world));
  expect(news()).toEqual({
    at: world.clock.now(),
    fields: ['business_name', 'business_phone'],
  });
  world.progress.edited(world.id);
  expect(news()).toBeNull();
  world.standin.setProfile(world.id, { business_phone: '3' });
  valueOf(await look(world));
  world.progress.opened(world.id);
  expect(news()?.fields).toEqual(['business_phone']);
  world.progress.opened(world.ids[1] ?? '');
  expect(news()).toBeNull();
});

test('what is found after a save takes the place of its confirmation', async () => {
  const world = await SyncWorld.start();
  const told = () => world.progress.of(world.id);
  world.progress.opened(world.id);
  world.submit({ business_name: 'Ours' });
  await world.until(() => told().confirmed !== null, { clock: false });
  // Nothing new: it stays confirmed.
  valueOf(await look(world));
  expect(told()).toMatchObject({ news: null, confirmed: {} });
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  valueOf(await look(world));
  expect(told()).toMatchObject({ news: { fields: ['business_name'] }, confirmed: null });
});

test('neither our own write nor what is found in the background is news', async () => {
  const world = await SyncWorld.start();
  const news = () => world.progress.of(world.id).news;
  await lostAnswer(world, 'Ours');
  valueOf(await look(world));
  expect(news()).toBeNull();
  world.standin.setProfile(world.id, { business_phone: '1' });
  valueOf(await look(world, false));
  expect(news()).toBeNull();
});

test('beside our own write only theirs is news', async () => {
  const world = await SyncWorld.start();
  await lostAnswer(world, 'Ours');
  world.standin.setProfile(world.id, { business_phone: '2' });
  valueOf(await look(world));
  expect(world.progress.of(world.id).news?.fields).toEqual(['business_phone']);
});

test('a draft keeps its texts and their bases; a field Cloudflare now holds leaves it', async () => {
  const world = await SyncWorld.start();
  const before = world.standin.profileOf(world.id);
  world.type({ business_name: 'Typed', business_email: 'typed@example.com' });
  world.standin.setProfile(world.id, {
    business_name: 'Theirs',
    business_email: 'typed@example.com',
    business_phone: '3',
  });
  valueOf(await look(world));
  expect(draft(world)).toEqual({ business_name: { base: before?.business_name, text: 'Typed' } });
  world.standin.setProfile(world.id, { business_name: 'Typed' });
  valueOf(await look(world));
  expect(draft(world)).toBeNull();
});

test('finding our own lost write confirms it; the change is over and nothing is marked', async () => {
  const world = await SyncWorld.start();
  await lostAnswer(world, 'Ours');
  valueOf(await look(world, false));
  expect(world.row()).toBeNull();
  expect(profile(world)?.changedElsewhere).toBe(false);
  expect(kinds(world)).toEqual(['saved']);
  expect(world.traffic()).toBe('GET PUT GET');
});

test('a read before the saved-again text is sent knows our earlier write', async () => {
  const world = await SyncWorld.start();
  const original = world.saved()?.business_name ?? '';
  await lostAnswer(world, 'Ours');
  // Typed back to the original: still our own write that is found.
  const hold = world.standin.hold({ method: 'GET' });
  world.submit({ business_name: original });
  await hold.arrived;
  valueOf(await look(world, false));
  expect(profile(world)?.changedElsewhere).toBe(false);
  hold.release();
  await gone(world);
  expect(world.standin.profileOf(world.id)?.business_name).toBe(original);
});

test.each(['the whole change', 'a part of it'])(
  'somebody else’s change beside our own is marked: %s arrived',
  async (arrived) => {
    const world = await SyncWorld.start();
    await lostAnswer(world, 'Ours');
    if (arrived === 'a part of it') {
      await world.standin.goOffline();
      world.submit({ business_email: 'waits@example.com' });
      await stateIs(world, 'waiting');
      await world.standin.goOnline();
    }
    world.standin.setProfile(world.id, { business_phone: '4' });
    valueOf(await look(world, false));
    expect(profile(world)).toMatchObject({
      changedElsewhere: true,
      fields: { business_name: 'Ours', business_phone: '4' },
    });
    expect(world.row() === null).toBe(arrived === 'the whole change');
  },
);

test('a draft on top of a pending change is left alone', async () => {
  const world = await SyncWorld.start();
  world.random = 0.999;
  world.standin.faults.add({ mode: 'reset', match: { method: 'PUT' } });
  world.submit({ business_name: 'Ours' });
  await stateIs(world, 'waiting');
  world.type({ business_phone: '5' });
  const before = draft(world);
  world.standin.setProfile(world.id, { business_address: 'Theirs' });
  valueOf(await look(world));
  expect(draft(world)).toEqual(before);
});

describe('a copy is dropped when it may be older than what a send stored:', () => {
  test('read while the change is written', async () => {
    const world = await SyncWorld.start();
    const hold = world.standin.hold({ method: 'PUT' }, 'after');
    world.submit({ business_name: 'Ours' });
    await hold.arrived;
    valueOf(await look(world, false));
    // It shows our write, and a read that tells nothing must not confirm it.
    expect(world.row()).toMatchObject({ state: 'queued', attempted: { business_name: 'Ours' } });
    expect(world.saved()?.business_name).not.toBe('Ours');
    hold.release();
    await gone(world);
    expect(kinds(world)).toEqual(['saved']);
  });

  test('begun before a send and answered after it', async () => {
    const world = await SyncWorld.start();
    const hold = world.standin.hold({ method: 'GET', nth: 1 }, 'after');
    const looking = look(world);
    await hold.arrived;
    world.submit({ business_name: 'Ours' });
    await gone(world);
    hold.release();
    valueOf(await looking);
    expect(world.saved()?.business_name).toBe('Ours');
    expect(kinds(world)).toEqual(['saved']);
    expect(profile(world)?.changedElsewhere).toBe(false);
    expect(world.progress.of(world.id).confirmed).not.toBeNull();
  });
});

test('no profile yet, then one appears', async () => {
  const world = await SyncWorld.start();
  withoutProfile(world);
  valueOf(await look(world));
  expect(profile(world)).toMatchObject({ fields: null, changedElsewhere: false });
  world.standin.setProfile(world.id, { business_name: 'Now' });
  valueOf(await look(world, false));
  expect(profile(world)).toMatchObject({
    fields: { business_name: 'Now' },
    changedElsewhere: true,
  });
});

describe('a field that an answer lacks', () => {
  /** Lets the stand-in answer without these fields. */
  function leaveOut(world: SyncWorld, ...fields: FieldName[]): void {
    const stored = world.standin.organizations.get(world.id)!.profile as Partial<Profile>;
    for (const field of fields) delete stored[field];
  }

  test('is a failure where we had a text: neither stored nor sent back as an empty one', async () => {
    const world = await SyncWorld.start();
    world.random = 0.999;
    const before = profile(world);
    leaveOut(world, 'business_address');
    expect(failureIn(await look(world)).code).toBe('cloudflare.unreadable');
    expect(profile(world)).toEqual(before);
    world.submit({ business_name: 'Ours' });
    await stateIs(world, 'waiting');
    expect(world.row()?.failure?.code).toBe('cloudflare.unreadable');
    expect(world.standin.requests.some(({ method }) => method === 'PUT')).toBe(false);
    expect(world.saved()).toEqual(before?.fields);
  });

  test('is empty where we had none', async () => {
    const world = await SyncWorld.start();
    const empty = { ...world.saved()!, external_metadata: '' };
    world.write(({ profiles }) => profiles.put({ ...profiles.get(world.id)!, fields: empty }));
    leaveOut(world, 'external_metadata');
    valueOf(await look(world));
    expect(profile(world)).toMatchObject({ fields: empty, changedElsewhere: false });
  });

  test('is a failure, too, where only a change of ours has a text', async () => {
    const world = await SyncWorld.start();
    world.random = 0.999;
    const empty = { ...world.saved()!, external_metadata: '' };
    world.write(({ profiles }) => profiles.put({ ...profiles.get(world.id)!, fields: empty }));
    world.standin.setProfile(world.id, { external_metadata: '' });
    world.standin.afterAnswer({ method: 'PUT' }, () => leaveOut(world, 'external_metadata'));
    world.submit({ external_metadata: 'Ours' });
    await stateIs(world, 'waiting');
    expect(world.row()?.failure?.code).toBe('cloudflare.unreadable');
    expect(world.row()?.attempted).toEqual({ external_metadata: 'Ours' });
  });
});

test('a profile that is gone: the saved copy stays, and the page says so', async () => {
  const world = await SyncWorld.start();
  const before = profile(world);
  world.standin.setProfile(world.id, null);
  world.clock.advance(1_000);
  expect(failureIn(await look(world)).code).toBe('profile.gone');
  expect(profile(world)).toEqual(before);
  expect(world.progress.of(world.id)).toMatchObject({
    refreshing: false,
    refreshFailure: { code: 'profile.gone' },
  });
});

test.each([
  [404, 'organization.not-found'],
  [403, 'organization.forbidden'],
] as const)('an organization that is gone (%i)', async (unknownOrganization, code) => {
  const world = await SyncWorld.start({ unknownOrganization });
  const before = profile(world);
  world.standin.removeOrganization(world.id);
  expect(failureIn(await look(world)).code).toBe(code);
  expect(profile(world)).toEqual(before);
});

test('a failure is kept until the next refresh that works', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: '502-branded-html', times: 1 });
  expect(failureIn(await look(world)).code).toBe('cloudflare.trouble');
  expect(world.progress.of(world.id).refreshFailure?.code).toBe('cloudflare.trouble');
  valueOf(await look(world));
  expect(world.progress.of(world.id).refreshFailure).toBeNull();
});

test('trouble with the sign-in is told, also from the keychain', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: '403-9103' });
  await look(world);
  world.authorizationOf = async () => failed('keychain.locked');
  await look(world);
  expect(world.troubles.map(([id, { code }]) => [id, code])).toEqual([
    [SIGN_IN, 'sign-in.unknown'],
    [SIGN_IN, 'keychain.locked'],
  ]);
});

test('two refreshes at once ask once; stopping ends them', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, { business_phone: '6' });
  const hold = world.standin.hold({ method: 'GET' });
  const first = look(world, false);
  const second = look(world, true);
  await hold.arrived;
  hold.release();
  await Promise.all([first, second]);
  expect(world.standin.requests).toHaveLength(1);
  // The person came while it was asked: no mark.
  expect(profile(world)?.changedElsewhere).toBe(false);

  world.standin.faults.add({ mode: 'stalled-body' });
  const stalled = look(world);
  await world.until(() => world.standin.requests.length === 2);
  world.refresher.stop();
  expect(failureIn(await stalled).code).toBe('app.stopping');
  expect(world.progress.of(world.id)).toMatchObject({ refreshing: false, refreshFailure: null });
});

test('an organization that was removed meanwhile leaves nothing under way behind', async () => {
  const world = await SyncWorld.start();
  const hold = world.standin.hold({ method: 'GET' });
  const asked = look(world);
  await hold.arrived;
  const record = world.read((tables) => tables.organizations.get(world.id))!;
  world.write((tables) => tables.organizations.remove(world.id));
  world.progress.forget(world.id);
  hold.release();
  expect(failureIn(await asked).code).toBe('organization.not-saved-here');
  // Added again, its page begins without the failure of the one before.
  world.write((tables) => tables.organizations.put(record));
  expect(world.progress.of(world.id)).toMatchObject({ refreshing: false, refreshFailure: null });
});
