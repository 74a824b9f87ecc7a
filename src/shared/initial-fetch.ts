/** How far the first reading of profiles is, as the window shows it: *Reading profiles: 896 of 2,300*. */
import * as v from 'valibot';

/** Schema of how far the first reading is. */
export const initialFetchSchema = v.object({
  /** Profiles read since it began, at most `total`. */
  read: v.number(),
  /**
   * Profiles it set out to read since the app started or was last done. What cannot be read now (refused,
   * or its sign-in does not work) does not count.
   */
  total: v.number(),
  /** Time left as far as can be said, in ms; null while nothing can be (paused). */
  timeLeft: v.nullable(v.number()),
  /** Until when Cloudflare's limit keeps it from reading, ms since the epoch, or null. */
  waitsUntil: v.nullable(v.number()),
  /** Whether nothing is read because a change of the person or a job goes first, or Cloudflare does not answer. */
  paused: v.boolean(),
});

/** How far the first reading of profiles is. */
export type Reading = v.InferOutput<typeof initialFetchSchema>;
