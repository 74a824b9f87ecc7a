/** Advice about the texts of fields. It never prevents saving. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adviceFor, unsendable } from '../../../src/shared/advice';
import { MAX_FIELD_LENGTH } from '../../../src/shared/limits';
import { FIELD_NAMES } from '../../../src/shared/profile';

test.each([
  ['business_email', 'office@example.com', null],
  ['business_email', 'b\u00fcro@b\u00fccher.example', null],
  ['business_email', 'office', 'email-shape'],
  ['business_email', 'a@b@c.example', 'email-shape'],
  ['business_email', 'office@example.', 'email-shape'],
  ['business_email', ' office@example.com', 'surrounding-space'],
  ['business_phone', '+49 30 1234567', null],
  ['business_phone', '0049 30 1234567', null],
  ['business_phone', '+1 (555) 010-0000 ext. 12', null],
  ['business_phone', '030 1234567', 'phone-no-country-code'],
  ['business_phone', '(0117) 496 0123', 'phone-no-country-code'],
  ['business_phone', '(+49) 30 1234567', null],
  ['business_phone', '+49', 'phone-shape'],
  ['business_phone', 'call us', 'phone-shape'],
  ['business_phone', '+49 30 1234567 ', 'surrounding-space'],
  ['external_metadata', '{"a": 1}', null],
  ['external_metadata', '[1, 2]', null],
  ['external_metadata', '{"a": 1', 'metadata-broken-json'],
  ['external_metadata', ' {"a": 1} ', null],
  ['external_metadata', 'plain text', null],
  ['business_name', 'Brightwater', null],
  ['business_name', 'Brightwater ', 'surrounding-space'],
  ['business_name', 'Bright\0water', 'unseen-character'],
  ['business_email', 'office@example.com\u001b', 'unseen-character'],
  ['business_phone', '+49 30 1234567\ud800', 'unseen-character'],
  ['external_metadata', '{"a": "\udfff"}', 'unseen-character'],
  ['business_name', 'Bright\u{1F3E0}water', null],
  ['business_address', '\u{1F3E0} 1\r\n\tLine 2', null],
  ['business_address', 'Line 1\nLine 2', null],
  ['business_address', '', null],
  ['business_phone', '   ', null],
] as const)('%s %j: %s', (field, text, advice) => {
  expect(adviceFor(field, text)).toBe(advice);
});

test('handles any text within the time limit of a test', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FIELD_NAMES), fc.string({ unit: 'binary' }), (field, text) => {
      expect(() => adviceFor(field, text)).not.toThrow();
    }),
  );
  // A regular expression with catastrophic backtracking would exceed the time limit on such texts.
  for (const text of [
    '1'.repeat(MAX_FIELD_LENGTH),
    `${'a@'.repeat(50_000)}.`,
    `${'1 '.repeat(50_000)}x`,
  ]) {
    for (const field of FIELD_NAMES) adviceFor(field, text);
  }
});

test('rejects only texts that are too long to send', () => {
  expect(unsendable('x'.repeat(MAX_FIELD_LENGTH))).toBeNull();
  expect(unsendable('x'.repeat(MAX_FIELD_LENGTH + 1))).toBe('too-long');
  expect(unsendable('')).toBeNull();
});
