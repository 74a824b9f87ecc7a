/**
 * End-to-end tests: real Electron, real keyring, real SQLite, the stand-in over HTTP. They run
 * in the session of build/session.mjs, which `npm test -- e2e` starts.
 */
import { defineConfig } from '@playwright/test';

/** A packaged app always uses its own time limit for stalled answers, 30 s, instead of a shorter one. */
const factor = process.env['LETTERHEAD_E2E_PACKAGE'] ? 5 : 1;

export default defineConfig({
  testDir: 'test/e2e',
  // Each run empties its own folder, and another one may run beside it.
  outputDir: 'test-results/e2e',
  globalSetup: './test/memory-folder.ts',
  // Generous, for busy machines: most tests take a few seconds.
  timeout: 240_000 * factor,
  expect: { timeout: 20_000 * factor },
  fullyParallel: true,
  // One more than the cores of a small machine: a test waits for its app half of the time.
  workers: 3,
  forbidOnly: true,
  reporter: [['list']],
});
