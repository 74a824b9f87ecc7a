/** What every picture starts from: the makePackageEnvironment of the end-to-end tests, in a language. */
import { test as base } from '../../e2e/support/fixtures';
import { Person } from './person';
import { wordsIn, type Language } from './words';

interface PictureFixtures {
  /** The language of the app; each project of the configuration has its own. */
  language: Language;
  /** Starts the app and gives somebody who uses it; call it again for a restart. */
  arrive: () => Promise<Person>;
}

/** How a computer's system is set to a language. */
const SYSTEM: Record<Language, string> = { en: 'en_GB.UTF-8', de: 'de_DE.UTF-8' };

/** Playwright's `test` with somebody to take the pictures. */
export const test = base.extend<PictureFixtures>({
  language: ['en', { option: true }],
  // What a computer in this language says of itself.
  variables: async ({ language }, use) => use({ LANG: SYSTEM[language] }),
  arrive: async ({ launch, language }, use) => {
    await use(async () => {
      return new Person(await launch(), wordsIn(language), { folder: 'pictures', language });
    });
  },
});

export { expect } from '@playwright/test';
