/** Suggested phone numbers have the country code of the address, or else of the computer. */
import { afterEach, expect, it } from 'vitest';
import * as plans from '../../../src/renderer/features/organization/numbering-plans';
import { createPhoneNumbers } from '../../../src/renderer/features/organization/phone-number';
import { DEFAULT_LOCALE } from '../../../src/shared/language';
import { setLocaleSource } from '../../../src/shared/messages/locale';

const { countryIn, internationalNumber } = createPhoneNumbers(plans);

afterEach(() => setLocaleSource(() => DEFAULT_LOCALE));

it.each([
  ['Hafenstraße 12\n20457 Hamburg\nGermany', 'DE'],
  ['Hafenstraße 12\r\n20457 Hamburg\r\nDeutschland', 'DE'],
  ['12 Harbour Row, Bristol, United Kingdom', 'GB'],
  ['{"line1": "Rue 1", "city": "Lyon", "country": "FR"}', 'FR'],
  ['{"city": "Wilmington", "stateOrProvince": "DE", "zipcode": "19801"}', null],
  ['{"zipcode": "30301", "city": "Atlanta", "stateOrProvince": "Georgia"}', null],
  ['1 Main Street\nSpringfield', null],
  ['1 Market Street\nWilmington, DE', null],
  ['1 Market Street\nWilmington, DE 19801\nUSA', 'US'],
  ['1 Peachtree Street\nAtlanta, Georgia', null],
  ['Rustaveli 1\nTbilisi\nGeorgia', 'GE'],
  ['1 Strand, London, UK', 'GB'],
  ['Hauptstraße 1\n1010 Wien\nAT', 'AT'],
  [`${'Line\n'.repeat(12)}France`, 'FR'],
  ['', null],
])('%j is in %s', (address, country) => {
  expect(countryIn(address)).toBe(country);
});

it.each([
  ['030 1234567', 'Berlin\nGermany', '+49 30 1234567'],
  ['(0117) 496 0123', 'Bristol, United Kingdom', '+44 117 496 0123'],
  ['01 99 00 12 34', '{"city": "Lyon", "country": "FR"}', '+33 1 99 00 12 34'],
  ['+49 30 1234567', 'Germany', null],
  ['0049 30 1234567', 'Germany', null],
  ['(0049) 30 1234567', 'Germany', null],
  ['12', 'Germany', null],
  ['call us', 'Germany', null],
])('%j at %j is %s', (text, address, number) => {
  expect(internationalNumber(text, address)).toBe(number);
});

it('takes the country of the computer where the address names none, but none without an address', () => {
  setLocaleSource(() => ({ ...DEFAULT_LOCALE, formats: 'de-AT' }));
  expect(internationalNumber('01 5128900', 'Ringstraße 1, Wien')).toBe('+43 1 5128900');
  // If the setting names only a language, the country with the most speakers counts.
  setLocaleSource(() => ({ ...DEFAULT_LOCALE, formats: 'fr' }));
  expect(internationalNumber('01 99 00 12 34', '1 rue Neuve, Lyon')).toBe('+33 1 99 00 12 34');
  expect(internationalNumber('01 99 00 12 34', ' ')).toBeNull();
});
