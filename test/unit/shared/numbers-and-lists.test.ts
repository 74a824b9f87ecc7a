/** Our own formatting of numbers and lists gives the same as Intl. */
import { afterEach, expect, it } from 'vitest';
import { DEFAULT_LOCALE, type Locale } from '../../../src/shared/language';
import { listText, numberText, setLocaleSource } from '../../../src/shared/messages/locale';

afterEach(() => setLocaleSource(() => DEFAULT_LOCALE));

const LOCALES: Locale[] = [
  ...['en-GB', 'en-US', 'en-AU', 'en-CA', 'en-IE', 'en-NZ', 'en-IN', 'en-ZA'].map(
    (formats) => ({ language: 'en', formats }) as const,
  ),
  ...['de-DE', 'de-BE', 'de-LU', 'de-IT', 'de-AT', 'de-CH'].map(
    (formats) => ({ language: 'de', formats }) as const,
  ),
];
const NUMBERS = [0, 7, 999, 1_000, 10_000, 123_456, 1_234_567, -1_234, 1_234.5];
const THINGS = ['a', 'b', 'c', 'd'];

it.each(LOCALES)('formats numbers and lists in $formats as Intl does', (spoken) => {
  setLocaleSource(() => spoken);
  const numbers = new Intl.NumberFormat(spoken.formats);
  expect(NUMBERS.map(numberText)).toEqual(NUMBERS.map((number) => numbers.format(number)));
  const lists = new Intl.ListFormat(spoken.language);
  const some = THINGS.map((_, index) => THINGS.slice(0, index));
  expect(some.map(listText)).toEqual(some.map((things) => lists.format(things)));
});
