/** Choosing the language of the window from the system's locales, which can be unusual. */
import { expect, it } from 'vitest';
import { LANGUAGE_CHOICES, localeFor, tagOf } from '../../../src/shared/language';

it.each([
  [['de-DE', 'en-US'], 'de-DE', 'de', 'de-DE'],
  [['de-AT'], 'de-AT', 'de', 'de-AT'],
  [['de_CH.UTF-8', 'de_CH', 'de', 'C'], 'de-CH', 'de', 'de-CH'],
  [['de'], 'en-US@posix', 'de', 'de-DE'],
  [['gsw-CH'], 'de-CH', 'de', 'de-CH'],
  [['DE-de'], 'de_DE@euro', 'de', 'de-DE'],
  [['en-US', 'de-DE'], 'de-DE', 'en', 'en-GB'],
  [['en-US@posix'], 'en-US@posix', 'en', 'en-US'],
  [['en-AU'], 'en-AU', 'en', 'en-AU'],
  // A language further down in the person's list counts more than one that is not in the list.
  [['fr-FR', 'de-FR', 'en'], 'fr-FR', 'de', 'de-DE'],
  [['fr-FR'], 'fr-FR', 'en', 'en-GB'],
  // These tags only start with "de" or end in "DE". They are not German.
  [['den', 'dew-PH', 'nds-DE'], 'den', 'en', 'en-GB'],
  [['c'], 'en-US@posix', 'en', 'en-US'],
  [['C', 'POSIX', ''], '', 'en', 'en-GB'],
  [[], '', 'en', 'en-GB'],
  [['%', 'x', 'not a tag'], '-', 'en', 'en-GB'],
])(
  'for the system languages %j and the region %j, picks %s with the formats of %s',
  (preferred, region, language, formats) => {
    expect(localeFor('system', { preferred, region })).toEqual({ language, formats });
  },
);

it('uses the chosen language and its formats, whatever the system reports', () => {
  const german = { preferred: ['de-AT'], region: 'de-AT' };
  const english = { preferred: ['en-US'], region: 'en-US' };
  expect(localeFor('en', german)).toEqual({ language: 'en', formats: 'en-GB' });
  expect(localeFor('de', english)).toEqual({ language: 'de', formats: 'de-DE' });
  expect(localeFor('de', german)).toEqual({ language: 'de', formats: 'de-AT' });
  expect(localeFor('en', english)).toEqual({ language: 'en', formats: 'en-US' });
});

it('always returns formats that Intl accepts', () => {
  const odd = ['', 'C', '@', 'de_DE@euro', 'en-US@posix', 'sr_RS@latin', 'zh-Hant-TW', 'c.utf-8'];
  for (const region of odd) {
    for (const choice of LANGUAGE_CHOICES) {
      const { language, formats } = localeFor(choice, { preferred: [region], region });
      expect(new Intl.DateTimeFormat(formats).resolvedOptions().locale).toBe(formats);
      expect(formats.startsWith(language)).toBe(true);
    }
  }
  expect(odd.map(tagOf)).toEqual([null, null, null, 'de-DE', 'en-US', 'sr-RS', 'zh-Hant-TW', null]);
});
