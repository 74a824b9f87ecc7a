/**
 * The quiet check that finds profiles changed at Cloudflare: when it runs, one run at a time, and how it
 * stands. When the next one is due is worked out from the end of the last, so nothing else has to survive a
 * restart, and any number of checks missed in sleep is one. What a run does is in run.ts.
 */
import * as v from 'valibot';
import { failureSchema } from '../../shared/failure';
import type { CheckInterval, CheckStatus } from '../../shared/settings';
import type { Timers } from '../lib/timers';
import { RaisablePriority } from '../rate-limit/priority';
import type { Store } from '../database/tables';
import { runCheck, type CheckResult, type CheckRunDependencies } from './run';

const MINUTE = 60_000;

/** The intervals in ms. */
export const INTERVAL_MS: Readonly<Record<Exclude<CheckInterval, 'off'>, number>> = {
  '15-minutes': 15 * MINUTE,
  '1-hour': 60 * MINUTE,
  '4-hours': 240 * MINUTE,
  '1-day': 1_440 * MINUTE,
};

/** A last end further ahead than this (ms) was noted before the clock was set back: when it was is unknown. */
export const BELIEVED_AHEAD_MS = MINUTE;
/** How long a check that is due at the start, or when the network is back, lets everything else go first, in ms. */
export const MOMENT_MS = 10_000;
/** Longest time between two looks at the clock, in ms: it may be set, the computer may sleep. */
const LOOK_EVERY_MS = MINUTE;

/** Where the end of the last check is kept. */
const SETTING = 'background-check';

const recordSchema = v.object({
  endedAt: v.nullable(v.pipe(v.number(), v.finite())),
  checked: v.number(),
  unchecked: v.number(),
  changed: v.number(),
  failure: v.nullable(failureSchema),
});

/** How the last check ended. */
export type CheckRecord = v.InferOutput<typeof recordSchema>;

const NEVER: CheckRecord = { endedAt: null, checked: 0, unchecked: 0, changed: 0, failure: null };

/** The record; one that is missing or unreadable counts as no check yet. */
function readRecord(store: Store): CheckRecord {
  const read = store.read((tables) => v.safeParse(recordSchema, tables.settings.get(SETTING)));
  return read.ok && read.value.success ? read.value.output : NEVER;
}

/** Keeps the record. When the database cannot take it, a restart only checks sooner. */
export function keepRecord(store: Store, record: CheckRecord): void {
  store.write((tables) => tables.settings.put(SETTING, record));
}

/**
 * When the next check is due, ms since the epoch; a time gone by means now, null means never.
 * @param endedAt when the last one ended, or null when there was none
 */
export function dueAt(endedAt: number | null, every: CheckInterval, now: number): number | null {
  if (every === 'off') return null;
  if (endedAt === null || endedAt > now + BELIEVED_AHEAD_MS) return now;
  return endedAt + INTERVAL_MS[every];
}

/** What the background check needs. */
export interface BackgroundCheckOptions extends CheckRunDependencies {
  timers: Timers;
  /** How often to check; asked each time. */
  interval: () => CheckInterval;
  /** A run begins: what was never read is tried again by whoever reads that. */
  onBegin: () => void;
  /** The status changed. */
  onChange: () => void;
  /** Called with the entries that a run found changed. */
  onFound: (organizationIds: readonly string[]) => void;
}

/** Checks in the background. */
export interface BackgroundCheck {
  /** Begins to keep to the interval; a check that is due waits a moment. */
  start(): void;
  /** Checks now, because a person said so; joins a run under way, which hurries from then on. */
  runNow(): void;
  /** Call when the settings changed: applies the new interval, and ends an automatic run if it is off now. */
  settingsChanged(): void;
  /** Cloudflare answers again: a run that the network ended is made up for. */
  cameOnline(): void;
  status(): CheckStatus;
  /** Aborts a run under way and ends; it counts as not done. */
  stop(): void;
}

interface RunUnderWay {
  abort: AbortController;
  priority: RaisablePriority;
  done: number;
  total: number;
}

/** Makes it; it does nothing before `start`. */
export function createBackgroundCheck(options: BackgroundCheckOptions): BackgroundCheck {
  const { store, now, timers, interval, onBegin, onChange, onFound } = options;
  let record = readRecord(store);
  let last: ReadonlySet<string> = new Set();
  let started = false;
  let running: RunUnderWay | null = null;
  /** The network ended the last run and is back. */
  let owed = false;
  let timer: unknown = null;
  let nextAt: number | null = null;

  function schedule(at: number | null): void {
    timers.clear(timer);
    timer = at === null ? null : timers.set(look, Math.min(at - now(), LOOK_EVERY_MS));
    nextAt = at;
    onChange();
  }

  const due = (): number | null => {
    const at = dueAt(record.endedAt, interval(), now());
    return at !== null && owed ? now() : at;
  };

  function isEmpty(): boolean {
    const counts = store.read((tables) => tables.profiles.counts());
    return counts.ok && counts.value.saved === 0;
  }

  /** Begins what is due, or waits for it. */
  function look(): void {
    if (!started || running) return;
    const at = due();
    if (at !== null && at <= now()) begin(false);
    else schedule(at);
  }

  /** As `look`, but what is due lets everything else go first. */
  function lookSoon(): void {
    if (!started || running) return;
    const at = due();
    schedule(at === null ? null : Math.max(at, now() + MOMENT_MS));
  }

  function begin(asked: boolean): void {
    const priority = new RaisablePriority(asked ? 'asked' : 'background');
    const run: RunUnderWay = { abort: new AbortController(), priority, done: 0, total: 0 };
    running = run;
    owed = false;
    schedule(null);
    onBegin();
    const onProgress = (done: number, total: number): void => {
      Object.assign(run, { done, total });
      onChange();
    };
    const { signal } = run.abort;
    void runCheck(options, { signal, priority, last, onProgress })
      .catch((): CheckResult => ({
        checked: 0,
        changed: [],
        failure: { code: 'app.unexpected' },
        withIssue: last,
      }))
      .then((result) => end(run, result));
  }

  function end({ abort }: RunUnderWay, result: CheckResult): void {
    running = null;
    if (!started) return;
    last = result.withIssue;
    // Stopped half-way it was no check; what it found is reported all the same.
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
      keepRecord(store, record);
    }
    if (result.changed.length > 0) onFound(result.changed);
    lookSoon();
  }

  return {
    start() {
      started = true;
      // With nothing to check the first run makes no request; what is added next is read by the initial fetch.
      if (record.endedAt === null && isEmpty()) look();
      else lookSoon();
    },
    runNow() {
      if (running) running.priority.raise('asked');
      else if (started) begin(true);
    },
    settingsChanged() {
      if (running?.priority.current === 'background' && interval() === 'off') running.abort.abort();
      lookSoon();
    },
    cameOnline() {
      owed ||= record.failure?.code.startsWith('network.') ?? false;
      lookSoon();
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
