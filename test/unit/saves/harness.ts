/**
 * The harness for saves, export and import: the app's own code on a real database, real
 * files, and the stand-in (a fake Cloudflare API server).
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSaves, type Saves } from '../../../src/main/saves/handlers';
import { createManyChanges } from '../../../src/main/changes/many-handlers';
import { createCsv, type CsvService } from '../../../src/main/csv/handlers';
import type { StoredRevision } from '../../../src/main/database/revision-table';
import type { AfterCancel, SaveResult, Save } from '../../../src/shared/saves';
import { failed, success, type Result } from '../../../src/shared/result';
import type { Edits, Profile } from '../../../src/shared/profile';
import { touchedFields } from '../../../src/shared/patch';
import { submitInSave } from '../save-events';
import type { StandinOptions } from '../../standin/index';
import { startParser } from '../csv/parser';
import { valueOf } from '../results';
import { closeHarnesses as closeSyncHarnesses, SyncHarness } from '../sync/harness';

const folders: string[] = [];

/** Closes every harness of this test; call it after each test. */
export async function closeHarnesses(): Promise<void> {
  await closeSyncHarnesses();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The edits of most saves in these tests. */
export const NEW_PHONE = { business_phone: '+49 30 7' };

/** The result of an organization in a save if a newer change has replaced the save's text. */
export const REPLACED = { state: 'canceled', failure: { code: 'change.replaced' } };

/** Matches the requests for the profile of an organization. */
export const profilePath = (id: string) => ({ path: `${id}/profile` });

/** Yields once to the event loop. */
const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class SavesHarness {
  readonly sync: SyncHarness;
  readonly folder = mkdtempSync(join(tmpdir(), 'letterhead-saves-'));
  /** The file that the person chooses in a file dialog; null: they cancel the dialog. */
  chosenFile: string | null = null;
  /** Called when the progress of reading a file has changed. */
  onImportProgress: () => unknown = () => null;
  /** What happens while a save dialog is open. */
  whileSaveDialog: () => Promise<unknown> = async () => null;
  /** The file names that save dialogs suggested. */
  readonly suggestedNames: string[] = [];
  /** The files that were opened in another program. */
  readonly openedFiles: string[] = [];
  language = 'en-US';
  offline = false;
  /** Ids of the selected organizations, in list order. */
  selection: readonly string[] = [];
  many!: ReturnType<typeof createManyChanges>;
  service!: Saves;
  csv!: CsvService;

  constructor(sync: SyncHarness) {
    this.sync = sync;
    folders.push(this.folder);
    this.build();
  }

  static async start(options: StandinOptions = {}): Promise<SavesHarness> {
    return new SavesHarness(await SyncHarness.start(options));
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
    this.many = createManyChanges({
      database,
      selected: () => success([...this.selection]),
      idsIn: () => success([...this.selection]),
      found: () => Promise.resolve(failed('table.outdated')),
      reader: {
        readFor: () => undefined,
        stopReadingFor: () => undefined,
        isReadingFor: () => false,
      },
      now: clock.now,
      timers: clock.timers,
      yieldToEventLoop,
      onChanged: () => undefined,
    });
    this.csv = createCsv({
      database,
      importTable: this.many.importTable,
      notImported: this.many.notImported,
      readFor: () => undefined,
      stopReadingFor: () => undefined,
      yieldToEventLoop,
      startParser: () => startParser(),
      onProgress: () => this.onImportProgress(),
      selected: () => success([...this.selection]),
      // Snapshot 1 of the table shows the selected ones, the other way round.
      shownInTable: (snapshot) =>
        snapshot === 1 ? success(this.selection.toReversed()) : failed('table.outdated'),
      now: clock.now,
      language: () => this.language,
      dialogs: {
        save: async (_title, name, format) => {
          this.suggestedNames.push(`${name}.${format}`);
          await this.whileSaveDialog();
          return this.chosenFile;
        },
        open: async () => this.chosenFile,
      },
      opener: {
        open: async (path) => this.openedFiles.push(path) > 0,
        showInFolder: async () => undefined,
      },
    });
    this.service = createSaves({
      database,
      sendStatus,
      scheduler,
      yieldToEventLoop,
      timers: clock.timers,
      now: clock.now,
      retryRefused: () => undefined,
      limiter: deps.limiter,
      sendMs: scheduler.sendMs,
      isOffline: () => this.offline,
      saveResults: this.csv.saveResults,
    });
    this.service.start();
  }

  /** Quits the app and launches it again on the same database. */
  async restart(): Promise<void> {
    this.service.stop();
    await this.sync.restart();
    this.build();
  }

  /** Waits until every save that is being canceled is, with all its slices. */
  async canceled(): Promise<void> {
    const isCanceling = (): boolean =>
      this.sync.read(({ saves }) =>
        (['canceling', 'discarding'] as const).some((stage) => saves.inStage(stage).length > 0),
      );
    // Ten thousand organizations take some seconds, more on a busy machine.
    await this.sync.until(() => !isCanceling(), { clock: false, timeoutMs: 100_000 });
  }

  /** Saves these texts in organizations at once; returns the id of the save. */
  async change(edits: Edits, ids: readonly string[] = this.ids): Promise<string> {
    const id = randomUUID();
    this.sync.write((tables) => {
      const row = { id, at: this.sync.clock.now(), fields: touchedFields(edits) };
      tables.saves.add({ ...row, stage: 'sending', paused: false });
      for (const entryId of ids) submitInSave(tables, id, entryId, edits, row.at);
    });
    for (const entryId of ids) this.sync.sendStatus.edited(entryId);
    return id;
  }

  async pause(saveId: string): Promise<void> {
    valueOf(await this.service.handlers.pause({ saveId }));
  }

  async resume(saveId: string): Promise<void> {
    valueOf(await this.service.handlers.resume({ saveId }));
  }

  async cancel(saveId: string, then: AfterCancel = 'discard'): Promise<void> {
    valueOf(await this.service.handlers.cancel({ saveId, then }));
    await this.canceled();
  }

  save(saveId: string): Save {
    const save = this.saves().find(({ id }) => id === saveId);
    if (!save) throw new Error('no such save');
    return save;
  }

  saves(): Save[] {
    return valueOf(this.service.handlers.list(null) as Result<Save[]>);
  }

  /** The results of a save, in the order the organizations were submitted. */
  results(saveId: string): SaveResult[] {
    return this.sync.read(({ saves }) => saves.results(saveId));
  }

  /** The state of one organization in a save. */
  result(saveId: string, id: string): SaveResult | undefined {
    return this.results(saveId).find(({ entryId }) => entryId === id);
  }

  revisions(id: string): StoredRevision[] {
    return this.sync.read((tables) => tables.revisions.of(id));
  }

  /** Lets work continue until the save has ended. */
  async ended(saveId: string): Promise<Save> {
    await this.sync.until(() => this.save(saveId).waiting === 0 && !this.sync.busy());
    return this.save(saveId);
  }

  /** All requests that were refused because a limit was exceeded, and all protocol violations. */
  violations(): unknown[] {
    const { requests, violations } = this.sync.standin;
    return [...requests.filter(({ status }) => status === 429), ...violations];
  }
}
