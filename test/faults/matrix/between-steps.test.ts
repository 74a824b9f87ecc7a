/**
 * Somebody else writes between any two requests of a send: another field, the same field, both. What can
 * be noticed before writing asks or survives; what comes after it is never written over.
 */
import { afterEach, expect, test } from 'vitest';
import { EMPTY_PROFILE, type Profile } from '../../../src/shared/profile';
import type { Match } from '../../standin/index';
import { closeHarnesses, SyncHarness } from '../../unit/sync/harness';
import { request, slowDisk, withoutProfile } from './steps';

afterEach(closeHarnesses);

const MINE = { business_phone: 'mine' };
const PATCH = { business_phone: { text: 'mine' } };
const SAME = { business_phone: 'theirs' };
const OTHER = { business_email: 'somebody@else.example' };
const writes = { 'another field': OTHER, 'the same field': SAME, both: { ...OTHER, ...SAME } };

/** When somebody writes, as far as Letterhead can know. */
type Noticed = 'before writing' | 'never' | 'by reading back' | 'by the next look';

interface Moment {
  name: string;
  noticed: Noticed;
  match(world: SyncHarness): Match;
  side: 'before' | 'after';
  prepare?(world: SyncHarness): void;
}

const { read, write, organization } = request;
const moments: readonly Moment[] = [
  { name: 'before it is read', noticed: 'before writing', match: read(1), side: 'before' },
  {
    name: 'once it was read the first time of two',
    noticed: 'before writing',
    match: read(1),
    side: 'after',
    prepare: slowDisk,
  },
  {
    name: 'just before it is read again',
    noticed: 'before writing',
    match: read(2),
    side: 'before',
    prepare: slowDisk,
  },
  { name: 'once it was read', noticed: 'never', match: read(1), side: 'after' },
  {
    name: 'before asking whether there is an organization',
    noticed: 'never',
    match: organization,
    side: 'before',
    prepare: withoutProfile,
  },
  {
    name: 'once it was read again',
    noticed: 'never',
    match: read(2),
    side: 'after',
    prepare: slowDisk,
  },
  { name: 'just before the write', noticed: 'never', match: write, side: 'before' },
  { name: 'just after the write', noticed: 'by reading back', match: write, side: 'after' },
  { name: 'before it is read back', noticed: 'by reading back', match: read(2), side: 'before' },
  { name: 'once it was read back', noticed: 'by the next look', match: read(2), side: 'after' },
];

/** What must hold when somebody wrote `theirs` at a moment of this kind. */
const holds: Record<Noticed, (world: SyncHarness, theirs: Partial<Profile>) => Promise<void>> = {
  async 'before writing'(world, theirs) {
    if (!('business_phone' in theirs)) return confirmed(world, { ...MINE, ...theirs });
    expect(world.row()).toMatchObject({ state: 'conflict', patch: PATCH, remote: theirs });
    expect(there(world)).toMatchObject(theirs);
    expect(world.traffic()).not.toContain('PUT');
  },
  // Nobody can notice it; all fields of ours are there, as they were read and saved.
  never: (world) => confirmed(world, MINE),
  async 'by reading back'(world, theirs) {
    if (!('business_phone' in theirs)) return confirmed(world, { ...MINE, ...theirs });
    const failure = { code: 'profile.stored-differently' };
    expect(world.row()).toMatchObject({ state: 'differs', patch: PATCH, remote: theirs, failure });
    expect(there(world)).toMatchObject(theirs);
    expect(world.saved()).toEqual(there(world));
  },
  async 'by the next look'(world, theirs) {
    expect(world.row()).toBeNull();
    expect(world.saved()).toMatchObject(MINE);
    await world.refresher.refresh(world.id, { looking: false });
    const profile = world.read((tables) => tables.profiles.get(world.id));
    expect(profile).toMatchObject({ changedElsewhere: true, fields: theirs });
    expect(there(world)).toMatchObject(theirs);
  },
};

function there(world: SyncHarness): Profile {
  return world.standin.profileOf(world.id) ?? EMPTY_PROFILE;
}

async function confirmed(world: SyncHarness, expected: Partial<Profile>): Promise<void> {
  expect(world.row()).toBeNull();
  expect(there(world)).toMatchObject(expected);
  expect(world.saved()).toEqual(there(world));
}

for (const { name, noticed, match, side, prepare } of moments) {
  for (const [what, theirs] of Object.entries(writes)) {
    test(`${what}, ${name}: noticed ${noticed}`, async () => {
      const world = await SyncHarness.start({ organizations: 1 });
      prepare?.(world);
      const before = world.saved() ?? EMPTY_PROFILE;
      const hook = side === 'before' ? world.standin.beforeAnswer : world.standin.afterAnswer;
      let written = 0;
      hook.call(world.standin, match(world), () => {
        written += 1;
        world.standin.setProfile(world.id, theirs);
      });
      world.submit(MINE);
      await world.settled();
      await world.until(() => !world.busy());
      expect(written).toBe(1);
      await holds[noticed](world, theirs);
      // Whatever it was: what nobody wrote is as it was.
      const { business_name, business_address, external_metadata } = before;
      expect(there(world)).toMatchObject({ business_name, business_address, external_metadata });
      expect(world.standin.violations).toEqual([]);
    });
  }
}
