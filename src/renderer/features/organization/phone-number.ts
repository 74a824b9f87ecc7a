/**
 * Phone numbers in international form, suggested where a number has no country code. The numbering plans come
 * from libphonenumber-js; its smallest metadata is enough to tell whether a number is possible.
 */
import { getCountries, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import { locale, perLocale } from '../../../shared/messages/locale';
import { addressLines } from './address-lines';

/** Addresses name their country in the local language or in English. */
const COUNTRY_LANGUAGES = ['en', 'de'];

const keyOf = (name: string): string => name.trim().toLocaleLowerCase('en');

/** Country codes by code and by name, in lower case. */
const countries = perLocale(({ language }) => {
  const byName = new Map<string, CountryCode>();
  for (const code of getCountries()) byName.set(keyOf(code), code);
  for (const name of [...COUNTRY_LANGUAGES, language]) {
    const names = new Intl.DisplayNames(name, { type: 'region' });
    for (const code of getCountries()) byName.set(keyOf(names.of(code) ?? code), code);
  }
  return byName;
});

/** The country that an address ends with or has as a line or part of a line, or null. */
export function countryIn(address: string): CountryCode | null {
  for (const line of addressLines(address).toReversed()) {
    for (const part of [line, ...line.split(',').toReversed()]) {
      const code = countries().get(keyOf(part));
      if (code) return code;
    }
  }
  return null;
}

/** The country of the formats that the computer is set to, such as GB of en-GB. */
function systemCountry(): CountryCode | null {
  const { region } = new Intl.Locale(locale().formats).maximize();
  return getCountries().find((code) => code === region) ?? null;
}

/**
 * A number without a country code in international form, such as `+49 30 1234567` for `030 1234567`. Its
 * country is that of the address, else that of the computer. Null if it already has a country code, or if
 * no such number can exist there.
 */
export function internationalNumber(text: string, address: string): string | null {
  if (/^\s*(\+|00)/.test(text)) return null;
  const country = countryIn(address) ?? systemCountry();
  const number = country && parsePhoneNumberFromString(text, country);
  return number?.isPossible() ? number.formatInternational() : null;
}
