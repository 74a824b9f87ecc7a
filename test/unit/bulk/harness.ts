/**
 * The harness for bulk changes, export and import: the app's own code on a real database, real
 * files, and the stand-in (a fake Cloudflare API server).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBulk, type Bulk } from '../../../src/main/bulk/handlers';
import { createPlans } from '../../../src/main/bulk/plan';
import { createCsv, type CsvService } from '../../../src/main/csv/handlers';
import type { StoredRevision } from '../../../src/main/database/tables';
import type { AfterCancel, BulkResult, BulkJob, Plan } from '../../../src/shared/bulk';
import { success, type Outcome } from '../../../src/shared/outcome';
import type { Edits, Profile } from '../../../src/shared/profile';
import type { StandinOptions } from '../../standin/index';
import { valueOf } from '../outcomes';
import { closeHarnesses as closeSyncHarnesses, SyncHarness } from '../sync/harness';

const folders: string[] = [];

/** Closes every harness of this test; call it after each test. */
export async function closeHarnesses(): Promise<void> {
  await closeSyncHarnesses();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The edits of most jobs in these tests. */
export const NEW_PHONE = { business_phone: '+49 30 7' };

/** The result of an organization in a job if a newer change has replaced the job's text. */
export const REPLACED = { state: 'canceled', failure: { code: 'change.replaced' } };

/** Matches the requests for the profile of an organization. */
export const profilePath = (id: string) => ({ path: `${id}/profile` });

/** Yields once to the event loop. */
const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class BulkHarness {
  readonly sync: SyncHarness;
  readonly folder = mkdtempSync(join(tmpdir(), 'letterhead-bulk-'));
  /** The file that the person chooses in a file dialog; null: they cancel the dialog. */
  chosenFile: string | null = null;
  /** The file names that save dialogs suggested. */
  readonly suggestedNames: string[] = [];
  /** The files that were opened in another program. */
  readonly openedFiles: string[] = [];
  language = 'en-US';
  offline = false;
  /** Ids of the selected organizations, in list order. */
  selection: readonly string[] = [];
  bulk!: Bulk;
  csv!: CsvService;

  constructor(sync: SyncHarness) {
    this.sync = sync;
    folders.push(this.folder);
    this.build();
  }

  static async start(options: StandinOptions = {}): Promise<BulkHarness> {
    return new BulkHarness(await SyncHarness.start(options));
  }

  get ids(): string[] {
    return this.sync.ids;
  }

  /** The profile at Cloudflare; null: none. */
  remote(id: string): Profile | null {
    return this.sync.standin.profileOf(id);
  }

  /** Builds everything that lives in memory, as the app does when launched. */
  build(): void {
    const { sync } = this;
    const { database, sendStatus, scheduler, deps, clock } = sync;
    const plans = createPlans(database, yieldToEventLoop);
    const selected = (): Outcome<string[]> => success([...this.selection]);
    this.csv = createCsv({
      database,
      plans,
      yieldToEventLoop,
      selected,
      now: clock.now,
      language: () => this.language,
      dialogs: {
        save: async (_title, name, format) => {
          this.suggestedNames.push(`${name}.${format}`);
          return this.chosenFile;
        },
        open: async () => this.chosenFile,
      },
      opener: {
        open: async (path) => this.openedFiles.push(path) > 0,
        showInFolder: async () => undefined,
      },
    });
    this.bulk = createBulk({
      database,
      sendStatus,
      scheduler,
      plans,
      yieldToEventLoop,
      timers: clock.timers,
      selected,
      now: clock.now,
      retryRefused: () => undefined,
      limiter: deps.limiter,
      sendMs: scheduler.sendMs,
      isOffline: () => this.offline,
      saveResults: this.csv.saveResults,
    });
    this.bulk.start();
  }

  /** Quits the app and launches it again on the same database. */
  async restart(): Promise<void> {
    this.bulk.stop();
    await this.sync.restart();
    this.build();
  }

  async plan(edits: Edits, ids: readonly string[] = this.ids): Promise<Plan> {
    this.selection = ids;
    return valueOf(await this.bulk.handlers.plan({ edits }));
  }

  /** Submits a plan for these organizations; by default, for all that can change. */
  async submitPlan({ planId, rows }: Plan, ids?: readonly string[]): Promise<Outcome<string>> {
    const all = rows.filter(({ state }) => state === 'changes');
    const entryIds = [...(ids ?? all.map(({ entryId }) => entryId))];
    const done = await this.bulk.handlers.submit({ planId, entryIds });
    if (!done.ok) return done;
    await this.applied();
    return { ok: true, value: done.value.jobId };
  }

  /** Submits a plan; resolves when the job is durable, before its slices are applied. */
  async submitOnly({ planId }: Plan, ids: readonly string[] = this.ids): Promise<string> {
    const done = await this.bulk.handlers.submit({ planId, entryIds: [...ids] });
    return valueOf(done).jobId;
  }

  /** Waits until every job is applied, with all its slices. */
  async applied(): Promise<void> {
    const isApplying = (): boolean =>
      this.sync.read(({ bulk }) =>
        (['applying', 'canceling', 'discarding'] as const).some(
          (stage) => bulk.inStage(stage).length > 0,
        ),
      );
    // Ten thousand organizations take some seconds, more on a busy machine.
    await this.sync.until(() => !isApplying(), { clock: false, timeoutMs: 100_000 });
  }

  /** Plans and submits; returns the id of the job. */
  async change(edits: Edits, ids: readonly string[] = this.ids): Promise<string> {
    return valueOf(await this.submitPlan(await this.plan(edits, ids), ids));
  }

  async pause(jobId: string): Promise<void> {
    valueOf(await this.bulk.handlers.pause({ jobId }));
  }

  async resume(jobId: string): Promise<void> {
    valueOf(await this.bulk.handlers.resume({ jobId }));
  }

  async cancel(jobId: string, then: AfterCancel = 'discard'): Promise<void> {
    valueOf(await this.bulk.handlers.cancel({ jobId, then }));
    await this.applied();
  }

  job(jobId: string): BulkJob {
    const job = this.jobs().find(({ id }) => id === jobId);
    if (!job) throw new Error('no such job');
    return job;
  }

  jobs(): BulkJob[] {
    return valueOf(this.bulk.handlers.list(null) as Outcome<BulkJob[]>);
  }

  results(jobId: string): BulkResult[] {
    return valueOf(this.bulk.handlers.results({ jobId }) as Outcome<BulkResult[]>);
  }

  /** The state of one organization in a job. */
  result(jobId: string, id: string): BulkResult | undefined {
    return this.results(jobId).find(({ entryId }) => entryId === id);
  }

  revisions(id: string): StoredRevision[] {
    return this.sync.read((tables) => tables.revisions.of(id));
  }

  /** Lets work continue until the job has ended. */
  async ended(jobId: string): Promise<BulkJob> {
    await this.sync.until(() => this.job(jobId).waiting === 0 && !this.sync.busy());
    return this.job(jobId);
  }

  /** All requests that were refused because a limit was exceeded, and all protocol violations. */
  violations(): unknown[] {
    const { requests, violations } = this.sync.standin;
    return [...requests.filter(({ status }) => status === 429), ...violations];
  }
}
