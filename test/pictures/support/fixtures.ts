/** Fixtures of every picture: those of the end-to-end tests, with the app in a chosen language. */
import { test as base } from '../../e2e/support/fixtures';
import { LocalizedLetterhead } from './localized-letterhead';
import { messagesIn, type Language } from './localized-messages';

interface PictureFixtures {
  /** The language of the app, set by each project in the configuration. */
  language: Language;
  /** Launches the app in this language. Call it again for a relaunch. */
  launchLetterhead: () => Promise<LocalizedLetterhead>;
}

/** `LANG` of a computer in each language. */
const SYSTEM_LOCALES: Record<Language, string> = { en: 'en_GB.UTF-8', de: 'de_DE.UTF-8' };

/** Playwright's `test` with these fixtures. */
export const test = base.extend<PictureFixtures>({
  language: ['en', { option: true }],
  variables: async ({ language }, use) => use({ LANG: SYSTEM_LOCALES[language] }),
  launchLetterhead: async ({ launch, language }, use) => {
    await use(async () => {
      return new LocalizedLetterhead(await launch(), messagesIn(language), {
        folder: 'pictures',
        language,
      });
    });
  },
});

export { expect } from '@playwright/test';
