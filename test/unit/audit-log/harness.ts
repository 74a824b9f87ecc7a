/** The author lookup on top of the sync harness: a real database, and HTTP to the stand-in. */
import { createAuthorLookup } from '../../../src/main/audit-log';
import type { Author } from '../../../src/shared/history';
import type { Profile } from '../../../src/shared/profile';
import type { StandinOptions } from '../../standin/index';
import { SyncHarness } from '../sync/harness';

export { closeHarnesses, SIGN_IN } from '../sync/harness';

export class AuthorsHarness {
  readonly sync: SyncHarness;
  lookup!: ReturnType<typeof createAuthorLookup>;

  constructor(sync: SyncHarness) {
    this.sync = sync;
    // As after a first read.
    sync.write(({ profiles, revisions }) => {
      for (const id of sync.ids) {
        const { fields, checkedAt } = profiles.get(id)!;
        const texts = fields ?? {};
        revisions.add({ entryId: id, at: checkedAt, kind: 'observed', texts, author: null });
      }
    });
    this.build();
  }

  /** Starts with an organization that was read an hour ago; `with`: `token`: with accounts. */
  static async start(options: StandinOptions = {}, kind: 'key' | 'token' = 'key') {
    const started: { sync?: SyncHarness } = {};
    const now = () => started.sync?.clock.now() ?? Date.UTC(2026, 10, 24, 9);
    const all = { now, ...options };
    started.sync =
      kind === 'key' ? await SyncHarness.start(all) : await SyncHarness.startWithToken(all);
    started.sync.clock.advance(3_600_000);
    return new AuthorsHarness(started.sync);
  }

  /** Builds the lookup as the app does when launched. The page of `id` is open. */
  build(): void {
    const { deps, clock, sendStatus } = this.sync;
    this.lookup = createAuthorLookup({
      ...deps,
      now: clock.now,
      elapsed: clock.elapsed,
      openId: sendStatus.openId,
    });
    deps.onSignInWorks = (id) => this.lookup.signInWorks(id);
    this.sync.onHistoryListed = this.lookup.listed;
    this.lookup.start();
    this.open();
  }

  /** Quits the app and launches it again on the same database. */
  async restart(): Promise<void> {
    this.lookup.stop();
    await this.sync.restart();
    this.build();
  }

  get standin() {
    return this.sync.standin;
  }
  get id(): string {
    return this.sync.id;
  }

  /** Edits the profile elsewhere a minute before the app reads it. */
  async find(edits: Partial<Profile>, by?: Parameters<SyncHarness['standin']['editElsewhere']>[2]) {
    this.sync.clock.advance(1_000);
    this.standin.editElsewhere(this.id, edits, by);
    this.sync.clock.advance(60_000);
    await this.read();
  }

  /** Opens a page, without reading its profile. */
  open(id = this.id): void {
    this.sync.sendStatus.opened(id);
    this.sync.sendStatus.changed(id);
  }

  /** Reads a page of the history of `id`, as its tab does. */
  async list(before: number | null = null): Promise<void> {
    const page = await this.sync.history.list({ entryId: this.id, before });
    if (!page.ok) throw new Error(page.failure.code);
  }

  read(id = this.id) {
    return this.sync.profileReader.read(id, { isPageOpen: false });
  }

  /** The requests for logs so far. */
  get asked() {
    return this.standin.requests.filter(({ route }) => route.endsWith('/logs/audit'));
  }

  /** Waits until the log was asked this many times and its answer is stored. */
  async answered(asked: number): Promise<void> {
    await this.sync.until(
      () =>
        this.asked.length === asked &&
        this.asked.every(({ status, fault }) => status !== null || fault !== null),
    );
    await this.pass();
  }

  /**
   * Lets time pass, and then makes other requests, which end after any request for a log that should not have been made.
   */
  async pass(ms = 0): Promise<void> {
    const last = this.sync.ids.at(-1);
    this.sync.clock.advance(ms);
    await this.read(last);
    await this.read(last);
  }

  /** The authors of the changes found, newest first; without the first copy. */
  get found(): (Author | null)[] {
    const revisions = this.sync.read((tables) => tables.revisions.of(this.id));
    return revisions
      .slice(1)
      .filter(({ kind }) => kind === 'observed')
      .map(({ author }) => author)
      .reverse();
  }

  /** The names of the authors, newest first. */
  get names(): (string | null)[] {
    return this.found.map((author) => author?.who ?? null);
  }
}
