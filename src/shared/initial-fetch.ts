/** Progress of the initial fetch of profiles, shown as *Reading profiles: 896 of 2,300*. */
import * as v from 'valibot';

/** Schema of the progress of the initial fetch. */
export const initialFetchSchema = v.object({
  /** How many profiles were read since it started, at most `total`. */
  read: v.number(),
  /**
   * How many profiles it has to read, counted since the app started or it last finished. Those that cannot
   * be read now (refused, or without a working sign-in) do not count.
   */
  total: v.number(),
  /** Estimated time left, in ms; null if unknown (paused). */
  timeLeft: v.nullable(v.number()),
  /** Until when Cloudflare's rate limit blocks reading, ms since the epoch, or null. */
  waitsUntil: v.nullable(v.number()),
  /** Whether it is paused because the person's changes or a job go first, or Cloudflare does not answer. */
  paused: v.boolean(),
});

/** The progress of the initial fetch. */
export type Reading = v.InferOutput<typeof initialFetchSchema>;
