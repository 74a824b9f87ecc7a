/**
 * When the next background check is due. Worked out afresh from the end of the last one, so nothing
 * else has to survive a restart, and any number of checks missed in sleep is one.
 */
import type { CheckInterval } from '../../shared/settings';

const MINUTE = 60_000;

/** The intervals in ms. */
export const INTERVAL_MS: Readonly<Record<Exclude<CheckInterval, 'off'>, number>> = {
  '15-minutes': 15 * MINUTE,
  '1-hour': 60 * MINUTE,
  '4-hours': 240 * MINUTE,
  '1-day': 1_440 * MINUTE,
};

/** A last end further ahead than this (ms) was named before the clock was set back: nobody knows when it was. */
export const BELIEVED_AHEAD_MS = MINUTE;

/**
 * When the next check is due, ms since the epoch; a time gone by means now, null means never.
 *
 * @param endedAt when the last one ended, or null when there was none
 */
export function dueAt(endedAt: number | null, every: CheckInterval, now: number): number | null {
  if (every === 'off') return null;
  if (endedAt === null || endedAt > now + BELIEVED_AHEAD_MS) return now;
  return endedAt + INTERVAL_MS[every];
}
