/**
 * End-to-end tests: real Electron, real keyring, real SQLite, the stand-in over HTTP. They run inside
 * the session that `build/session.mjs` makes; `npm run test:e2e` starts it.
 */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test/e2e',
  // Generous, for busy machines: a test waits for what should be true, and most take a few seconds.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: [['list']],
});
