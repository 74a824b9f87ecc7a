/**
 * What every end-to-end test starts from: a keyring of its own in a chosen state, a stand-in of its
 * own, a fresh user data folder, and the real app started on them as often as the test likes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { startKeyring, type Keyring, type KeyringState } from '../../../build/keyring.mjs';
import { startStandin, type Standin, type StandinOptions } from '../../standin';
import { give, owner, surroundings, withoutFolders, type Environment } from './packaged';
import { start, type Running } from './start';

/** What a test may choose before anything starts. */
interface Choices {
  keyringState: KeyringState;
  standinOptions: StandinOptions;
  /** Variables on top of the app's environment. */
  variables: Record<string, string>;
}

interface Fixtures extends Choices {
  /** With a packaged app, what it needs to find the stand-in; null otherwise. */
  around: Environment | null;
  keyring: Keyring;
  standin: Standin;
  userData: string;
  /** Starts the app; call it again for a restart. */
  launch: () => Promise<Running>;
}

/** Playwright's `test` with the app's surroundings. */
export const test = base.extend<Fixtures>({
  keyringState: ['unlocked', { option: true }],
  standinOptions: [{ organizations: 5 }, { option: true }],
  variables: [{}, { option: true }],

  keyring: async ({ keyringState }, use) => {
    const keyring = await startKeyring({ state: keyringState, ...(owner && { owner }) });
    await use(keyring);
    await keyring.stop();
  },

  around: async ({ browserName: _ }, use, { parallelIndex }) => {
    const around = owner && (await surroundings(parallelIndex));
    await use(around ?? null);
    await around?.remove();
  },

  standin: async ({ standinOptions, around }, use) => {
    const standin = await startStandin({ ...around?.standin, ...standinOptions });
    await use(standin);
    await standin.close();
    base.expect(standin.violations, 'what a correct client must never do').toEqual([]);
  },

  userData: async ({ browserName: _ }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'letterhead-e2e-'));
    give(folder);
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },

  launch: async ({ keyring, standin, userData, colorScheme, variables, around }, use) => {
    const started: Running[] = [];
    await use(async () => {
      const { DBUS_SESSION_BUS_ADDRESS: _bus, ...rest } = process.env as Record<string, string>;
      const session = around ? { ...withoutFolders(rest), ...around.env } : rest;
      const env = { ...session, ...keyring.env, LETTERHEAD_API_URL: standin.url, ...variables };
      const running = await start({ env, userData, colorScheme: colorScheme ?? 'light' });
      started.push(running);
      return running;
    });
    for (const running of started) {
      if (running.isRunning()) await running.close();
    }
  },
});

export { expect } from '@playwright/test';
