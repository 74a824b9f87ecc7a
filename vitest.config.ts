/**
 * The test projects that build/test.mjs runs. Unit and model tests run in plain Node, component tests in
 * happy-dom. Fault and package tests start the built app.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

/** In ms. Generous, for busy machines: many tests start real processes, none sleeps. Longer than two waits. */
const testTimeout = 120_000;

/** How long a test waits for what it expects, in ms, instead of a second. */
const patience = { poll: { timeout: 45_000 } };

const UNIT_TESTS = ['test/unit/**/*.test.ts', 'test/standin/**/*.test.ts'];

/** Tests that replace modules: what they replace must not be seen by other files. */
const replacingModules = readdirSync('test/unit', { recursive: true, encoding: 'utf8' })
  .map((name) => `test/unit/${name}`)
  .filter(
    (path) => path.endsWith('.test.ts') && /vi\.(mock|doMock)\(/.test(readFileSync(path, 'utf8')),
  );

export default defineConfig({
  test: {
    // One more than the cores, because the tests wait for timers and answers a quarter of their time. By default
    // it would be one less.
    maxWorkers: availableParallelism() + 1,
    globalSetup: 'test/memory-folder.ts',
    projects: [
      {
        test: {
          name: 'unit',
          include: UNIT_TESTS,
          exclude: replacingModules,
          environment: 'node',
          testTimeout,
          hookTimeout: testTimeout,
          expect: patience,
          // Loading the modules again for every file takes half of the time.
          isolate: false,
        },
      },
      {
        test: {
          name: 'unit-isolated',
          include: replacingModules,
          environment: 'node',
          testTimeout,
          hookTimeout: testTimeout,
          expect: patience,
          // A thread for every file starts faster than a process.
          pool: 'threads',
        },
      },
      {
        plugins: [svelte(), svelteTesting()],
        // test/mutations runs these in a copy of the tree whose node_modules is a link.
        server: { fs: { strict: false } },
        test: {
          name: 'component',
          include: ['test/component/**/*.test.ts'],
          environment: 'happy-dom',
          testTimeout,
          hookTimeout: testTimeout,
          expect: patience,
          setupFiles: ['test/component/setup.ts'],
          isolate: false,
        },
      },
      {
        test: {
          name: 'model',
          include: ['test/model/**/*.test.ts'],
          environment: 'node',
          testTimeout,
          hookTimeout: testTimeout,
          expect: patience,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: testTimeout,
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: 'test/package/support/removed.ts',
          environment: 'node',
          testTimeout: 300_000,
          expect: patience,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
