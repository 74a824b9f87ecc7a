/**
 * The background check on the sync harness: real database, real HTTP, a clock that stands still.
 */
import type { CheckInterval } from '../../../src/shared/settings';
import {
  createBackgroundCheck,
  type BackgroundCheck,
} from '../../../src/main/background-check/schedule';
import type { StandinOptions } from '../../standin/index';
import { SyncHarness } from '../sync/harness';

export { closeHarnesses, SIGN_IN } from '../sync/harness';

export class CheckHarness {
  readonly sync: SyncHarness;
  check!: BackgroundCheck;
  every: CheckInterval = '1-hour';
  /** The finding that each run reported. */
  readonly found: (readonly string[])[] = [];
  /** Numbers of the organizations whose profile was requested, in that order. */
  readonly asked: number[] = [];
  /** How many runs have started. */
  runs = 0;
  /** How often organizations never read were retried. */
  initialFetchRetries = 0;
  #running = false;

  constructor(sync: SyncHarness) {
    this.sync = sync;
    this.build();
  }

  static async start(options: StandinOptions = {}): Promise<CheckHarness> {
    return new CheckHarness(await SyncHarness.start(options));
  }

  /** Builds the check like a start of the app; it has not started yet. */
  build(): void {
    const { deps, clock } = this.sync;
    this.check = createBackgroundCheck({
      ...deps,
      timers: clock.timers,
      refresh: (id, signal, priority) => {
        this.asked.push(this.sync.ids.indexOf(id));
        return this.sync.refresher.refresh(id, { isPageOpen: false, priority, signal });
      },
      yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
      interval: () => this.every,
      onBegin: () => (this.initialFetchRetries += 1),
      onChange: () => {
        const { running } = this.check.status();
        if (running && !this.#running) this.runs += 1;
        this.#running = running;
      },
      onFound: (ids) => this.found.push(ids),
    });
  }

  /** Ends the app and starts it again on the same database. */
  async restart(): Promise<void> {
    this.check.stop();
    await this.sync.restart();
    this.build();
  }

  /** Starts, and lets the first check, due because there was none, run to its end. */
  async first(): Promise<void> {
    this.check.start();
    await this.ended(1);
  }

  /** A run requested by a person, to its end. */
  async now(): Promise<void> {
    const before = this.runs;
    if (this.check.status().nextAt === null) this.check.start();
    this.check.runNow();
    await this.ended(before + 1);
  }

  /** Lets work continue until `runs` runs have ended. */
  async ended(runs: number): Promise<void> {
    await this.sync.until(() => this.runs >= runs && !this.check.status().running);
  }

  /** Requests so far, such as "LIST" or the number of the organization whose profile was read. */
  get requests(): string[] {
    return this.sync.standin.requests.map(({ route }) => {
      if (route === '/organizations') return 'LIST';
      const [, id, part] = /^\/organizations\/(\w+)(\/profile)?$/.exec(route) ?? [];
      if (id === undefined) return route;
      return `${this.sync.ids.indexOf(id)}${part === undefined ? ' itself' : ''}`;
    });
  }

  /** Numbers of the organizations whose profile was requested so far, one per request. */
  get profileRequests(): string[] {
    return this.requests.filter((request) => /^\d+$/.test(request));
  }

  /** Forgets the requests so far. */
  quiet(): void {
    this.sync.standin.requests.length = 0;
  }

  profile(index: number) {
    return this.sync.read((tables) => tables.profiles.get(this.sync.ids[index] ?? ''));
  }

  /** Sets when organizations were last checked, in minutes before now; `null`: never read. */
  checkedAgo(minutes: readonly (number | null)[]): void {
    this.sync.write((tables) => {
      for (const [index, ago] of minutes.entries()) {
        const id = this.sync.ids[index] ?? '';
        if (ago !== null) {
          tables.profiles.markChecked([id], this.sync.clock.now() - ago * 60_000);
          continue;
        }
        const organization = tables.organizations.get(id);
        tables.organizations.remove(id);
        if (organization) tables.organizations.put(organization);
      }
    });
  }
}
