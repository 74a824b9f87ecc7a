/**
 * End-to-end tests: real Electron, real keyring, real SQLite, the stand-in over HTTP. They run inside
 * the session that `build/session.mjs` makes; `npm run test:e2e` starts it.
 */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test/e2e',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: [['list']],
});
