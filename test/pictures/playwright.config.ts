/**
 * Not tests but screenshots of every screen, for people to review. `npm run pictures` (build/pictures.mjs)
 * takes them with the tools of the tests, and fails when one cannot be taken.
 */
import { defineConfig } from '@playwright/test';
import { LANGUAGES, type Language } from '../../src/shared/language';
import type { Options } from '../e2e/support/fixtures';

/** `LANG` of a computer in each language. */
const SYSTEM_LOCALES: Record<Language, string> = { en: 'en_GB.UTF-8', de: 'de_DE.UTF-8' };

export default defineConfig<Options>({
  testDir: '.',
  testMatch: '**/*.pictures.ts',
  outputDir: '../../test-results/pictures',
  timeout: 300_000,
  expect: { timeout: 20_000 },
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: [['list']],
  projects: LANGUAGES.map((language) => ({
    name: language,
    use: { language, variables: { LANG: SYSTEM_LOCALES[language] } },
  })),
});
