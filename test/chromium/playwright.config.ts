/**
 * The window's tests in a plain Chromium that is newer than that of the Electron the end-to-end tests may
 * have to run on (docs/electron-45.md). `npm run test:chromium` names it in LETTERHEAD_CHROMIUM.
 */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/chromium',
  timeout: 60_000,
  expect: { timeout: 20_000 },
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: [['list']],
});
