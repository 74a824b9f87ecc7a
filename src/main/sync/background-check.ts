/**
 * The quiet check that finds profiles changed at Cloudflare: when it runs, one run at a time, and how
 * it stands. What a run does is in check-run.ts.
 */
import type { CheckInterval, CheckStatus } from '../../shared/settings';
import type { Timers } from '../lib/timers';
import { RaisablePriority } from '../rate-limit/priority';
import { dueAt } from './check-due';
import { keepRecord, readRecord } from './check-record';
import { runCheck } from './check-run';
import type { CheckResult, CheckRunDependencies } from './check-run-parts';

/** How long a check that is due at the start, or when the network is back, lets everything else go first, in ms. */
export const MOMENT_MS = 10_000;
/** Longest time between two looks at the clock, in ms: it may be set, the computer may sleep. */
const LOOK_EVERY_MS = 60_000;

/** What the background check needs. */
export interface BackgroundCheckOptions extends CheckRunDependencies {
  timers: Timers;
  /** How often to check; asked afresh each time. */
  interval: () => CheckInterval;
  /** The status is another one. */
  onChange: () => void;
  /** A run found these organizations changed. */
  onFound: (organizationIds: readonly string[]) => void;
}

/** Checks in the background. */
export interface BackgroundCheck {
  /** Begins to keep to the interval; a check that is due waits a moment. */
  start(): void;
  /** Checks now, because a person said so; joins a run under way, which hurries from then on. */
  runNow(): void;
  /** The interval may be another one. */
  reconsider(): void;
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
  const { store, now, timers, interval, onChange, onFound } = options;
  let record = readRecord(store);
  let unread: ReadonlySet<string> = new Set();
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
    const ids = store.read((tables) => tables.organizations.ids());
    return ids.ok && ids.value.length === 0;
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
    const onProgress = (done: number, total: number): void => {
      Object.assign(run, { done, total });
      onChange();
    };
    const { signal } = run.abort;
    void runCheck(options, { signal, priority, unread, onProgress })
      .catch((): CheckResult => ({ changed: [], failure: { code: 'app.unexpected' }, unread }))
      .then((result) => end(run, result));
  }

  function end({ abort }: RunUnderWay, result: CheckResult): void {
    running = null;
    if (!started) return;
    unread = result.unread;
    // Stopped half-way it was no check; what it found is told all the same.
    if (!abort.signal.aborted) {
      record = { endedAt: now(), changed: result.changed.length, failure: result.failure };
      keepRecord(store, record);
    }
    if (result.changed.length > 0) onFound(result.changed);
    lookSoon();
  }

  return {
    start() {
      started = true;
      // With nothing to check the first run asks nobody, and what is added next is read by itself.
      if (record.endedAt === null && isEmpty()) look();
      else lookSoon();
    },
    runNow() {
      if (running) running.priority.raise('asked');
      else if (started) begin(true);
    },
    reconsider() {
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
