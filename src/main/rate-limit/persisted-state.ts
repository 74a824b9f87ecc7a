/**
 * What must survive a restart of the rate limit of one user, as it is written and read back. Times are
 * kept as ages, because the computer's clock may be set between two runs.
 */
import * as v from 'valibot';
import type { Store } from '../database/tables';
import { MAX_RESET_MS, type RateLimit } from './headers';
import { MAX_BLOCK_MS, PER_USER, SHARES } from './limits';
import type { Group } from './sliding-window';

/** Stores what was counted for each Cloudflare user; nothing here may throw. */
export interface LimitStorage {
  load(): { userId: string; state: unknown }[];
  /** Durable when it returns, or not kept: then counting continues in memory. */
  save(userId: string, state: unknown): void;
  forget(userIds: readonly string[]): void;
}

/** What is remembered of one user; moments are those of the monotonic clock. */
export interface UserState {
  ended: Group[];
  /** Requests that were set aside to be made, or under way: they may have been made until now. */
  open: number;
  /** How long Cloudflare still refuses this user, in ms. */
  blockedMs: number;
  /** What Cloudflare last said of the quota. */
  reported: RateLimit | null;
}

/** A state of that age (ms) is of a user who is not asked about any more. */
const OLD_MS = 86_400_000;

/** The moment of writing or reading: the monotonic clock, and the computer's. */
export interface Moment {
  monotonic: number;
  wall: number;
}

const whole = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
const time = v.pipe(v.number(), v.finite(), v.minValue(0));
const within = (max: number) => v.pipe(time, v.maxValue(max));
/** Twice what can be: a count is never far over the quota. */
const count = whole(2 * PER_USER.requests);

const stateSchema = v.strictObject({
  version: v.literal(1),
  monotonic: time,
  wall: time,
  /** Age in ms and number of requests, for each few seconds. */
  ended: v.pipe(v.array(v.strictTuple([within(PER_USER.window), count])), v.maxLength(200)),
  open: count,
  blockedMs: within(MAX_BLOCK_MS),
  reported: v.nullable(
    v.strictObject({
      remaining: v.pipe(v.number(), v.integer(), v.minValue(-1e6), v.maxValue(1e12)),
      quota: v.pipe(whole(1e12), v.minValue(1)),
      resetMs: within(MAX_RESET_MS + 1_000),
    }),
  ),
});

/** The JSON value to store. */
export function serializeState(state: UserState, { monotonic, wall }: Moment): unknown {
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
 * Time that passed since a state was written, in ms. The monotonic clock began again if it is behind: then
 * the computer was started, and its clock is all there is. Rather too little than too much.
 */
function passedSince(written: Moment, now: Moment): number {
  if (now.monotonic >= written.monotonic) return now.monotonic - written.monotonic;
  return Math.max(now.monotonic, now.wall - written.wall, 0);
}

/**
 * Reads a stored value at this moment. One that makes no sense counts as if a job had just used all it
 * may: nothing bursts, the person can still work, and it is over in five minutes.
 */
export function parseState(state: unknown, now: Moment): UserState {
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
    // Made at any time until the app ended, perhaps a moment ago, however old what was written is.
    open: passed > OLD_MS ? 0 : open,
    blockedMs: Math.max(0, blockedMs - passed),
    reported:
      reported && reported.resetMs > passed
        ? { ...reported, resetMs: reported.resetMs - passed }
        : null,
  };
}

/** Whether there is nothing left to remember. */
export function isOver({ ended, open, blockedMs, reported }: UserState): boolean {
  return ended.length === 0 && open === 0 && blockedMs === 0 && reported === null;
}

/** The storage in the database. When that fails, counting continues in memory. */
export function createLimitStorage(store: Store): LimitStorage {
  return {
    load() {
      const rows = store.read((tables) => tables.budget.all());
      return rows.ok ? rows.value : [];
    },
    save: (userId, state) => void store.write((tables) => tables.budget.put({ userId, state })),
    forget: (userIds) =>
      void store.write((tables) => userIds.forEach((id) => tables.budget.remove(id))),
  };
}
