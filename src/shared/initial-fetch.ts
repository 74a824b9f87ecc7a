/** Progress of the initial fetch of profiles, shown as *Reading profiles: 896 of 2,300*. */
import * as v from 'valibot';

/** Schema of the progress of the initial fetch. */
export const initialFetchSchema = v.object({
  /** How many profiles were read so far, at most `total`. */
  read: v.number(),
  /**
   * How many profiles there are to read, including those already read. Profiles that cannot be read now
   * (refused, or without a working sign-in) do not count. Starts over when nothing is left to read.
   */
  total: v.number(),
  /** Estimated time left, in ms; null if unknown (paused). */
  timeLeft: v.nullable(v.number()),
  /** Until when Cloudflare's rate limit blocks reading, ms since the epoch, or null. */
  waitsUntil: v.nullable(v.number()),
  /** Whether reading is paused, because a change is being sent first or Cloudflare does not answer. */
  paused: v.boolean(),
});

/** The progress of the initial fetch. */
export type InitialFetchStatus = v.InferOutput<typeof initialFetchSchema>;
