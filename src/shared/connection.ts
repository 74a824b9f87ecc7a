/** Whether Cloudflare answers, and what waits for it, as the window shows it. */
import * as v from 'valibot';
import { failureSchema } from './failure';

/** Whether Cloudflare answers, from the last answers rather than from the system's flag. */
export const connectionSchema = v.object({
  state: v.picklist(['unknown', 'online', 'offline']),
  /** When Cloudflare last answered, ms since the epoch, or null. */
  answeredAt: v.nullable(v.number()),
  /** Why it is offline, or null. */
  failure: v.nullable(failureSchema),
  /** When the next try is due while something waits, ms since the epoch, or null. */
  nextTryAt: v.nullable(v.number()),
  /** Until when Cloudflare's rate limit keeps us from asking, ms since the epoch, or null. */
  blockedUntil: v.nullable(v.number()),
  /** Number of pending changes. */
  waiting: v.number(),
});

/** Whether Cloudflare answers, and what waits. */
export type Connection = v.InferOutput<typeof connectionSchema>;
