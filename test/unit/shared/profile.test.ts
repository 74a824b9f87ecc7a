/** The five texts of a profile: comparing and editing them, and keeping their line endings. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  applyEdits,
  normalizeLineEnds,
  changedFields,
  FIELD_NAMES,
  restoreLineEnds,
  isFieldName,
  mapFields,
  sameProfile,
  type Profile,
} from '../../../src/shared/profile';
import { pick } from '../../../src/shared/patch';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  // Texts with many line endings of every kind.
  fc.array(fc.constantFrom('a', 'b', '\r', '\n', '\r\n', '\u2028')).map((parts) => parts.join('')),
);
const profile: fc.Arbitrary<Profile> = fc.record({
  business_name: anyText,
  business_email: anyText,
  business_phone: anyText,
  business_address: anyText,
  external_metadata: anyText,
});

test('returns an untouched text byte for byte', () => {
  fc.assert(
    fc.property(anyText, (original) => {
      expect(restoreLineEnds(original, normalizeLineEnds(original))).toBe(original);
    }),
  );
});

test('keeps typed text except for its line endings', () => {
  fc.assert(
    fc.property(anyText, anyText, (original, typed) => {
      expect(normalizeLineEnds(restoreLineEnds(original, normalizeLineEnds(typed)))).toBe(
        normalizeLineEnds(typed),
      );
    }),
  );
});

test('texts in a text control have only LF line endings; normalizing again changes nothing', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(normalizeLineEnds(text)).not.toContain('\r');
      expect(normalizeLineEnds(normalizeLineEnds(text))).toBe(normalizeLineEnds(text));
    }),
  );
});

test.each([
  ['one\r\ntwo', 'one\ntwo\nthree', 'one\r\ntwo\r\nthree'],
  ['one\rtwo', 'one\ntwo\nthree', 'one\rtwo\rthree'],
  ['one\ntwo', 'one\ntwo\nthree', 'one\ntwo\nthree'],
  ['one', 'one\ntwo', 'one\ntwo'],
  ['one\r\ntwo\nthree', 'one\ntwo\nfour', 'one\ntwo\nfour'],
  ['one\r\ntwo', 'one', 'one'],
  ['', 'a\nb', 'a\nb'],
])('replacing %j with typed %j gives %j', (original, typed, kept) => {
  expect(restoreLineEnds(original, typed)).toBe(kept);
});

test('applying the texts of the changed fields gives the other profile', () => {
  fc.assert(
    fc.property(profile, profile, (before, after) => {
      const changed = changedFields(before, after);
      expect(applyEdits(before, pick(after, changed))).toEqual(after);
      expect(sameProfile(before, after)).toBe(changed.length === 0);
    }),
  );
});

test('treats clearing a field as an edit', () => {
  const before = mapFields(() => 'text');
  expect(applyEdits(before, { business_name: '' }).business_name).toBe('');
});

test('compares byte for byte', () => {
  const plain = mapFields(() => '\u00e9');
  expect(changedFields(plain, { ...plain, business_name: 'e\u0301' })).toEqual(['business_name']);
  expect(changedFields(plain, { ...plain, business_name: '\u00e9 ' })).toEqual(['business_name']);
});

test('accepts exactly the five field names', () => {
  expect(FIELD_NAMES.every(isFieldName)).toBe(true);
  for (const name of ['', 'name', 'toString', '__proto__', 'Business_name']) {
    expect(isFieldName(name)).toBe(false);
  }
});
