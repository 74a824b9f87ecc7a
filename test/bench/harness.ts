/**
 * The app's environment in a part: a keyring, a stand-in (a fake Cloudflare API server), and prepared data folders.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INDEX_ID_FILE } from '../../src/main/keychain';
import { startKeyring, type Keyring } from '../../build/keyring.mjs';
import { pause } from '../faults/support/time';
import { storeKeys } from '../e2e/support/seed-user-data';
import { startStandin, type Standin, type StandinOptions } from '../standin';
import { App, BARE, type Start } from './app';
import type { Seeds } from './seeds';

/** Measured answer times of Cloudflare on an average connection, in ms. */
const REMOTE_MS = { least: 80, most: 150 } as const;

/** Delays every answer of a stand-in by about the time Cloudflare takes, each a little differently. */
export function delayAnswers(standin: Standin): void {
  const { least, most } = REMOTE_MS;
  let number = 0;
  // The step is coprime to the range: all delays are equally frequent, in the same order in every run.
  standin.beforeAnswer({}, () => pause(least + ((number += 37) % (most - least + 1))));
}

/** How to launch an app. */
interface Choices {
  userData: string;
  variables?: Record<string, string>;
  keyring?: Keyring;
  debugged?: boolean;
}

/** The environment of a part. */
export class Harness {
  readonly standin: Standin;
  readonly keyring: Keyring;
  readonly #folders: string[] = [];
  readonly #apps = new Set<App>();

  private constructor(standin: Standin, keyring: Keyring) {
    this.standin = standin;
    this.keyring = keyring;
  }

  /** Runs a part in its own environment; the keyring has the keys of the stand-in's sign-ins. */
  static async during<T>(
    options: StandinOptions,
    run: (harness: Harness) => Promise<T>,
  ): Promise<T> {
    const harness = new Harness(
      await startStandin(options),
      await startKeyring({ state: 'unlocked' }),
    );
    try {
      return await run(harness);
    } finally {
      await harness.stop();
    }
  }

  /** An empty folder for an app's data. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'letterhead-bench-'));
    this.#folders.push(folder);
    return folder;
  }

  /** A data folder with this many organizations, saved and read, and a check just completed. */
  async prepared(seeds: Seeds, organizations: number): Promise<string> {
    const folder = await this.folder();
    seeds.copyTo(folder, organizations);
    // With one id, an app would find another one's mark in the keychain, take its database for a restored one, and change nothing.
    const indexId = randomBytes(8).toString('hex');
    await writeFile(join(folder, INDEX_ID_FILE), `${indexId}\n`);
    storeKeys(this.standin.signIns, this.keyring, indexId);
    return folder;
  }

  /** Starts Letterhead. */
  letterhead({ userData, variables, keyring = this.keyring, debugged = false }: Choices): App {
    const env = {
      ...process.env,
      ...keyring.env,
      LETTERHEAD_API_URL: this.standin.url,
      BENCH_TRUST: this.standin.url.startsWith('https') ? '1' : '0',
      ...variables,
    };
    return this.#keep({ folder: '.', userData, env }, debugged);
  }

  /** Starts the bare window. */
  bare({ userData, variables, debugged = false }: Choices): App {
    const env = { ...process.env, ...this.keyring.env, ...variables };
    return this.#keep({ folder: BARE, userData, env }, debugged);
  }

  /** Quits an app and removes its data. */
  async end(app: App, userData: string): Promise<void> {
    await app.quit();
    this.#apps.delete(app);
    await rm(userData, { recursive: true, force: true });
  }

  /** Stops everything. */
  async stop(): Promise<void> {
    for (const app of this.#apps) await app.quit();
    await this.standin.close();
    await this.keyring.stop();
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }

  #keep(start: Start, debugged: boolean): App {
    const app = App.start(start, { debugged });
    this.#apps.add(app);
    return app;
  }
}
