/** The merge against an independent statement of its rule, and what must hold whatever comes in. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeProfiles } from '../../../src/shared/merge';
import { FIELD_NAMES, mapFields, type Profile } from '../../../src/shared/profile';

// Few texts, so that the sides meet often.
const text = fc.constantFrom('', 'a', 'b', 'c');
const profile: fc.Arbitrary<Profile> = fc.record({
  business_name: text,
  business_email: text,
  business_phone: text,
  business_address: text,
  external_metadata: text,
});
const sides = fc.record({
  base: profile,
  mine: profile,
  theirs: profile,
  attempted: fc.option(profile),
});

const one = (base: string, mine: string, theirs: string, attempted: string | null) => {
  const all = (value: string): Profile => mapFields(() => value);
  const merge = mergeProfiles({
    base: all(base),
    mine: all(mine),
    theirs: all(theirs),
    attempted: attempted === null ? null : all(attempted),
  });
  const conflict = merge.conflicts.length > 0;
  return conflict ? 'conflict' : merge.merged.business_name;
};

describe('the rule, case by case', () => {
  test.each([
    // base, mine, theirs, attempted → sent
    ['nothing happened', 'o', 'o', 'o', null, 'o'],
    ['only I changed it', 'o', 'm', 'o', null, 'm'],
    ['only they changed it', 'o', 'o', 't', null, 't'],
    ['both changed it alike', 'o', 'm', 'm', null, 'm'],
    ['both changed it differently', 'o', 'm', 't', null, 'conflict'],
    ['my own write, its answer lost', 'o', 'm', 'm', 'm', 'm'],
    ['my own write, edited again since', 'o', 'n', 'm', 'm', 'n'],
    ['my own write, edited back since', 'o', 'o', 'm', 'm', 'o'],
    ['my write never arrived', 'o', 'n', 'o', 'm', 'n'],
    ['my write, then theirs', 'o', 'm', 't', 'm', 'conflict'],
    ['my write, then theirs, mine taken back', 'o', 'o', 't', 'm', 't'],
    ['they changed a field I never wrote', 'o', 'o', 't', 'o', 't'],
    ['they emptied it', 'o', 'o', '', null, ''],
    ['I emptied it', 'o', '', 'o', null, ''],
  ])('%s', (_, base, mine, theirs, attempted, sent) => {
    expect(one(base, mine, theirs, attempted)).toBe(sent);
  });
});

/** The same rule said by who changed what, instead of by comparing in order. */
function expected(base: string, mine: string, theirs: string, attempted: string | undefined) {
  const weWroteIt = attempted !== undefined && attempted !== base && theirs === attempted;
  const wantsIt = mine !== base || weWroteIt;
  const theyChangedIt = theirs !== base && !weWroteIt;
  if (wantsIt && theyChangedIt && mine !== theirs) return null;
  return wantsIt ? mine : theirs;
}

test('agrees with the rule in every field', () => {
  fc.assert(
    fc.property(sides, ({ base, mine, theirs, attempted }) => {
      const merge = mergeProfiles({ base, mine, theirs, attempted });
      for (const field of FIELD_NAMES) {
        const wanted = expected(base[field], mine[field], theirs[field], attempted?.[field]);
        expect(merge.conflicts.includes(field)).toBe(wanted === null);
        expect(merge.merged[field]).toBe(wanted ?? theirs[field]);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('identity: nothing wanted gives theirs, nothing changed there gives mine', () => {
  fc.assert(
    fc.property(profile, profile, (one, other) => {
      const untouched = mergeProfiles({ base: one, mine: one, theirs: other, attempted: null });
      expect(untouched).toMatchObject({ merged: other, conflicts: [] });
      const alone = mergeProfiles({ base: one, mine: other, theirs: one, attempted: null });
      expect(alone).toMatchObject({ merged: other, conflicts: [], alsoUpdated: [] });
      const done = mergeProfiles({ base: one, mine: other, theirs: other, attempted: null });
      expect(done).toMatchObject({ merged: other, conflicts: [] });
    }),
  );
});

test('swapping the sides swaps nothing but who gives way', () => {
  fc.assert(
    fc.property(profile, profile, profile, (base, mine, theirs) => {
      const there = mergeProfiles({ base, mine, theirs, attempted: null });
      const back = mergeProfiles({ base, mine: theirs, theirs: mine, attempted: null });
      expect(there.conflicts).toEqual(back.conflicts);
      if (there.conflicts.length === 0) expect(there.merged).toEqual(back.merged);
    }),
  );
});

test('sending the result and merging again changes nothing', () => {
  fc.assert(
    fc.property(sides, ({ base, mine, theirs, attempted }) => {
      const first = mergeProfiles({ base, mine, theirs, attempted });
      fc.pre(first.conflicts.length === 0);
      const again = mergeProfiles({
        base: first.base,
        mine,
        theirs: first.merged,
        attempted: mine,
      });
      expect(again).toMatchObject({ merged: first.merged, conflicts: [] });
    }),
  );
});

test('a lost answer never makes a conflict with oneself, however often it is edited again', () => {
  const attempt = fc.record({ text, applied: fc.boolean(), seen: fc.boolean() });
  fc.assert(
    fc.property(text, fc.array(attempt, { minLength: 1, maxLength: 6 }), (original, attempts) => {
      const all = (value: string): Profile => mapFields(() => value);
      let there = original;
      let base = all(original);
      let attempted: Profile | null = null;
      for (const { text: wanted, applied, seen } of attempts) {
        // Not `seen`: submitted, and replaced before anything was read.
        if (!seen) continue;
        const merge = mergeProfiles({ base, mine: all(wanted), theirs: all(there), attempted });
        expect(merge.conflicts).toEqual([]);
        expect(merge.merged).toEqual(all(wanted));
        base = merge.base;
        attempted = all(wanted);
        if (applied) there = wanted;
      }
    }),
    { numRuns: 2_000 },
  );
});

test('"also updated" is what only somebody else changed', () => {
  const base = mapFields(() => 'o');
  const merge = mergeProfiles({
    base,
    mine: { ...base, business_name: 'm', business_email: 'same' },
    theirs: { ...base, business_phone: 't', business_email: 'same' },
    attempted: null,
  });
  expect(merge.alsoUpdated).toEqual(['business_phone']);
});
