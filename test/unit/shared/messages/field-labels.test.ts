/**
 * The labels of the profile fields. They also replace field names in Cloudflare's own sentences.
 */
import { afterEach, expect, test } from 'vitest';
import { DEFAULT_LOCALE } from '../../../../src/shared/language';
import { fieldLabel, noticeText } from '../../../../src/shared/messages/field-labels';
import { setLocaleSource } from '../../../../src/shared/messages/locale';

afterEach(() => setLocaleSource(() => DEFAULT_LOCALE));

test.each([
  [
    'business_email must be a valid email address.',
    'Business email must be a valid email address.',
  ],
  [
    'must be set: profile.business_name, "external_metadata"',
    'must be set: profile.Business name, "External metadata"',
  ],
  ['business_emails is not a field', 'business_emails is not a field'],
  ['Something else', 'Something else'],
])('%j is shown as %j', (message, shown) => {
  expect(noticeText({ message })).toBe(shown);
});

test('labels follow the language, but not within a sentence of Cloudflare’s, which is English', () => {
  setLocaleSource(() => ({ language: 'de', formats: 'de-DE' }));
  expect(fieldLabel('business_email')).toBe('Firmen-E‑Mail');
  expect(noticeText({ message: 'business_email is odd' })).toBe('Business email is odd');
});
