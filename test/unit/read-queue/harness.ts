/**
 * The background check on top of the sync harness: a real database, real HTTP to the stand-in, and
 * a clock that only tests advance.
 */
import type { CheckInterval } from '../../../src/shared/settings';
import { createCheckSchedule, type CheckSchedule } from '../../../src/main/read-queue/schedule';
import type { StandinOptions } from '../../standin/index';
import { SyncHarness } from '../sync/harness';

export { closeHarnesses, SIGN_IN } from '../sync/harness';

export class CheckHarness {
  readonly sync: SyncHarness;
  check!: CheckSchedule;
  every: CheckInterval = '1-hour';
  /** For each run, the ids of the organizations that it reported as changed. */
  readonly found: (readonly string[])[] = [];
  /** Numbers of the organizations whose profile was requested, in order. */
  readonly asked: number[] = [];
  /** How many runs have started. */
  runs = 0;
  #running = false;

  constructor(sync: SyncHarness) {
    this.sync = sync;
    this.build();
  }

  static async start(options: StandinOptions = {}): Promise<CheckHarness> {
    return new CheckHarness(await SyncHarness.start(options));
  }

  /** Builds the check as the app does when launched, but does not start it. */
  build(): void {
    const { sync } = this;
    const { clock, readQueue } = sync;
    const onChange = (): void => {
      const { running } = this.check.status();
      if (running && !this.#running) this.runs += 1;
      this.#running = running;
    };
    sync.onRead = (id) => this.asked.push(sync.ids.indexOf(id));
    this.check = createCheckSchedule({
      database: sync.database,
      readQueue,
      timers: clock.timers,
      now: clock.now,
      elapsed: clock.elapsed,
      interval: () => this.every,
      onChange,
      onChangedElsewhere: (ids) => this.found.push(ids),
    });
    sync.onProgress = (topic) => (topic === 'checks' ? onChange() : undefined);
  }

  /** Quits the app and launches it again on the same database. */
  async restart(): Promise<void> {
    this.check.stop();
    await this.sync.restart();
    this.build();
  }

  /**
   * Starts the check, and waits until the first run has ended. It is due because there was none.
   */
  async firstRun(): Promise<void> {
    this.check.start();
    await this.ended(1);
  }

  /** Requests a run as a person does, and waits until it has ended. */
  async runNow(): Promise<void> {
    const before = this.runs;
    if (this.check.status().nextAt === null) this.check.start();
    this.check.runNow();
    await this.ended(before + 1);
  }

  /** Lets work continue until `runs` runs have ended. */
  async ended(runs: number): Promise<void> {
    await this.sync.until(() => this.runs >= runs && !this.check.status().running);
  }

  /** All requests so far: "LIST", or the number of the organization whose profile was read. */
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
  forgetRequests(): void {
    this.sync.standin.requests.length = 0;
  }

  profile(index: number) {
    return this.sync.read((tables) => tables.profiles.get(this.sync.ids[index] ?? ''));
  }

  /** Reads these organizations in this order, as if long ago; then those left out were never read. */
  readInOrder(order: readonly number[]): void {
    this.sync.write((tables) => {
      const copies = order.map((index) => tables.profiles.get(this.sync.ids[index] ?? ''));
      for (const [index, id] of this.sync.ids.entries()) {
        const organization = tables.organizations.get(id);
        if (order.includes(index) || !organization) continue;
        tables.organizations.remove(id);
        tables.organizations.put(organization);
      }
      for (const copy of copies) if (copy) tables.profiles.put(copy);
    });
  }
}
