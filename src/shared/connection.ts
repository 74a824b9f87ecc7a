/** Whether Cloudflare answers and how many changes wait for it, as the window shows it. */
import * as v from 'valibot';
import { failureSchema } from './failure';

/** Schema of the connection. Online means that the last request was answered, whatever the system says. */
export const connectionSchema = v.object({
  state: v.picklist(['unknown', 'online', 'offline']),
  /** When Cloudflare last answered, ms since the epoch, or null. */
  answeredAt: v.nullable(v.number()),
  /** Why it is offline, or null. */
  failure: v.nullable(failureSchema),
  /** When it is tried next whether Cloudflare answers, ms since the epoch, or null. */
  nextTryAt: v.nullable(v.number()),
  /** Until when no waiting change is sent, because sends failed, even if its own wait ends earlier; ms since the epoch, or null. */
  breakerUntil: v.nullable(v.number()),
  /** Until when Cloudflare's rate limit blocks requests, ms since the epoch, or null. */
  blockedUntil: v.nullable(v.number()),
  /** Number of pending changes. */
  waiting: v.number(),
});

/** Whether Cloudflare answers, and how many changes wait. */
export type Connection = v.InferOutput<typeof connectionSchema>;
