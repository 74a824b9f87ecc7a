/**
 * Not tests: pictures of every screen, made by `npm run pictures` (build/pictures.mjs) and looked at by
 * people. They are made with the tests' tools, and a picture that cannot be taken fails as a test would.
 */
import { defineConfig } from '@playwright/test';
import { LANGUAGES, type Language } from './support/words';

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
