/**
 * The harness for sending and reading: the app's own code with a real database, over HTTP to the
 * stand-in (a fake Cloudflare API server), on a clock that only tests advance.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import { createCloudflare } from '../../../src/main/cloudflare/client';
import type { Authorization, AuthorizationSource } from '../../../src/main/cloudflare/types';
import { organizationPage } from '../../../src/main/organizations/handlers';
import { createJustSaved } from '../../../src/main/changes/just-saved';
import { createChanges, type ChangesOptions } from '../../../src/main/changes/handlers';
import { openDatabase } from '../../../src/main/database';
import { RowMacs } from '../../../src/main/database/row-macs';
import type { OutboxRow } from '../../../src/main/database/outbox-table';
import type { Database, Tables } from '../../../src/main/database/tables';
import { createConnectivity } from '../../../src/main/sync/connectivity';
import type { SyncDependencies } from '../../../src/main/sync/dependencies';
import type { ReadQueue } from '../../../src/main/read-queue';
import { createSendStatus, type SendStatus } from '../../../src/main/changes/send-status';
import { createProfileReader } from '../../../src/main/read-queue/read';
import { createScheduler, type Scheduler } from '../../../src/main/sync/scheduler';
import type { Handlers } from '../../../src/shared/contract/bridge';
import type { Failure } from '../../../src/shared/failure';
import type { Parent } from '../../../src/shared/organization';
import { success, type Result } from '../../../src/shared/result';
import { applyPatches, touchedFields, type Patch } from '../../../src/shared/patch';
import { FIELD_NAMES, type Edits, type FieldName, type Profile } from '../../../src/shared/profile';
import { ENTRY_KIND_OF } from '../../../src/shared/organization';
import type { SignInKind } from '../../../src/shared/sign-in';
import { putNewDatabase } from '../database/new-database';
import { createTestReadQueue } from '../read-queue/create';
import { startStandin, type Standin, type StandinOptions } from '../../standin/index';
import { Clock } from '../cloudflare/clock';
import { countedFetch } from '../cloudflare/harness';
import { valueOf } from '../results';
import { KEY_SIGN_IN, ORGANIZATION } from '../samples';

export const SIGN_IN = '0123456789abcdef';

/** The sign-in of `addAccount` and `startEmpty`. */
export const TOKEN_SIGN_IN = 'aaaabbbbccccdddd';

const open = new Set<SyncHarness>();

/** The outcome of a call that must be synchronous. */
function resultOf<T>(outcome: T | Promise<T>): T {
  if (outcome instanceof Promise) throw new Error('this call is asynchronous');
  return outcome;
}

/** Closes every harness of this test; call it after each test. */
export async function closeHarnesses(): Promise<void> {
  for (const harness of open) await harness.close();
  open.clear();
}

export class SyncHarness {
  readonly clock = new Clock();
  readonly ids: string[];
  readonly signInIssues: [string, Failure][] = [];
  /** Ids of the sign-ins that were reported to work. */
  readonly workingSignIns: string[] = [];
  /** All steps of sends that `sendStatus` published, in order. */
  readonly steps: string[] = [];
  sendStatus: SendStatus;
  scheduler!: Scheduler;
  deps!: SyncDependencies;
  profileReader!: ReturnType<typeof createProfileReader>;
  connectivity!: ReturnType<typeof createConnectivity>;
  readQueue!: ReadQueue;
  /** Called with every entry that the reading queue reads. */
  onRead: (id: string) => void = () => undefined;
  /** Called when the progress of the check or of the refresh of selected entries changed. */
  onProgress: (topic: 'checks' | 'selection-actions' | 'batches') => void = () => undefined;
  /** Called with each page of the history that was read. */
  onHistoryListed: ChangesOptions['onHistoryListed'] = () => undefined;
  drafts!: ReturnType<typeof createChanges>['drafts'];
  changes!: ReturnType<typeof createChanges>['changes'];
  history!: Handlers<'history'>;
  database: Database;
  /** Whether the file of the database is not in its place. */
  isMoved: () => boolean = () => false;
  /** Why nothing may be sent; see `CloudflareOptions`. */
  blocked: () => Failure | null = () => (this.isMoved() ? { code: 'database.moved' } : null);
  authorizationOf: AuthorizationSource;
  versionOf: (signInId: string) => string = () => '';
  keyRead: SyncDependencies['keyRead'] = () => Promise.resolve(success(null));
  random = 0.5;
  #number = 0;
  /** Whether connectivity probes are sent while offline. */
  probesWhileOffline = false;
  /** Makes and checks the MACs, as if the keychain always returned the key immediately. */
  readonly macs = new RowMacs();
  readonly folder = mkdtempSync(join(tmpdir(), 'letterhead-sync-'));
  readonly #counted = countedFetch();

  readonly standin: Standin;
  /** The kind of the sign-in: with a token, the entries are accounts. */
  readonly kind: SignInKind;

  constructor(standin: Standin, kind: SignInKind = 'key') {
    this.standin = standin;
    this.kind = kind;
    open.add(this);
    const entries = kind === 'token' ? standin.accounts : standin.organizations;
    this.ids = [...entries.keys()];
    const { email, userId, tokenId } = this.#identity(kind);
    this.authorizationOf = async (id) => ({ ok: true, value: this.#authorization(id) });
    putNewDatabase(this.folder);
    this.database = this.#openDatabase();
    this.sendStatus = createSendStatus(this.database.changes);
    this.write((tables) => {
      tables.signIns.put({
        ...KEY_SIGN_IN,
        kind,
        tokenId,
        id: SIGN_IN,
        label: 'Office',
        email,
        userId,
        state: 'stored',
        checkedAt: null,
        issue: null,
        issueSince: null,
      });
      for (const id of this.ids) {
        const addedAt = this.clock.now() - 3_600_000;
        const name = entries.get(id)?.name ?? '';
        tables.organizations.put({
          ...ORGANIZATION,
          kind: ENTRY_KIND_OF[kind],
          parent: this.#parentOf(id),
          id,
          name,
          signInId: SIGN_IN,
          addedAt,
          viewedAt: null,
        });
        this.#saveCopy(tables, id);
      }
    });
    this.build();
  }

  static async start(options: StandinOptions = {}): Promise<SyncHarness> {
    return new SyncHarness(await startStandin({ organizations: 3, limits: false, ...options }));
  }

  /** With a token, of which no account is saved yet. */
  static async startEmpty(options: StandinOptions): Promise<SyncHarness> {
    const harness = await SyncHarness.start(options);
    harness.write(({ organizations }) => harness.ids.forEach((id) => organizations.remove(id)));
    harness.#addTokenSignIn();
    return harness;
  }

  /** The same with the token of the stand-in and its accounts. */
  static async startWithToken(options: StandinOptions = {}): Promise<SyncHarness> {
    return new SyncHarness(await startStandin({ limits: false, ...options }), 'token');
  }

  get token() {
    const token = this.standin.tokens[0];
    if (!token) throw new Error('the stand-in has no tokens');
    return token;
  }

  #identity(kind: SignInKind) {
    if (kind === 'key') return { ...this.signIn, tokenId: null };
    return { email: '', userId: this.token.userId, tokenId: this.token.id };
  }

  #authorization(signInId: string): Authorization {
    const kind = signInId === TOKEN_SIGN_IN ? 'token' : this.kind;
    const { email, userId } = this.#identity(kind);
    const key = kind === 'token' ? this.token.value : this.signIn.key;
    return { kind, email, key, userId };
  }

  #addTokenSignIn(): void {
    const { email, userId, tokenId } = this.#identity('token');
    this.write(({ signIns }) => {
      const row = signIns.get(SIGN_IN)!;
      const token = { id: TOKEN_SIGN_IN, kind: 'token', label: 'Token' } as const;
      signIns.put({ ...row, ...token, email, userId, tokenId });
    });
  }

  /** Saves an account of an organization, opened with a token of its own, beside the organizations of the key. */
  addAccount(id: string, entryId: string): void {
    this.#addTokenSignIn();
    this.write((tables) => {
      const { name, ...rest } = tables.organizations.get(entryId)!;
      const parent = { id: entryId, name };
      const account = { id, kind: 'account', name: 'Bristol', parent } as const;
      tables.organizations.put({ ...rest, ...account, signInId: TOKEN_SIGN_IN });
      tables.profiles.put({ ...tables.profiles.get(entryId)!, entryId: id });
    });
  }

  /** The organization to which an account belongs. */
  #parentOf(id: string): Parent | null {
    const parent = this.standin.accounts.get(id)?.managedBy;
    return parent ? { id: parent.parentOrgId, name: parent.parentOrgName } : null;
  }

  get signIn() {
    const signIn = this.standin.signIns[0];
    if (!signIn) throw new Error('the stand-in has no sign-ins');
    return signIn;
  }

  get id(): string {
    return this.ids[0] ?? '';
  }

  #openDatabase(): Database {
    const opened = valueOf(openDatabase(this.folder, { now: this.clock.now, macs: this.macs }));
    this.isMoved = opened.isMoved;
    return opened.database;
  }

  #saveCopy(tables: Tables, id: string): void {
    const at = this.clock.now();
    const fields = this.standin.profileOf(id);
    tables.profiles.put({
      entryId: id,
      fields,
      confirmedAt: at,
      checkedAt: at,
      changedElsewhere: false,
    });
  }

  /** Builds everything that lives in memory, as the app does when launched. */
  build(): void {
    this.sendStatus = createSendStatus(this.database.changes);
    const { set } = this.sendStatus;
    this.sendStatus.set = (id, changes) => {
      set(id, changes);
      const { step } = this.sendStatus.of(id);
      if (step !== null && this.steps.at(-1) !== step) this.steps.push(step);
    };
    const limiter = createRateLimiter(this.clock);
    const cloudflare = createCloudflare({
      fetch: this.#counted.fetch,
      baseUrl: this.standin.url,
      limiter,
      now: this.clock.now,
      elapsed: this.clock.elapsed,
      timers: this.clock.timers,
      blocked: () => this.blocked(),
    });
    this.deps = {
      database: this.database,
      cloudflare,
      limiter,
      authorizationOf: (id) => this.authorizationOf(id),
      versionOf: (id) => this.versionOf(id),
      keyRead: () => this.keyRead(),
      now: this.clock.now,
      elapsed: this.clock.elapsed,
      random: () => this.random,
      timers: this.clock.timers,
      justSaved: createJustSaved(this.clock),
      sendStatus: this.sendStatus,
      recordSignInIssue: (_, id, failure) => this.signInIssues.push([id, failure]),
      onSignInIssue: (id, failure) => this.signInIssues.push([id, failure]),
      onSignInWorks: (id) => this.workingSignIns.push(id),
    };
    this.scheduler = createScheduler(this.deps);
    this.profileReader = createProfileReader(this.deps);
    this.readQueue = createTestReadQueue({
      ...this.deps,
      elapsed: this.clock.elapsed,
      readProfile: (id, priority) => {
        this.onRead(id);
        return this.profileReader.read(id, { isPageOpen: this.sendStatus.isOpen(id), priority });
      },
      onProgress: (topic) => this.onProgress(topic),
    });
    const calls = createChanges({
      database: this.database,
      now: this.clock.now,
      sendStatus: this.sendStatus,
      organizationPage: (id: string) => organizationPage(this.database, this.sendStatus, id),
      sendFirst: (id: string) => this.scheduler.first(id),
      retryNow: (id: string) => this.scheduler.retryNow(id),
      onHistoryListed: (id, revisions) => this.onHistoryListed(id, revisions),
    });
    this.drafts = calls.drafts;
    this.changes = calls.changes;
    this.history = calls.history;
    this.connectivity = createConnectivity({
      cloudflare,
      now: this.clock.now,
      random: () => this.random,
      timers: {
        set: (work, ms) => (this.probesWhileOffline ? this.clock.timers.set(work, ms) : null),
        clear: this.clock.timers.clear,
      },
      onChange: () => undefined,
    });
    this.connectivity.onRecovered(() => {
      this.scheduler.onNetworkRecovered();
      this.readQueue.retry('network-back');
    });
    this.scheduler.start();
    this.readQueue.start();
  }

  /** Quits the app and launches it again on the same database. */
  async restart(): Promise<void> {
    await this.reopen();
    this.build();
  }

  /** Quits the app and opens its database again, without launching the app. */
  async reopen(): Promise<void> {
    await this.stop();
    this.database.close();
    this.database = this.#openDatabase();
  }

  async stop(): Promise<void> {
    this.connectivity.stop();
    this.profileReader.stop();
    this.readQueue.stop();
    await this.scheduler.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    this.database.close();
    await this.standin.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  read<T>(work: (tables: Tables) => T): T {
    return valueOf(this.database.read(work));
  }

  write<T>(work: (tables: Tables) => T): T {
    return valueOf(this.database.write(work));
  }

  row(id = this.id): OutboxRow | null {
    return this.read((tables) => tables.outbox.get(id));
  }

  saved(id = this.id): Profile | null {
    return this.read((tables) => tables.profiles.get(id)?.fields ?? null);
  }

  /** The base of a draft: the saved copy with the pending change applied. */
  baseOf(id = this.id): Profile {
    return applyPatches(this.saved(id), this.row(id)?.patch);
  }

  /**
   * The request that the window sends for these edits: the fields of the draft and the new edits.
   */
  #typed(edits: Edits, id: string): { entryId: string; edits: Patch; number: number } {
    const draft = this.read((tables) => tables.drafts.get(id)?.patch ?? {});
    const formTexts = this.baseOf(id);
    const typed: Patch = { ...draft };
    for (const field of touchedFields(edits)) {
      const base = draft[field] ? draft[field].base : formTexts[field];
      typed[field] = { base, text: edits[field] ?? '' };
    }
    return { entryId: id, edits: typed, number: (this.#number += 1) };
  }

  /** Types these texts and stores the draft, as the window does. */
  type(edits: Edits, id = this.id): void {
    valueOf(resultOf(this.drafts.save(this.#typed(edits, id))));
  }

  /** Saves these texts together with the draft, from a page that shows the change as it is. Returns the pending change. */
  submit(edits: Edits, id = this.id): OutboxRow {
    const remote = this.row(id)?.remote ?? undefined;
    valueOf(resultOf(this.changes.submit({ ...this.#typed(edits, id), remote })));
    const row = this.row(id);
    if (!row) throw new Error('nothing was submitted');
    return row;
  }

  /** Discards the pending change. */
  discard(id = this.id): void {
    const version = this.row(id)?.version ?? 0;
    valueOf(resultOf(this.changes.discard({ entryId: id, version })));
  }

  /** Resolves the conflict as it is shown now: *theirs* for these fields, *mine* for all others. */
  resolve(theirs: readonly FieldName[], id = this.id): Result<unknown> {
    const row = this.row(id);
    if (!row?.remote) throw new Error('there is no conflict');
    const choice = (field: FieldName): 'theirs' | 'mine' =>
      theirs.includes(field) ? 'theirs' : 'mine';
    const choices = Object.fromEntries(FIELD_NAMES.map((field) => [field, choice(field)]));
    const shown = { version: row.version, remote: row.remote };
    return resultOf(this.changes.resolve({ entryId: id, ...shown, choices }));
  }

  /** Presses *Try again now* for the change as it is shown now. */
  retry(id = this.id): Result<unknown> {
    return resultOf(this.changes.retry({ entryId: id, ...this.#shown(id) }));
  }

  /** Accepts what Cloudflare stored, as it is shown now. */
  accept(id = this.id): Result<unknown> {
    return resultOf(this.changes.acceptAsStored({ entryId: id, ...this.#shown(id) }));
  }

  #shown(id: string): { version: number; remote: Profile | null } {
    const row = this.row(id);
    if (!row) throw new Error('there is no change');
    return { version: row.version, remote: row.remote };
  }

  /** Whether a send is in progress. */
  busy(): boolean {
    return this.ids.some((id) => this.sendStatus.of(id).step !== null);
  }

  /**
   * Lets work continue until `done`. When nothing else is in progress, the clock advances to the next
   * timer, unless `clock` is false. Throws after `timeoutMs` of real time.
   */
  async until(done: () => boolean, { clock = true, timeoutMs = 45_000 } = {}): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    let idle = 0;
    while (!done()) {
      if (Date.now() > deadline) throw new Error(`never happened: ${JSON.stringify(this.row())}`);
      await new Promise((resolve) => setImmediate(resolve));
      idle = this.#counted.pending() === 0 ? idle + 1 : 0;
      const next = this.clock.nextIn();
      if (clock && idle > 3 && next !== null) {
        this.clock.advance(next);
        idle = 0;
      }
    }
  }

  /** Waits until the running send has ended, whatever its outcome. */
  async settled(): Promise<void> {
    await this.until(() => !this.busy() && (this.row()?.state ?? 'gone') !== 'queued');
  }

  /** Waits until a request meets a fault that never ends, then lets the request time out. */
  async timeOut(mode: string): Promise<void> {
    const hasOccurred = (): boolean => this.standin.requests.some(({ fault }) => fault === mode);
    await this.until(hasOccurred);
    this.clock.advance(30_000);
  }

  /** The methods of all requests to the profile so far, such as "GET PUT GET". */
  traffic(): string {
    return this.standin.requests
      .filter(({ route }) => route.endsWith('/profile'))
      .map(({ method }) => method)
      .join(' ');
  }
}
