/**
 * Phone numbers in international form, suggested where a number has no country code. The numbering plans come
 * from libphonenumber-js; its smallest metadata is enough to tell whether a number is possible.
 */
import { getCountries, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import { locale, perLocale } from '../../../shared/messages/locale';
import { addressLines } from './address-lines';

/** Addresses name their country in the local language, in English or in German. */
const COUNTRY_LANGUAGES = ['en', 'de'];

/** Usual names that no list of countries has. */
const OTHER_NAMES: Record<string, CountryCode> = {
  usa: 'US',
  'u.s.a.': 'US',
  'united states of america': 'US',
  uk: 'GB',
  'great britain': 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  uae: 'AE',
};

/** A state of the USA and a country: after a comma it is the state. */
const ALSO_A_STATE = 'georgia';

const keyOf = (name: string): string => name.trim().toLocaleLowerCase('en');

/** Country codes by name, in lower case. */
const countriesByName = perLocale(({ language }) => {
  const byName = new Map(Object.entries(OTHER_NAMES));
  for (const name of [...COUNTRY_LANGUAGES, language]) {
    const names = new Intl.DisplayNames(name, { type: 'region' });
    for (const code of getCountries()) byName.set(keyOf(names.of(code) ?? code), code);
  }
  return byName;
});

/**
 * The country that an address ends with: its last line, or what follows the last comma in it; null if that is
 * no country. A code such as DE counts only on a line of its own, because it may be a state (Wilmington, DE).
 */
export function countryIn(address: string): CountryCode | null {
  const lines = addressLines(address, Infinity);
  const last = lines.at(-1) ?? '';
  const byName = countriesByName().get(keyOf(last));
  if (byName) return byName;
  if (lines.length > 1) {
    const byCode = getCountries().find((code) => code === last.toLocaleUpperCase('en'));
    if (byCode) return byCode;
  }
  const end = keyOf(last.split(',').slice(1).at(-1) ?? '');
  return end === ALSO_A_STATE ? null : (countriesByName().get(end) ?? null);
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
