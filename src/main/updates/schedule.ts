/**
 * When the update server is asked: some minutes after the start, then once a day. A server that could
 * not be reached is asked again sooner, and not at all while the network is known to be away.
 */
import * as v from 'valibot';
import { failureSchema, type Failure } from '../../shared/failure';
import type { Store } from '../database/tables';
import type { Timers } from '../lib/timers';

/** How long the first look lets everything else go first, in ms. */
export const FIRST_LOOK_MS = 180_000;
/** From one look to the next, in ms. */
export const LOOK_EVERY_MS = 86_400_000;
/** From one that did not get through to the next, in ms. */
export const AGAIN_AFTER_MS = 4 * 3_600_000;
/** Longest time between two looks at the clock, in ms: it may be set, the computer may sleep. */
const CLOCK_EVERY_MS = 3_600_000;

/** What the rhythm needs. */
export interface UpdateScheduleOptions {
  now: () => number;
  timers: Timers;
  isOffline: () => boolean;
  /** It is time. */
  due: () => void;
}

/** The rhythm; it does nothing before `start`. */
export interface UpdateSchedule {
  start(): void;
  /** A look ended, with this failure or with an answer. */
  ended(failure: Failure | null): void;
  connectionChanged(): void;
  stop(): void;
}

/** Makes it. */
export function createUpdateSchedule({
  now,
  timers,
  isOffline,
  due,
}: UpdateScheduleOptions): UpdateSchedule {
  let timer: unknown = null;
  let at: number | null = null;
  /** It was time, but the network was away. */
  let owed = false;

  function wait(): void {
    timers.clear(timer);
    if (at === null) return;
    // A clock that was set back must not put the next look off.
    at = Math.min(at, now() + LOOK_EVERY_MS);
    timer = timers.set(tick, Math.max(0, Math.min(at - now(), CLOCK_EVERY_MS)));
  }

  function after(ms: number): void {
    at = now() + ms;
    wait();
  }

  function tick(): void {
    if (at === null) return;
    if (at > now()) return wait();
    at = null;
    owed = isOffline();
    if (!owed) due();
  }

  return {
    start: () => after(FIRST_LOOK_MS),
    ended: (failure) =>
      after(failure?.code === 'updates.unreachable' ? AGAIN_AFTER_MS : LOOK_EVERY_MS),
    connectionChanged() {
      if (!owed || isOffline()) return;
      owed = false;
      after(FIRST_LOOK_MS);
    },
    stop() {
      timers.clear(timer);
      at = null;
      owed = false;
    },
  };
}

const SETTING = 'updates';

const recordSchema = v.object({
  /** When the update server last answered, ms since the epoch. */
  lookedAt: v.nullable(v.pipe(v.number(), v.finite())),
  failure: v.nullable(failureSchema),
  /** The version whose banner the person put away. */
  dismissed: v.nullable(v.string()),
});

/** How the last look ended. */
export type UpdateRecord = v.InferOutput<typeof recordSchema>;

/** No look yet. */
export const NEVER: UpdateRecord = { lookedAt: null, failure: null, dismissed: null };

/** The record; one that is missing or unreadable counts as no look yet. */
export function readRecord(store: Store): UpdateRecord {
  const read = store.read((tables) => v.safeParse(recordSchema, tables.settings.get(SETTING)));
  return read.ok && read.value.success ? read.value.output : NEVER;
}

/** Keeps the record. When the database cannot take it, a banner only comes up once more. */
export function keepRecord(store: Store, record: UpdateRecord): void {
  store.write((tables) => tables.settings.put(SETTING, record));
}
