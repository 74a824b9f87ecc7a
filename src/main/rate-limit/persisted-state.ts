/**
 * Serializes the part of a user's rate limit that must survive a restart of the app. Times are stored as ages,
 * because the computer's clock may be set between two launches.
 */
import * as v from 'valibot';
import type { Database } from '../database';
import { MAX_RESET_MS, type RateLimit } from './headers';
import { MAX_BLOCK_MS, PER_USER, SHARES } from './limits';
import type { RequestGroup } from './sliding-window';

/** The state of one user's limit. Times are those of the monotonic clock, in ms. */
export interface UserState {
  /** Requests that ended, in groups. */
  ended: RequestGroup[];
  /** Requests in flight, or counted in advance (user-limit.ts). Any of them may have been made just now. */
  open: number;
  /** How long Cloudflare still refuses this user, in ms. */
  blockedMs: number;
  /** Cloudflare's last report of the limit. */
  reported: RateLimit | null;
}

/** In a state older than this (ms), `open` requests no longer count: its user has not used the app since. */
const MAX_AGE_MS = 86_400_000;

/** A moment, in ms: on the monotonic clock, and on the computer's clock (since the epoch). */
export interface Timestamps {
  monotonic: number;
  wall: number;
}

const wholeUpTo = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
const time = v.pipe(v.number(), v.finite(), v.minValue(0));
const timeUpTo = (max: number) => v.pipe(time, v.maxValue(max));
/** Twice the limit; real counts are never far above it. */
const count = wholeUpTo(2 * PER_USER.requests);

const stateSchema = v.strictObject({
  version: v.literal(1),
  monotonic: time,
  wall: time,
  /** Age (ms) and number of requests of each group. */
  ended: v.pipe(v.array(v.strictTuple([timeUpTo(PER_USER.window), count])), v.maxLength(200)),
  open: count,
  blockedMs: timeUpTo(MAX_BLOCK_MS),
  reported: v.nullable(
    v.strictObject({
      remaining: v.pipe(v.number(), v.integer(), v.minValue(-1e6), v.maxValue(1e12)),
      quota: v.pipe(wholeUpTo(1e12), v.minValue(1)),
      resetMs: timeUpTo(MAX_RESET_MS + 1_000),
    }),
  ),
});

/** The JSON value to store at this moment. */
export function serializeState(state: UserState, { monotonic, wall }: Timestamps): unknown {
  return {
    version: 1,
    monotonic,
    wall,
    ended: state.ended.map(({ at, count }) => [Math.max(0, monotonic - at), count]),
    open: state.open,
    blockedMs: state.blockedMs,
    reported: state.reported,
  };
}

/**
 * Time since a state was written, in ms, or less if that is uncertain. A monotonic clock that is behind means
 * that the computer was restarted, so the time is taken from the wall clock.
 */
function passedSince(written: Timestamps, now: Timestamps): number {
  if (now.monotonic >= written.monotonic) return now.monotonic - written.monotonic;
  return Math.max(now.monotonic, now.wall - written.wall, 0);
}

/**
 * Parses a stored value at this moment. An invalid value counts as if a save had just used up its share. This
 * prevents a burst, lets the person continue to work, and has no effect after five minutes.
 */
export function parseState(state: unknown, now: Timestamps): UserState {
  const parsed = v.safeParse(stateSchema, state);
  if (!parsed.success) {
    const ended = [{ at: now.monotonic, count: PER_USER.requests * SHARES.bulk.quota }];
    return { ended, open: 0, blockedMs: 0, reported: null };
  }
  const { ended, open, blockedMs, reported } = parsed.output;
  const passed = passedSince(parsed.output, now);
  return {
    ended: ended
      .map(([age, count]) => ({ at: now.monotonic - passed - age, count }))
      .filter(({ at }) => at > now.monotonic - PER_USER.window),
    // These requests may have been made long after the state was stored, just before the app ended.
    open: passed > MAX_AGE_MS ? 0 : open,
    blockedMs: Math.max(0, blockedMs - passed),
    reported:
      reported && reported.resetMs > passed
        ? { ...reported, resetMs: reported.resetMs - passed }
        : null,
  };
}

/** Whether a state has no effect any more. */
export function hasNoEffect({ ended, open, blockedMs, reported }: UserState): boolean {
  return ended.length === 0 && open === 0 && blockedMs === 0 && reported === null;
}

/** Creates the storage in the database. If the database fails, counting continues in memory. */
export function createLimitStorage(database: Database) {
  return {
    load(): { userId: string; state: unknown }[] {
      const rows = database.read((tables) => tables.rateLimits.all());
      return rows.ok ? rows.value : [];
    },
    /** The state is durable when this returns. If it cannot be stored, counting continues in memory. */
    save: (userId: string, state: unknown): void =>
      void database.write((tables) => tables.rateLimits.put({ userId, state })),
    forget: (userIds: readonly string[]): void =>
      void database.write((tables) => userIds.forEach((id) => tables.rateLimits.remove(id))),
  };
}

/** Stores the state of each Cloudflare user's limit. No method may throw. */
export type LimitStorage = ReturnType<typeof createLimitStorage>;
