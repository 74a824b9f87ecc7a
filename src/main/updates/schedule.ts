/**
 * Schedules the checks for updates: three minutes after launch, then once a day. If a check cannot connect, the
 * next one comes sooner; while the network is known to be offline, there is none. Also stores how the last check
 * ended.
 */
import * as v from 'valibot';
import { failureSchema, type Failure } from '../../shared/failure';
import type { Database } from '../database';
import type { Timers } from '../lib/timers';

/** Wait before the first check, in ms, so that the check does not slow down the launch. */
export const FIRST_CHECK_DELAY_MS = 180_000;
/** Time between two checks, in ms. */
export const CHECK_INTERVAL_MS = 86_400_000;
/** Time between a check that could not connect and the next one, in ms. */
export const RETRY_INTERVAL_MS = 4 * 3_600_000;
/** Longest timer, in ms. Timers do not notice sleep, so check the time at least this often. */
const MAX_TIMER_MS = 3_600_000;

/** Dependencies of the schedule. */
export interface UpdateScheduleOptions {
  /** The monotonic clock, in ms. */
  elapsed: () => number;
  timers: Timers;
  isOffline: () => boolean;
  /** Called when a check is due. */
  onDue: () => void;
}

/** Builds the schedule. No check is due before `start`. */
export function createUpdateSchedule({ elapsed, timers, isOffline, onDue }: UpdateScheduleOptions) {
  let timer: unknown = null;
  let dueAt: number | null = null;
  /** Whether a check was due while the network was offline. */
  let isOverdue = false;

  function setTimer(): void {
    timers.clear(timer);
    if (dueAt === null) return;
    timer = timers.set(tick, Math.max(0, Math.min(dueAt - elapsed(), MAX_TIMER_MS)));
  }

  function scheduleIn(ms: number): void {
    dueAt = elapsed() + ms;
    setTimer();
  }

  function tick(): void {
    if (dueAt === null) return;
    if (dueAt > elapsed()) return setTimer();
    dueAt = null;
    isOverdue = isOffline();
    if (!isOverdue) onDue();
  }

  return {
    start: (): void => scheduleIn(FIRST_CHECK_DELAY_MS),
    /** Call when a check has ended, with its failure or null. */
    checkEnded: (failure: Failure | null): void =>
      scheduleIn(failure?.code === 'updates.unreachable' ? RETRY_INTERVAL_MS : CHECK_INTERVAL_MS),
    /** Call when the network is back. */
    online(): void {
      if (!isOverdue) return;
      isOverdue = false;
      scheduleIn(FIRST_CHECK_DELAY_MS);
    },
    stop(): void {
      timers.clear(timer);
      dueAt = null;
      isOverdue = false;
    },
  };
}

const SETTING = 'updates';

/** Schema of how the last check ended; shown in the settings, also after a restart. */
const recordSchema = v.object({
  /** When the update server last answered, ms since the epoch. */
  checkedAt: v.nullable(v.pipe(v.number(), v.finite())),
  failure: v.nullable(failureSchema),
  /** The version whose banner the person dismissed. */
  dismissed: v.nullable(v.string()),
});

/** How the last check ended. */
export type UpdateRecord = v.InferOutput<typeof recordSchema>;

/** The record before the first check. */
export const NEVER_CHECKED: UpdateRecord = { checkedAt: null, failure: null, dismissed: null };

/** Reads the record; a missing or unreadable one counts as no check yet. */
export function readUpdateRecord(database: Database): UpdateRecord {
  const read = database.read((tables) => v.safeParse(recordSchema, tables.settings.get(SETTING)));
  return read.ok && read.value.success ? read.value.output : NEVER_CHECKED;
}

/** Saves the record. If the database fails, the only effect is that a dismissed banner may appear once more. */
export function saveUpdateRecord(database: Database, record: UpdateRecord): void {
  database.write((tables) => tables.settings.put(SETTING, record));
}
