/** Conflicts from the first read to the last word: decided by the person, never by us, never twice. */
import { afterEach, describe, expect, test } from 'vitest';
import { failureIn, valueOf } from '../cloudflare/world';
import { closeWorlds, SyncWorld } from './world';

afterEach(closeWorlds);

const revisions = (world: SyncWorld) => world.read((tables) => tables.revisions.of(world.id));
const kinds = (world: SyncWorld) => revisions(world).map(({ kind }) => kind);
const draft = (world: SyncWorld) => world.read((tables) => tables.drafts.get(world.id));
const gone = (world: SyncWorld) => world.until(() => world.row() === null && !world.busy());
const conflict = (world: SyncWorld) =>
  world.until(() => world.row()?.state === 'conflict' && !world.busy(), { clock: false });
const look = (world: SyncWorld) => world.refresher.refresh(world.id, { looking: true });

/** A world in which name and phone were changed on both sides, and the address only by us. */
async function conflicting(): Promise<SyncWorld> {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, {
    business_name: 'Theirs',
    business_phone: '+1 2',
    external_metadata: 'from them',
  });
  world.submit({ business_name: 'Mine', business_phone: '+1 1', business_address: 'Here' });
  await conflict(world);
  return world;
}

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

describe('a draft typed on top of a conflict', () => {
  test('keeps everything typed; where theirs was taken it begins from theirs', async () => {
    const world = await conflicting();
    world.type({ business_phone: '+1 3', business_email: 'typed@example.com' });
    valueOf(world.resolve(['business_phone']));
    expect(draft(world)).toMatchObject({
      fields: {
        business_phone: '+1 3',
        business_email: 'typed@example.com',
        business_name: 'Mine',
      },
      base: { business_phone: '+1 2' },
    });
    await gone(world);
    expect(draft(world)?.fields).toMatchObject({
      business_phone: '+1 3',
      business_email: 'typed@example.com',
      external_metadata: 'from them',
    });
    world.submit({});
    await gone(world);
    expect(world.standin.profileOf(world.id)).toMatchObject({
      business_name: 'Mine',
      business_phone: '+1 3',
      business_email: 'typed@example.com',
      external_metadata: 'from them',
    });
  });

  test('in a field others changed, too, still asks when it is saved, after the decision', async () => {
    const world = await SyncWorld.start();
    world.standin.setProfile(world.id, { business_name: 'Theirs', business_phone: '+1 2' });
    world.submit({ business_name: 'Mine' });
    await conflict(world);
    world.type({ business_phone: '+1 3' });
    valueOf(world.resolve(['business_name']));
    expect(world.row()).toBeNull();
    world.submit({});
    await conflict(world);
    expect(world.row()).toMatchObject({
      desired: { business_name: 'Theirs', business_phone: '+1 3' },
      theirs: { business_phone: '+1 2' },
    });
    expect(world.standin.profileOf(world.id)?.business_phone).toBe('+1 2');
  });
});

describe('saving again during a conflict', () => {
  test('asks only for what still is in conflict, and overwrites nothing', async () => {
    const world = await conflicting();
    world.submit({ business_name: 'Theirs', business_phone: '+1 3' });
    await conflict(world);
    expect(world.standin.profileOf(world.id)?.business_phone).toBe('+1 2');
    const { version, theirs } = world.row()!;
    const seen = { organizationId: world.id, version, theirs: theirs! };
    valueOf(await world.changes.resolve({ ...seen, choices: { business_phone: 'mine' } }));
    await gone(world);
    expect(world.standin.profileOf(world.id)).toMatchObject({
      business_name: 'Theirs',
      business_phone: '+1 3',
      business_address: 'Here',
    });
    // The text of the first save, which the second did not contain.
    expect(kinds(world)).toContain('replaced');
  });

  test('with a field typed back to where it began leaves theirs there', async () => {
    const world = await SyncWorld.start();
    const original = world.standin.profileOf(world.id)?.business_name ?? '';
    world.standin.setProfile(world.id, { business_name: 'Theirs' });
    world.submit({ business_name: 'Mine', business_phone: '+1 1' });
    await conflict(world);
    world.submit({ business_name: original });
    await gone(world);
    expect(world.standin.profileOf(world.id)).toMatchObject({
      business_name: 'Theirs',
      business_phone: '+1 1',
    });
  });
});

describe('a look at Cloudflare during a conflict', () => {
  test('shows the newest text; a decision about the older one is refused', async () => {
    const world = await conflicting();
    const { version, theirs } = world.row()!;
    world.standin.setProfile(world.id, { business_name: 'Theirs 2' });
    valueOf(await look(world));
    expect(world.row()).toMatchObject({ state: 'conflict', theirs: { business_name: 'Theirs 2' } });
    const choices = { business_name: 'mine', business_phone: 'mine' } as const;
    const seen = { organizationId: world.id, version, theirs: theirs!, choices };
    expect(failureIn(await world.changes.resolve(seen)).code).toBe('change.moved-on');
    valueOf(world.resolve(['business_name', 'business_phone']));
    await gone(world);
    expect(world.standin.profileOf(world.id)?.business_name).toBe('Theirs 2');
  });

  test.each([
    ['they took it back', 'back'],
    ['they have the same now', 'Mine'],
  ])('finds it is none any more (%s): it is sent', async (_, text) => {
    const world = await SyncWorld.start();
    const original = world.standin.profileOf(world.id)?.business_name ?? '';
    world.standin.setProfile(world.id, { business_name: 'Theirs' });
    world.submit({ business_name: 'Mine', business_phone: '+1 1' });
    await conflict(world);
    const name = text === 'back' ? original : text;
    world.standin.setProfile(world.id, { business_name: name });
    valueOf(await world.refresher.refresh(world.id, { looking: false }));
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
    expect(world.row()?.theirs?.business_name).toBe('Theirs 2');
    expect(world.saved()?.business_name).toBe('Theirs 2');
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
