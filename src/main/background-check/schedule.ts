/**
 * Schedules the background check, which finds profiles that were changed at Cloudflare. Only one run (run.ts)
 * is active at a time. The next check is due one interval after the end of the last. However many checks were
 * missed while the computer slept, only one makes up for them.
 */
import * as v from 'valibot';
import { failureSchema } from '../../shared/failure';
import type { CheckInterval, CheckStatus } from '../../shared/settings';
import type { Timers } from '../lib/timers';
import { RaisablePriority } from '../rate-limit';
import type { Store } from '../database';
import { runCheck, type CheckResult, type CheckRunDependencies } from './run';

const MINUTE = 60_000;

/** The check intervals, in ms. */
export const INTERVAL_MS: Readonly<Record<Exclude<CheckInterval, 'off'>, number>> = {
  '15-minutes': 15 * MINUTE,
  '1-hour': 60 * MINUTE,
  '4-hours': 240 * MINUTE,
  '1-day': 1_440 * MINUTE,
};

/** If the last check ended more than this (ms) in the future, the clock was set back, so a check is due. */
export const MAX_CLOCK_AHEAD_MS = MINUTE;
/** Delay of a check that is due at launch or when the network is back, in ms: everything else goes first. */
export const DUE_DELAY_MS = 10_000;
/** Longest timer, in ms. Then the due time is compared with the clock again, which may have been set. */
const MAX_TIMER_MS = MINUTE;

/** The setting that stores the result of the last check. */
const SETTING = 'background-check';

const recordSchema = v.object({
  endedAt: v.nullable(v.pipe(v.number(), v.finite())),
  checked: v.number(),
  unchecked: v.number(),
  changed: v.number(),
  failure: v.nullable(failureSchema),
});

/** The result of the last check. */
export type CheckRecord = v.InferOutput<typeof recordSchema>;

const NO_CHECK: CheckRecord = {
  endedAt: null,
  checked: 0,
  unchecked: 0,
  changed: 0,
  failure: null,
};

/** The stored record. A missing or unreadable one counts as no check yet. */
function readRecord(store: Store): CheckRecord {
  const read = store.read((tables) => v.safeParse(recordSchema, tables.settings.get(SETTING)));
  return read.ok && read.value.success ? read.value.output : NO_CHECK;
}

/** Stores the record. If the database fails, the only effect is that the next launch checks sooner. */
export function storeCheckRecord(store: Store, record: CheckRecord): void {
  store.write((tables) => tables.settings.put(SETTING, record));
}

/**
 * When the next check is due, ms since the epoch. A time in the past means now, null means never.
 * @param endedAt when the last check ended, or null if there was none
 */
export function dueAt(endedAt: number | null, every: CheckInterval, now: number): number | null {
  if (every === 'off') return null;
  if (endedAt === null || endedAt > now + MAX_CLOCK_AHEAD_MS) return now;
  return endedAt + INTERVAL_MS[every];
}

/** Dependencies of the background check. */
export interface BackgroundCheckOptions extends CheckRunDependencies {
  timers: Timers;
  /** The current check interval. */
  interval: () => CheckInterval;
  /** Called when a run starts, so that the initial fetch retries what failed. */
  onBegin: () => void;
  /** Called when the status changed. */
  onChange: () => void;
  /** Called with the entries that a run found changed. */
  onFound: (organizationIds: readonly string[]) => void;
}

/** The background check. */
export interface BackgroundCheck {
  /** Starts checking at the interval. A check that is already due starts after `DUE_DELAY_MS`. */
  start(): void;
  /** Checks now because a person asks. If a run is active, raises its priority instead. */
  runNow(): void;
  /** Call when the settings changed. Applies the new interval; if it is `off`, aborts an automatic run. */
  settingsChanged(): void;
  /** Call when Cloudflare answers again. Repeats the last run if the network interrupted it. */
  onNetworkRecovered(): void;
  status(): CheckStatus;
  /** Stops the schedule and aborts an active run. An aborted run does not count as a check. */
  stop(): void;
}

interface ActiveRun {
  abort: AbortController;
  priority: RaisablePriority;
  done: number;
  total: number;
}

/** Creates the background check. It does nothing before `start`. */
export function createBackgroundCheck(options: BackgroundCheckOptions): BackgroundCheck {
  const { store, now, timers, interval, onBegin, onChange, onFound } = options;
  let record = readRecord(store);
  /** Entries that failed at Cloudflare in the last run. */
  let checkLast: ReadonlySet<string> = new Set();
  let started = false;
  let running: ActiveRun | null = null;
  /** Whether the network interrupted the last run and is back now. */
  let mustRepeat = false;
  let timer: unknown = null;
  let nextAt: number | null = null;

  function schedule(at: number | null): void {
    timers.clear(timer);
    timer = at === null ? null : timers.set(startIfDue, Math.min(at - now(), MAX_TIMER_MS));
    nextAt = at;
    onChange();
  }

  const nextDue = (): number | null => {
    const at = dueAt(record.endedAt, interval(), now());
    return at !== null && mustRepeat ? now() : at;
  };

  function hasNoEntries(): boolean {
    const counts = store.read((tables) => tables.profiles.counts());
    return counts.ok && counts.value.saved === 0;
  }

  /** Starts a check that is due, otherwise sets the timer. */
  function startIfDue(): void {
    if (!started || running) return;
    const at = nextDue();
    if (at !== null && at <= now()) startRun(false);
    else schedule(at);
  }

  /** Sets the timer. A check that is already due waits `DUE_DELAY_MS`. */
  function scheduleNext(): void {
    if (!started || running) return;
    const at = nextDue();
    schedule(at === null ? null : Math.max(at, now() + DUE_DELAY_MS));
  }

  function startRun(isAsked: boolean): void {
    const priority = new RaisablePriority(isAsked ? 'asked' : 'background');
    const run: ActiveRun = { abort: new AbortController(), priority, done: 0, total: 0 };
    running = run;
    mustRepeat = false;
    schedule(null);
    onBegin();
    const onProgress = (done: number, total: number): void => {
      Object.assign(run, { done, total });
      onChange();
    };
    const { signal } = run.abort;
    void runCheck(options, { signal, priority, checkLast, onProgress })
      .catch((): CheckResult => ({
        checked: 0,
        changed: [],
        failure: { code: 'app.unexpected' },
        withIssue: checkLast,
        withoutSignIn: new Set(),
        removed: new Set(),
      }))
      .then((result) => finishRun(run, result));
  }

  function finishRun({ abort }: ActiveRun, result: CheckResult): void {
    running = null;
    if (!started) return;
    checkLast = result.withIssue;
    // An aborted run does not count as a check, but what it found is still reported.
    if (!abort.signal.aborted) {
      const { checked, changed, failure } = result;
      const counts = store.read((tables) => tables.profiles.counts());
      const saved = counts.ok ? counts.value.saved : checked;
      record = {
        endedAt: now(),
        checked,
        unchecked: Math.max(0, saved - checked),
        changed: changed.length,
        failure,
      };
      storeCheckRecord(store, record);
    }
    if (result.changed.length > 0) onFound(result.changed);
    scheduleNext();
  }

  return {
    start() {
      started = true;
      // Without entries the first run makes no requests, so it needs no delay. The interval counts from its
      // end. Entries that are added later are read by the initial fetch.
      if (record.endedAt === null && hasNoEntries()) startIfDue();
      else scheduleNext();
    },
    runNow() {
      if (running) running.priority.raise('asked');
      else if (started) startRun(true);
    },
    settingsChanged() {
      if (running?.priority.current === 'background' && interval() === 'off') running.abort.abort();
      scheduleNext();
    },
    onNetworkRecovered() {
      mustRepeat ||= record.failure?.code.startsWith('network.') ?? false;
      scheduleNext();
    },
    status: () => ({
      running: running !== null,
      done: running?.done ?? 0,
      total: running?.total ?? 0,
      ...record,
      nextAt,
    }),
    stop() {
      started = false;
      timers.clear(timer);
      running?.abort.abort();
    },
  };
}
