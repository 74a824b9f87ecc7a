/** What happens while a conflict waits for its decision: typing, saving again, a look at Cloudflare. */
import { afterEach, describe, expect, test } from 'vitest';
import { failureIn, valueOf } from '../cloudflare/world';
import { conflict, conflicting, draft, gone, kinds, look } from './moments';
import { closeWorlds, SyncWorld } from './world';

afterEach(closeWorlds);

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
