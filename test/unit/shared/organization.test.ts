/** Parsing a typed organization ID, and computing the base of a form. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  baselineOf,
  idInAddress,
  readEntryId,
  type OrganizationView,
} from '../../../src/shared/organization';
import { EMPTY_PROFILE, mapFields } from '../../../src/shared/profile';

const ID = 'a7b9c3d2e8f4a1b5c6d0e9f2a3b7c4d8';

test.each([
  [ID, ID],
  [` ${ID}\n`, ID],
  [ID.toUpperCase(), ID],
  ['a7b9c3d2-e8f4-a1b5-c6d0-e9f2a3b7c4d8', ID],
  ['', null],
  [ID.slice(1), null],
  [`${ID}0`, null],
  ['a7b9c3d2e8f4g1h5i6j0k9l2m3n7o4p8', null],
  [`${ID.slice(1)}\u0430`, null],
])('parses %j as %j', (typed, id) => {
  expect(readEntryId(typed)).toBe(id);
});

test('parses an ID with any spacing; parsing the result again changes nothing', () => {
  const digits = fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(digits, fc.constantFrom(' ', '-', '\t', '\n'), fc.nat(31), (all, gap, at) => {
      const typed = [...all.slice(0, at), gap, ...all.slice(at)].join('');
      expect(readEntryId(typed)).toBe(all.join(''));
    }),
  );
  fc.assert(
    fc.property(fc.string(), (typed) => {
      const id = readEntryId(typed);
      if (id !== null) expect(readEntryId(id)).toBe(id);
    }),
  );
});

test('the base of a form is the saved copy with the pending change applied', () => {
  const of = (text: string) => mapFields(() => text);
  const bare = { draft: null, change: null, profile: null } as unknown as OrganizationView;
  expect(baselineOf(bare)).toEqual(EMPTY_PROFILE);
  const profile = { fields: of('saved'), confirmedAt: 0, checkedAt: 0 };
  const business_name = { base: 'base', text: 'pending' };
  const change = { patch: { business_name } } as unknown as OrganizationView['change'];
  const draft = { patch: { business_phone: { base: 'base', text: 'typed' } }, updatedAt: 0 };
  const pending = { ...of('saved'), business_name: 'pending' };
  expect(baselineOf({ ...bare, profile })).toEqual(of('saved'));
  expect(baselineOf({ ...bare, profile: { ...profile, fields: null } })).toEqual(EMPTY_PROFILE);
  expect(baselineOf({ ...bare, profile, change })).toEqual(pending);
  // A draft does not change the base of the form. Each field of a draft stores its own base.
  expect(baselineOf({ ...bare, profile, change, draft })).toEqual(pending);
  expect(baselineOf({ ...bare, change })).toEqual({ ...EMPTY_PROFILE, business_name: 'pending' });
  expect(baselineOf(bare)).not.toBe(EMPTY_PROFILE);
});

test.each([
  `https://dash.cloudflare.com/${'a1'.repeat(16)}`,
  ` https://dash.cloudflare.com/${'A1'.repeat(16)}/members?to=${'b2'.repeat(16)} `,
  `dash.cloudflare.com/organizations/${'a1'.repeat(16)}#top`,
])('finds the id in the address of a page of the dashboard: %s', (typed) => {
  expect(idInAddress(typed)).toBe('a1'.repeat(16));
});

test.each([
  'a1'.repeat(16),
  `https://evil.example/${'a1'.repeat(16)}`,
  `https://dash.cloudflare.com.evil.example/${'a1'.repeat(16)}`,
  `https://dash.cloudflare.com/${'a1'.repeat(17)}`,
  `https://dash.cloudflare.com/?to=${'a1'.repeat(16)}`,
  'https://dash.cloudflare.com/',
])('finds none in %s', (typed) => {
  expect(idInAddress(typed)).toBeNull();
});
