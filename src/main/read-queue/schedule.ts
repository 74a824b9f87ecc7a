/**
 * When the background check runs. Only one check runs at a time; the next one is due one interval after the end of the
 * last, but sooner if that ended early: one lost request is enough to end a check. However many were missed while the
 * computer slept, only one makes up for them. Intervals are measured with the monotonic clock; the stored time of the last
 * check is compared with the clock only once, when it is loaded.
 */
import * as v from 'valibot';
import { failureSchema } from '../../shared/failure';
import type { CheckInterval, CheckStatus } from '../../shared/settings';
import type { Database } from '../database';
import type { Timers } from '../lib/timers';
import type { CheckResult } from './check';
import type { ReadQueue } from './queue';

const MINUTE = 60_000;

/** The check intervals, in ms. */
const INTERVAL_MS: Readonly<Record<Exclude<CheckInterval, 'off'>, number>> = {
  '15-minutes': 15 * MINUTE,
  '1-hour': 60 * MINUTE,
  '4-hours': 240 * MINUTE,
  '1-day': 1_440 * MINUTE,
};

/** Delay of a check that is due at launch or when the network is back, in ms: everything else goes first. */
export const DUE_DELAY_MS = 10_000;
/** Longest timer, in ms: timers do not count the time while the computer sleeps. */
const MAX_TIMER_MS = MINUTE;

/** Wait after a check that ended early, in ms. It doubles with each in a row, up to the interval. */
const RETRY_MS = 5 * MINUTE;

/** The setting that stores the result of the last check. */
const SETTING = 'background-check';

const recordSchema = v.object({
  endedAt: v.nullable(v.pipe(v.number(), v.finite())),
  checked: v.number(),
  unchecked: v.number(),
  changed: v.number(),
  failure: v.nullable(failureSchema),
  /** See `CheckResult`. */
  endedEarly: v.optional(v.boolean()),
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

/** Stores the record. If the database fails, the only effect is that the next launch checks sooner. */
export function storeCheckRecord(database: Database, record: CheckRecord): void {
  database.write((tables) => tables.settings.put(SETTING, record));
}

/** Dependencies of the background check. */
export interface ScheduleOptions {
  database: Database;
  readQueue: Pick<ReadQueue, 'check' | 'raiseCheck' | 'stopCheck' | 'runningCheck'>;
  timers: Timers;
  now: () => number;
  /** The monotonic clock, in ms. */
  elapsed: () => number;
  /** The current check interval. */
  interval: () => CheckInterval;
  /** Called when the status changed. */
  onChange: () => void;
  /** Called with the entries that a check found changed. */
  onChangedElsewhere: (entryIds: readonly string[]) => void;
}

/** The schedule of the background check. */
export type CheckSchedule = ReturnType<typeof createCheckSchedule>;

/** Creates the schedule. It does nothing before `start`. */
export function createCheckSchedule(options: ScheduleOptions) {
  const { database, readQueue, timers, now, elapsed, interval, onChange, onChangedElsewhere } =
    options;
  const stored = database.read(({ settings }) => v.safeParse(recordSchema, settings.get(SETTING)));
  let record = stored.ok && stored.value.success ? stored.value.output : NO_CHECK;
  /**
   * When the last check ended, on the monotonic clock. One that seems to end in the future is as good as none; so is one
   * that ended early, once Cloudflare answers again.
   */
  let endedAt =
    record.endedAt === null || record.endedAt > now()
      ? -Infinity
      : elapsed() - (now() - record.endedAt);
  /** How many checks in a row have ended early. */
  let endedInARow = record.endedEarly ? 1 : 0;
  let started = false;
  let timer: unknown = null;
  /** When the next check is due, on the monotonic clock; null: never. */
  let dueAt: number | null = null;

  const hasNoEntries = (): boolean => {
    const counts = database.read(({ profiles }) => profiles.counts());
    return counts.ok && counts.value.saved === 0;
  };

  function schedule(): void {
    timers.clear(timer);
    timer = null;
    dueAt = null;
    const every = interval();
    if (started && every !== 'off' && readQueue.runningCheck() === null) {
      const retry = endedInARow === 0 ? Infinity : RETRY_MS * 2 ** (endedInARow - 1);
      const at = endedAt + Math.min(INTERVAL_MS[every], retry);
      dueAt = Math.max(at, elapsed() + DUE_DELAY_MS);
      timer = timers.set(startIfDue, Math.min(dueAt - elapsed(), MAX_TIMER_MS));
    }
    onChange();
  }

  function startIfDue(): void {
    timer = null;
    if (dueAt === null || readQueue.runningCheck() !== null) return;
    if (dueAt <= elapsed()) void run('background');
    else timer = timers.set(startIfDue, Math.min(dueAt - elapsed(), MAX_TIMER_MS));
  }

  async function run(priority: 'background' | 'asked'): Promise<void> {
    const check = readQueue.check(priority);
    schedule();
    finish(await check);
  }

  function finish({ isStopped, changed, ...counts }: CheckResult): void {
    if (!started) return;
    // A check that was stopped does not count, but what it found is still reported.
    if (!isStopped) {
      record = { endedAt: now(), changed: changed.length, ...counts };
      endedAt = elapsed();
      endedInARow = record.endedEarly ? endedInARow + 1 : 0;
      storeCheckRecord(database, record);
    }
    if (changed.length > 0) onChangedElsewhere(changed);
    schedule();
  }

  return {
    /** Starts checking at the interval. */
    start(): void {
      started = true;
      // Without entries the first check makes no requests, so it needs no delay. The interval counts from its end.
      if (record.endedAt === null && interval() !== 'off' && hasNoEntries()) void run('background');
      else schedule();
    },
    /** Checks now because a person asks. A check that is running becomes urgent. */
    runNow(): void {
      if (readQueue.runningCheck() !== null) readQueue.raiseCheck();
      else if (started) void run('asked');
    },
    /** Call when the settings changed. Applies the new interval; if it is `off`, ends an automatic check. */
    settingsChanged(): void {
      if (readQueue.runningCheck()?.priority === 'background' && interval() === 'off')
        readQueue.stopCheck();
      schedule();
    },
    /** Call when Cloudflare answers again. Repeats the last check if it ended early. */
    onNetworkRecovered(): void {
      if (endedInARow > 0) endedAt = -Infinity;
      schedule();
    },
    status(): CheckStatus {
      const running = readQueue.runningCheck();
      const { endedEarly: _, ...last } = record;
      return {
        running: running !== null,
        done: running?.done ?? 0,
        total: running?.total ?? 0,
        ...last,
        nextAt: dueAt === null ? null : now() + (dueAt - elapsed()),
      };
    },
    /** Ends a check, which then does not count. */
    stop(): void {
      started = false;
      timers.clear(timer);
      readQueue.stopCheck();
    },
  };
}
