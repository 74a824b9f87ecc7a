/**
 * Suggests the international form of phone numbers without a country code. The numbering plans (numbering-plans.ts) are
 * large, so the caller loads them when it needs them.
 */
import { addressLines } from '../../../shared/address-lines';
import { locale, perLocale } from '../../../shared/messages/locale';
import type * as Plans from './numbering-plans';

type CountryCode = ReturnType<typeof Plans.getCountries>[number];

/** Country names are recognized in these languages and in the language of the app. */
const COUNTRY_LANGUAGES = ['en', 'de'];

/** Common names that `Intl.DisplayNames` does not know, in lower case. */
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

/** Both a country and a state of the USA. After a comma, it counts as the state. */
const ALSO_A_STATE = 'georgia';

const keyOf = (name: string): string => name.trim().toLocaleLowerCase('en');

/** What these numbering plans tell. */
export function createPhoneNumbers({ getCountries, parsePhoneNumberFromString }: typeof Plans) {
  /** Country codes by name, in lower case. */
  const countriesByName = perLocale(({ language }) => {
    const byName = new Map(Object.entries(OTHER_NAMES));
    for (const nameLanguage of [...COUNTRY_LANGUAGES, language]) {
      const names = new Intl.DisplayNames(nameLanguage, { type: 'region' });
      for (const code of getCountries()) byName.set(keyOf(names.of(code) ?? code), code);
    }
    return byName;
  });

  /**
   * The country that an address ends with: its last line, or the part of that line after the last comma. Null if
   * that is no country. A code such as DE counts only on a separate line, because it may be a state after a comma
   * (Wilmington, DE).
   */
  function countryIn(address: string): CountryCode | null {
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

  /** The country in the computer's format settings, such as GB for en-GB; null if unknown. */
  function systemCountry(): CountryCode | null {
    const { region } = new Intl.Locale(locale().formats).maximize();
    return getCountries().find((code) => code === region) ?? null;
  }

  /**
   * A phone number in international form, such as `+49 30 1234567` for `030 1234567`. The country is that of the
   * address, or that of the computer if the address names none. Null without an address, if the number already has a
   * country code, or if no such number can exist in that country.
   */
  function internationalNumber(text: string, address: string): string | null {
    if (/^\s*\(?(\+|00)/.test(text)) return null;
    // Without an address, the number may be from anywhere.
    if (address.trim() === '') return null;
    const country = countryIn(address) ?? systemCountry();
    const number = country && parsePhoneNumberFromString(text, country);
    return number?.isPossible() ? number.formatInternational() : null;
  }

  return { countryIn, internationalNumber };
}
