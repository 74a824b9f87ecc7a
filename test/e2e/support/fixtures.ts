/**
 * Fixtures of every end-to-end test: its own keyring in a chosen state, its own stand-in, a fresh user
 * data folder, and a function that launches the real app on them as many times as the test needs.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import type { Language } from '../../../src/shared/language';
import { startKeyring, type Keyring, type KeyringState } from '../../../build/keyring.mjs';
import { endProcess } from '../../../build/processes.mjs';
import { startScreen } from '../../../build/session.mjs';
import {
  startStandin,
  type OrganizationState,
  type Standin,
  type StandinOptions,
} from '../../standin';
import {
  appUser,
  giveToAppUser,
  makePackageEnvironment,
  withoutXdgFolders,
  type PackageEnvironment,
} from './packaged';
import { seedUserData, type SeededOrganization } from './seed-user-data';
import { start, type RunningApp } from './start';

/** Options a test sets with `test.use`. */
export interface Options {
  keyringState: KeyringState;
  standinOptions: StandinOptions;
  /** The folder in which the data folder is created. */
  disk: string;
  /** Extra environment variables for the app. */
  variables: Record<string, string>;
  /** The language the app starts in, as `variables` say it. */
  language: Language;
}

interface Fixtures extends Options {
  /** What a packaged app needs to find the stand-in; null when the build in `out/` is tested. */
  packageEnvironment: PackageEnvironment | null;
  keyring: Keyring;
  standin: Standin;
  userData: string;
  /** Saves these organizations, or all of the stand-in, as an earlier run would have. Call it before `launch`. */
  seed: (...organizations: readonly SeededOrganization[]) => void;
  /** Returns an organization of the stand-in that the test has not got yet, for a step of its own. */
  nextOrganization: () => OrganizationState;
  /** Launches the app, on another data folder if one is given. Call it again for a relaunch. */
  launch: (folder?: string) => Promise<RunningApp>;
}

/** Playwright's `test` with these fixtures. */
export const test = base.extend<Fixtures, { ownScreen: undefined }>({
  // Each worker has its own, because keyboard focus and clipboard belong to the screen.
  ownScreen: [
    async ({ browserName: _ }, use) => {
      const home = await mkdtemp(join(tmpdir(), 'letterhead-screen-'));
      const { screen, env } = await startScreen(home, process.env);
      Object.assign(process.env, env);
      await use(undefined);
      await endProcess(screen);
      await rm(home, { recursive: true });
    },
    { scope: 'worker', auto: true },
  ],

  keyringState: ['unlocked', { option: true }],
  standinOptions: [{ organizations: 5 }, { option: true }],
  disk: [tmpdir(), { option: true }],
  variables: [{}, { option: true }],
  language: ['en', { option: true }],

  keyring: async ({ keyringState }, use) => {
    const keyring = await startKeyring({
      state: keyringState,
      ...(appUser && { owner: appUser }),
    });
    await use(keyring);
    await keyring.stop();
  },

  packageEnvironment: async ({ browserName: _ }, use, { parallelIndex }) => {
    const environment = appUser && (await makePackageEnvironment(parallelIndex));
    await use(environment ?? null);
    await environment?.remove();
  },

  standin: async ({ standinOptions, packageEnvironment }, use) => {
    const standin = await startStandin({ ...packageEnvironment?.standin, ...standinOptions });
    await use(standin);
    await standin.close();
    base.expect(standin.violations, 'protocol violations').toEqual([]);
  },

  userData: async ({ disk }, use) => {
    const folder = await mkdtemp(join(disk, 'letterhead-e2e-'));
    giveToAppUser(folder);
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },

  seed: ({ userData, standin, keyring }, use) =>
    use((...organizations) => {
      const some = organizations.length === 0 ? undefined : organizations;
      seedUserData(userData, standin, keyring, some);
    }),

  nextOrganization: ({ standin }, use) => {
    const unused = standin.organizations.values();
    return use(() => unused.next().value!);
  },

  launch: async (
    { keyring, standin, userData, colorScheme, variables, language, packageEnvironment },
    use,
  ) => {
    const started: RunningApp[] = [];
    await use(async (folder = userData) => {
      const { DBUS_SESSION_BUS_ADDRESS: _bus, ...rest } = process.env as Record<string, string>;
      const session = packageEnvironment
        ? { ...withoutXdgFolders(rest), ...packageEnvironment.env }
        : rest;
      const env = { ...session, ...keyring.env, LETTERHEAD_API_URL: standin.url, ...variables };
      const scheme = colorScheme ?? 'light';
      const running = await start({ env, userData: folder, colorScheme: scheme, language });
      started.push(running);
      return running;
    });
    for (const running of started) {
      if (running.isRunning()) await running.close();
    }
  },
});

export { expect } from '@playwright/test';
