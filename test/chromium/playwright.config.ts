/**
 * Tests of the window in a plain Chromium, which may be newer than the one in the Electron of the end-to-end
 * tests (docs/electron-45.md). `npm test -- chromium` sets its path in LETTERHEAD_CHROMIUM.
 */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/chromium',
  timeout: 120_000,
  expect: { timeout: 20_000 },
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: [['list']],
});
