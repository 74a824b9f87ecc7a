/** What the parts start the app in: a keyring, a stand-in with its data, and folders made beforehand. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKeyring, type Keyring } from '../../build/keyring.mjs';
import { openStore } from '../../src/main/store';
import { keepRecord } from '../../src/main/sync/check-record';
import { prepare } from '../e2e/support/prepared';
import { startStandin, type Standin, type StandinOptions } from '../standin';
import { App, BARE, type Start } from './app';

/** How an app of the world is started. */
interface Choices {
  userData: string;
  variables?: Record<string, string>;
  keyring?: Keyring;
  debugged?: boolean;
}

/** The surroundings of one part; everything of it ends with `stop`. */
export class World {
  readonly standin: Standin;
  readonly keyring: Keyring;
  readonly #folders: string[] = [];
  readonly #apps: App[] = [];

  private constructor(standin: Standin, keyring: Keyring) {
    this.standin = standin;
    this.keyring = keyring;
  }

  /** Starts one. */
  static async start(options: StandinOptions = {}): Promise<World> {
    return new World(await startStandin(options), await startKeyring({ state: 'unlocked' }));
  }

  /** Runs a part in a world that ends with it. */
  static async during<T>(options: StandinOptions, run: (world: World) => Promise<T>): Promise<T> {
    const world = await World.start(options);
    try {
      return await run(world);
    } finally {
      await world.stop();
    }
  }

  /** An empty folder for an app's data. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'letterhead-bench-'));
    this.#folders.push(folder);
    return folder;
  }

  /** A folder in which every organization of the stand-in is saved, read, and was checked just now. */
  async prepared(): Promise<string> {
    const folder = await this.folder();
    prepare(folder, this.standin, this.keyring);
    // Or a check would be due, and would take part in what is measured.
    const opened = openStore(folder, { now: Date.now });
    if (!opened.ok) throw new Error(opened.failure.code);
    keepRecord(opened.value.store, { endedAt: Date.now(), changed: 0, failure: null });
    opened.value.store.close();
    return folder;
  }

  /** A copy of a folder, for an app that changes it. */
  async copyOf(folder: string): Promise<string> {
    const copy = await this.folder();
    await cp(folder, copy, { recursive: true });
    return copy;
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

  /** Ends everything. */
  async stop(): Promise<void> {
    for (const app of this.#apps) await app.quit();
    await this.standin.close();
    await this.keyring.stop();
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }

  #keep(start: Start, debugged: boolean): App {
    const app = App.start(start, { debugged });
    this.#apps.push(app);
    return app;
  }
}
