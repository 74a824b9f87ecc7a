/**
 * Not tests but screenshots of every screen, for people to review. `npm run pictures` (build/pictures.mjs)
 * takes them with the tools of the tests, and fails when one cannot be taken.
 */
import { defineConfig } from '@playwright/test';
import { LANGUAGES, type Language } from './support/localized-messages';

export default defineConfig<{ language: Language }>({
  testDir: '.',
  testMatch: '**/*.pictures.ts',
  outputDir: '../../test-results/pictures',
  timeout: 240_000,
  expect: { timeout: 20_000 },
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: [['list']],
  projects: LANGUAGES.map((language) => ({ name: language, use: { language } })),
});
