/** The rate limit of Cloudflare's API, as other modules may use it. */
export { MAX_BLOCK_MS } from './limits';
export { type Priority, RaisablePriority, type Reservation, comparePriorities } from './priority';
export type { RateLimiter } from './rate-limiter';
