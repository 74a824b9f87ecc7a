/**
 * Quiet updates: when the update server is asked, what is downloaded, and what is installed while the
 * app quits. What talks to the server is loaded only once it is asked.
 */
import { failed, success, type Failure, type Outcome } from '../../shared/failure';
import type { UpdateStatus } from '../../shared/updates';
import { limited, type Timers } from '../lib/timers';
import type { Store } from '../database/tables';
import type { UpdateCapability, Updater } from './capability';
import { createUpdateSchedule, keepRecord, NEVER, readRecord, type UpdateRecord } from './schedule';

/** Longest time an answer of the update server may take, in ms. */
const LOOK_LIMIT_MS = 60_000;
/** Longest time a download may take, in ms: 100 MB over a slow line. */
const DOWNLOAD_LIMIT_MS = 3_600_000;
/** If quitting has not begun this long after *Restart now*, in ms, a later quit is an ordinary one. */
const RESTART_WITHIN_MS = 15_000;

/** What updates need. */
export interface UpdatesOptions {
  store: Store;
  now: () => number;
  timers: Timers;
  /** What this build can do; asked once, at the start. */
  means: () => UpdateCapability;
  load: (means: UpdateCapability) => Promise<Updater>;
  /** Whether the person wants updates; asked afresh each time. */
  wanted: () => boolean;
  /** Whether the network is known to be away. */
  isOffline: () => boolean;
  /** The status is another one. */
  onChange: () => void;
  /** A downloaded file was refused, or could not be installed. */
  onRefused: (failure: Failure) => void;
  /** Quits the app as a person would. */
  quit: () => void;
}

/** Keeps the app up to date. */
export interface Updates {
  /** Begins, some minutes from now: everything else goes first. */
  start(): void;
  /** Looks now, because a person said so. */
  look(): Outcome<null>;
  /** Quits, installs what is ready, and starts that. Fails with `updates.none`. */
  restart(): Outcome<null>;
  /** The person wants updates now, or does not want them any more. */
  reconsider(): void;
  /** The network may be back. */
  connectionChanged(): void;
  status(): UpdateStatus;
  /** The version whose banner the person put away, or null. */
  dismissed(): string | null;
  dismiss(): void;
  /** Ends all but `finish`. */
  stop(): void;
  /**
   * While the app quits and its window is closed: puts what is ready in its place, and gives what is to
   * be done last of all, which quits. Null when there is nothing to install. Never rejects.
   */
  finish(): Promise<() => void> | null;
  /** The app was started again while `finish` runs: it will be, and then as the new version. */
  startAfterwards(): void;
}

/** Makes them; nothing happens before `start`. */
export function createUpdates(options: UpdatesOptions): Updates {
  const { store, now, timers, wanted, onChange, onRefused } = options;
  let means: UpdateCapability = { way: 'none', why: null, installer: null, config: '' };
  let record = NEVER;
  let updater: Updater | null = null;
  let running: AbortController | null = null;
  let step: 'idle' | 'looking' | 'downloading' = 'idle';
  let newer: string | null = null;
  let ready = false;
  /** Whether the rhythm is kept: somebody wants updates, and this build can look. */
  let following = false;
  let restarting = false;
  let restartTimer: unknown = null;

  const may = (): boolean => means.way !== 'none' && wanted();
  const rhythm = createUpdateSchedule({ ...options, due: () => void run() });

  function note(change: Partial<UpdateRecord>): void {
    record = { ...record, ...change };
    keepRecord(store, record);
  }

  function enter(next: typeof step): void {
    step = next;
    onChange();
  }

  /** Looks, and downloads what is found if this build installs by itself. */
  async function lookAndLoad(signal: AbortSignal): Promise<Outcome<null>> {
    updater ??= await options.load(means);
    const found = await limited(timers, LOOK_LIMIT_MS, signal, updater.look);
    // Whoever ended this has gone on meanwhile.
    if (signal.aborted) return failed('app.stopping');
    if (!found.ok) return found;
    note({ lookedAt: now() });
    if (ready && found.value === newer) return success(null);
    newer = found.value;
    // What was downloaded before gives way to what is newer still, and to nothing where it was withdrawn.
    ready = false;
    if (newer === null || means.way !== 'itself') return success(null);
    enter('downloading');
    const loaded = await limited(timers, DOWNLOAD_LIMIT_MS, signal, updater.download);
    if (signal.aborted) return failed('app.stopping');
    ready = loaded.ok;
    if (!loaded.ok) newer = null;
    return loaded;
  }

  async function run(): Promise<void> {
    if (running || !may()) return;
    const abort = new AbortController();
    running = abort;
    enter('looking');
    const outcome = await lookAndLoad(abort.signal).catch(() => failed('app.unexpected'));
    if (running !== abort) return;
    running = null;
    const failure = outcome.ok ? null : outcome.failure;
    note({ failure });
    if (failure && failure.code !== 'updates.unreachable') onRefused(failure);
    rhythm.ended(failure);
    enter('idle');
  }

  async function install({ putInPlace, leave }: Updater): Promise<() => void> {
    const placed = await putInPlace();
    note({ failure: placed.ok ? null : placed.failure });
    if (placed.ok) return () => leave(restarting, options.quit);
    onRefused(placed.failure);
    return options.quit;
  }

  function abortRun(): void {
    running?.abort();
    running = null;
    if (step === 'downloading') newer = null;
    step = 'idle';
  }

  /** Begins to keep the rhythm, or ends what is under way, if what the person wants is another thing. */
  function follow(): void {
    if (following === may()) return;
    following = !following;
    if (following) rhythm.start();
    else {
      rhythm.stop();
      abortRun();
    }
    onChange();
  }

  function shownStep(): UpdateStatus['step'] {
    if (means.way !== 'none' && !wanted()) return 'off';
    if (step !== 'idle') return step;
    if (ready) return 'ready';
    return newer === null ? 'idle' : 'available';
  }

  return {
    start() {
      means = options.means();
      record = readRecord(store);
      follow();
    },
    look() {
      void run();
      return success(null);
    },
    restart() {
      if (!ready || !may()) return failed('updates.none');
      restarting = true;
      timers.clear(restartTimer);
      restartTimer = timers.set(() => (restarting = false), RESTART_WITHIN_MS);
      options.quit();
      return success(null);
    },
    reconsider: follow,
    connectionChanged: rhythm.connectionChanged,
    status() {
      const shown = shownStep();
      return {
        ...{ way: means.way, why: means.why, step: shown },
        version: shown === 'off' ? null : newer,
        ...{ lookedAt: record.lookedAt, failure: record.failure },
      };
    },
    dismissed: () => record.dismissed,
    dismiss: () => note({ dismissed: newer }),
    stop() {
      rhythm.stop();
      abortRun();
      timers.clear(restartTimer);
    },
    finish: () => (updater && ready && may() ? install(updater) : null),
    startAfterwards: () => {
      restarting = true;
    },
  };
}
