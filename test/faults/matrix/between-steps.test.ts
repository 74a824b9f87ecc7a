/**
 * Someone else writes between any two requests of a send: a different field, the same field, or both. If the app
 * notices that before its write, it keeps a different field and asks about the same field. What someone else writes
 * after our write is never overwritten.
 */
import { afterEach, expect, test } from 'vitest';
import { EMPTY_PROFILE, type Profile } from '../../../src/shared/profile';
import { SIGN_IN_KINDS } from '../../../src/shared/sign-in';
import type { Match } from '../../standin/index';
import { closeHarnesses, type SyncHarness } from '../../unit/sync/harness';
import { request, slowDisk, startOne, withoutProfile } from './steps';

afterEach(closeHarnesses);

const MINE = { business_phone: 'mine' };
const PATCH = { business_phone: { text: 'mine' } };
const SAME = { business_phone: 'theirs' };
const OTHER = { business_email: 'somebody@else.example' };
const writes = { 'a different field': OTHER, 'the same field': SAME, both: { ...OTHER, ...SAME } };

/** How the app notices what someone else wrote. */
type Noticed = 'before writing' | 'never' | 'by reading back' | 'by the next refresh';

interface Moment {
  name: string;
  noticed: Noticed;
  match(harness: SyncHarness): Match;
  side: 'before' | 'after';
  prepare?(harness: SyncHarness): void;
}

const { read, write, entry } = request;
const moments: readonly Moment[] = [
  { name: 'before it is read', noticed: 'before writing', match: read(1), side: 'before' },
  {
    name: 'after the first of two reads',
    noticed: 'before writing',
    match: read(1),
    side: 'after',
    prepare: slowDisk,
  },
  {
    name: 'just before the second read',
    noticed: 'before writing',
    match: read(2),
    side: 'before',
    prepare: slowDisk,
  },
  { name: 'after it is read', noticed: 'never', match: read(1), side: 'after' },
  {
    name: 'before checking that the entry exists',
    noticed: 'never',
    match: entry,
    side: 'before',
    prepare: withoutProfile,
  },
  {
    name: 'after the second read',
    noticed: 'never',
    match: read(2),
    side: 'after',
    prepare: slowDisk,
  },
  { name: 'just before the write', noticed: 'never', match: write, side: 'before' },
  { name: 'just after the write', noticed: 'by reading back', match: write, side: 'after' },
  { name: 'before it is read back', noticed: 'by reading back', match: read(2), side: 'before' },
  { name: 'after it is read back', noticed: 'by the next refresh', match: read(2), side: 'after' },
];

/** Checks the state after someone else wrote `theirs`, by how the app notices it. */
const holds: Record<Noticed, (harness: SyncHarness, theirs: Partial<Profile>) => Promise<void>> = {
  async 'before writing'(harness, theirs) {
    if (!('business_phone' in theirs)) return confirmed(harness, { ...MINE, ...theirs });
    expect(harness.row()).toMatchObject({ state: 'conflict', patch: PATCH, remote: theirs });
    expect(there(harness)).toMatchObject(theirs);
    expect(harness.traffic()).not.toContain('PUT');
  },
  // The app cannot notice it. Cloudflare has our fields, as they were read or saved.
  never: (harness) => confirmed(harness, MINE),
  async 'by reading back'(harness, theirs) {
    if (!('business_phone' in theirs)) return confirmed(harness, { ...MINE, ...theirs });
    const failure = { code: 'profile.stored-differently' };
    expect(harness.row()).toMatchObject({
      state: 'differs',
      patch: PATCH,
      remote: theirs,
      failure,
    });
    expect(there(harness)).toMatchObject(theirs);
    expect(harness.saved()).toEqual(there(harness));
  },
  async 'by the next refresh'(harness, theirs) {
    expect(harness.row()).toBeNull();
    expect(harness.saved()).toMatchObject(MINE);
    await harness.profileReader.read(harness.id, { isPageOpen: false });
    const profile = harness.read((tables) => tables.profiles.get(harness.id));
    expect(profile).toMatchObject({ changedElsewhere: true, fields: theirs });
    expect(there(harness)).toMatchObject(theirs);
  },
};

function there(harness: SyncHarness): Profile {
  return harness.standin.profileOf(harness.id) ?? EMPTY_PROFILE;
}

async function confirmed(harness: SyncHarness, expected: Partial<Profile>): Promise<void> {
  expect(harness.row()).toBeNull();
  expect(there(harness)).toMatchObject(expected);
  expect(harness.saved()).toEqual(there(harness));
}

// The order of the requests is the same for organizations and accounts, so the kinds alternate.
for (const [index, { name, noticed, match, side, prepare }] of moments.entries()) {
  for (const [place, [what, theirs]] of Object.entries(writes).entries()) {
    const kind = SIGN_IN_KINDS[(index + place) % 2]!;
    test(`${what}, ${name}, with a ${kind}: noticed ${noticed}`, async () => {
      const harness = await startOne(kind);
      prepare?.(harness);
      const before = harness.saved() ?? EMPTY_PROFILE;
      const hook = side === 'before' ? harness.standin.beforeAnswer : harness.standin.afterAnswer;
      let written = 0;
      hook.call(harness.standin, match(harness), () => {
        written += 1;
        harness.standin.setProfile(harness.id, theirs);
      });
      harness.submit(MINE);
      await harness.settled();
      await harness.until(() => !harness.busy());
      expect(written).toBe(1);
      await holds[noticed](harness, theirs);
      // Fields that no one wrote are unchanged.
      const { business_name, business_address, external_metadata } = before;
      expect(there(harness)).toMatchObject({ business_name, business_address, external_metadata });
      expect(harness.standin.violations).toEqual([]);
    });
  }
}
