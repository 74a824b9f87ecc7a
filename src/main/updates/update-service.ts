/**
 * Keeps the app up to date in the background: asks the update server on a schedule, downloads a newer version, and
 * installs it while the app quits. The code of the updater is loaded only before the first request.
 */
import type { Failure } from '../../shared/failure';
import { failed, success, type Result } from '../../shared/result';
import type { UpdateStatus } from '../../shared/updates';
import { withTimeLimit, type Timers } from '../lib/timers';
import type { Database } from '../database';
import type { Updater } from './electron-updater-adapter';
import type { UpdateCapability } from './capability';
import {
  createUpdateSchedule,
  saveUpdateRecord,
  NEVER_CHECKED,
  readUpdateRecord,
  type UpdateRecord,
} from './schedule';

/** How long the update server may take to answer, in ms. */
const CHECK_LIMIT_MS = 60_000;
/** How long a download may take, in ms: 100 MB over a slow connection. */
const DOWNLOAD_LIMIT_MS = 3_600_000;
/** If the app has not quit this long after *Restart now*, in ms, a later quit does not restart. */
const RESTART_WITHIN_MS = 15_000;

/** Dependencies of the updates. */
export interface UpdatesOptions {
  database: Database;
  now: () => number;
  /** The monotonic clock, in ms. */
  elapsed: () => number;
  timers: Timers;
  /** Determines what this build can do; called once, by `start`. */
  capability: () => UpdateCapability;
  /** Loads the updater, before the first request. */
  load: (capability: UpdateCapability) => Promise<Updater>;
  /** Whether the person wants updates, according to the current preferences. */
  isWanted: () => boolean;
  /** Whether the network is known to be offline. */
  isOffline: () => boolean;
  /** Sets what to call whenever the network is back. */
  onOnline: (listener: () => void) => void;
  /** Called when the status has changed. */
  onChange: () => void;
  /** Called when an update was refused or could not be installed. */
  onRefused: (failure: Failure) => void;
  /** Quits the app normally, so that typed text is saved. */
  quit: () => void;
}

/** Builds the service; nothing happens before `start`. */
export function createUpdates(options: UpdatesOptions) {
  const { database, now, timers, isWanted, isOffline, onChange, onRefused } = options;
  let capability: UpdateCapability = {
    mode: 'none',
    reason: null,
    installer: null,
    config: '',
    server: '',
  };
  let record = NEVER_CHECKED;
  let updater: Updater | null = null;
  let running: AbortController | null = null;
  let step: 'idle' | 'checking' | 'downloading' = 'idle';
  let newer: string | null = null;
  let isReady = false;
  /** Whether the schedule runs: the person wants updates, and this build can check for them. */
  let isScheduled = false;
  let shouldRestart = false;
  let restartTimer: unknown = null;

  const isEnabled = (): boolean => capability.mode !== 'none' && isWanted();
  const schedule = createUpdateSchedule({
    elapsed: options.elapsed,
    timers,
    isOffline,
    onDue: () => void run(),
  });
  options.onOnline(schedule.online);

  function updateRecord(change: Partial<UpdateRecord>): void {
    record = { ...record, ...change };
    saveUpdateRecord(database, record);
  }

  function enterStep(next: typeof step): void {
    step = next;
    onChange();
  }

  /** Checks for a newer version, and downloads it if this build can install it. */
  async function checkAndDownload(signal: AbortSignal): Promise<Result<null>> {
    updater ??= await options.load(capability);
    const found = await withTimeLimit(timers, CHECK_LIMIT_MS, signal, updater.check);
    // The caller that aborted has already reset the state.
    if (signal.aborted) return failed('app.stopping');
    if (!found.ok) return found;
    updateRecord({ checkedAt: now() });
    if (isReady && found.value === newer) return success(null);
    newer = found.value;
    // An earlier download is obsolete: there is a newer version, or the downloaded one was withdrawn.
    isReady = false;
    if (newer === null || capability.mode !== 'install') return success(null);
    enterStep('downloading');
    const downloaded = await withTimeLimit(timers, DOWNLOAD_LIMIT_MS, signal, updater.download);
    if (signal.aborted) return failed('app.stopping');
    isReady = downloaded.ok;
    if (!downloaded.ok) newer = null;
    return downloaded;
  }

  async function run(): Promise<void> {
    if (running || !isEnabled()) return;
    const abort = new AbortController();
    running = abort;
    enterStep('checking');
    const result = await checkAndDownload(abort.signal).catch(() => failed('app.unexpected'));
    if (running !== abort) return;
    running = null;
    const failure = result.ok ? null : result.failure;
    updateRecord({ failure });
    if (failure && failure.code !== 'updates.unreachable') onRefused(failure);
    schedule.checkEnded(failure);
    enterStep('idle');
  }

  async function install({ prepareInstall, installAndQuit }: Updater): Promise<() => void> {
    const installed = await prepareInstall();
    updateRecord({ failure: installed.ok ? null : installed.failure });
    if (installed.ok) return () => installAndQuit(shouldRestart, options.quit);
    onRefused(installed.failure);
    return options.quit;
  }

  function abortRun(): void {
    running?.abort();
    running = null;
    if (step === 'downloading') newer = null;
    step = 'idle';
  }

  /** Call when the preference may have changed: starts the schedule, or stops it and aborts a running check. */
  function settingsChanged(): void {
    if (isScheduled === isEnabled()) return;
    isScheduled = !isScheduled;
    if (isScheduled) schedule.start();
    else {
      schedule.stop();
      abortRun();
    }
    onChange();
  }

  function shownStep(): UpdateStatus['step'] {
    if (capability.mode !== 'none' && !isWanted()) return 'off';
    if (step !== 'idle') return step;
    if (isReady) return 'ready';
    return newer === null ? 'idle' : 'available';
  }

  return {
    /** Starts the schedule; the first check follows some minutes later. */
    start(): void {
      capability = options.capability();
      record = readUpdateRecord(database);
      settingsChanged();
    },
    /** Checks now, at the person's request. */
    check(): Result<null> {
      void run();
      return success(null);
    },
    /** Quits, installs the ready version, and starts it. Fails with `updates.not-ready`. */
    restart(): Result<null> {
      if (!isReady || !isEnabled()) return failed('updates.not-ready');
      shouldRestart = true;
      timers.clear(restartTimer);
      restartTimer = timers.set(() => (shouldRestart = false), RESTART_WITHIN_MS);
      options.quit();
      return success(null);
    },
    settingsChanged,
    status(): UpdateStatus {
      const shown = shownStep();
      return {
        mode: capability.mode,
        reason: capability.reason,
        step: shown,
        version: shown === 'off' ? null : newer,
        checkedAt: record.checkedAt,
        failure: record.failure,
      };
    },
    /** The version whose banner the person dismissed, or null. */
    dismissed: (): string | null => record.dismissed,
    dismiss: (): void => updateRecord({ dismissed: newer }),
    /** Stops everything except `finish`. */
    stop(): void {
      schedule.stop();
      abortRun();
      timers.clear(restartTimer);
    },
    /**
     * Call while the app quits and its window is closed: installs the ready version. Resolves with the last step,
     * which quits the app. Null when there is nothing to install. Never rejects.
     */
    finish: (): Promise<() => void> | null =>
      updater && isReady && isEnabled() ? install(updater) : null,
    /** Call when the person launches the app again while `finish` runs: the new version is started afterwards. */
    startAfterwards: (): void => {
      shouldRestart = true;
    },
  };
}

/** Keeps the app up to date. */
export type Updates = ReturnType<typeof createUpdates>;
