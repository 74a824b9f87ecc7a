/**
 * End-to-end tests: real Electron, real keyring, real SQLite, the stand-in over HTTP. They run inside
 * the session that `build/session.mjs` makes; `npm run test:e2e` starts it.
 */
import { defineConfig } from '@playwright/test';

/** A packaged app takes no shorter time limit for an answer that stalls than its own, 30 s. */
const patience = process.env['LETTERHEAD_E2E_PACKAGE'] ? 5 : 1;

export default defineConfig({
  testDir: 'test/e2e',
  // Generous, for busy machines: a test waits for what should be true, and most take a few seconds.
  timeout: 120_000 * patience,
  expect: { timeout: 20_000 * patience },
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: [['list']],
});
