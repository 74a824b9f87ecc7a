/** The author lookup on top of the sync harness: a real database, and HTTP to the stand-in. */
import { createAuthorLookup, type AuthorLookup } from '../../../src/main/audit-log';
import { QUIET_MS } from '../../../src/main/audit-log/author-lookup';
import type { Author } from '../../../src/shared/history';
import type { Profile } from '../../../src/shared/profile';
import type { StandinOptions } from '../../standin/index';
import { SyncHarness } from '../sync/harness';

export { closeHarnesses, SIGN_IN } from '../sync/harness';

export class AuthorsHarness {
  readonly sync: SyncHarness;
  lookup!: AuthorLookup;
  busy = false;

  constructor(sync: SyncHarness) {
    this.sync = sync;
    // As after a first read.
    sync.write(({ profiles, revisions }) => {
      for (const id of sync.ids) {
        const { fields, checkedAt } = profiles.get(id)!;
        const texts = fields ?? {};
        revisions.add({ organizationId: id, at: checkedAt, kind: 'observed', texts, author: null });
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

  /** Builds the lookup as the app does when launched. */
  build(): void {
    const { deps, clock } = this.sync;
    this.lookup = createAuthorLookup({
      ...deps,
      elapsed: clock.elapsed,
      isBusy: () => this.busy,
    });
    deps.onSignInWorks = (id) => this.lookup.signInWorks(id);
    this.lookup.start();
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

  read(id = this.id) {
    return this.sync.refresher.refresh(id, { isPageOpen: false });
  }

  /** The requests for logs so far. */
  get asked() {
    return this.standin.requests.filter(({ route }) => route.endsWith('/logs/audit'));
  }

  /** Lets the app be quiet, and waits until the log was asked this many times and its answer is stored. */
  async quiet(asked: number): Promise<void> {
    await this.sync.until(
      () =>
        this.asked.length === asked &&
        this.asked.every(({ status, fault }) => status !== null || fault !== null),
    );
    await this.pass();
  }

  /**
   * Lets the app be quiet, and then makes another request, which ends after any request for a log that should not
   * have been made.
   */
  async pass(ms = QUIET_MS): Promise<void> {
    const last = this.sync.ids.at(-1);
    this.sync.clock.advance(ms);
    await this.read(last);
    this.sync.clock.advance(QUIET_MS);
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
    return this.found.map((author) => (author?.by === 'person' ? author.who : null));
  }
}
