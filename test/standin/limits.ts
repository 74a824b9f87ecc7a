/**
 * The two rate limits and their headers.
 * Cloudflare API reference, "Rate limits": 1200 requests in 5 minutes per user, and 200 per second per IP address.
 * Once a limit is exceeded, every call is refused for 5 minutes. Header names as published on 2025-09-03.
 */

export interface Limits {
  /** Requests that a user may send per window of `perUserWindowMs`. Cloudflare: 1200 per 5 minutes. */
  perUser: number;
  perUserWindowMs: number;
  /** Requests that an IP address may send per window of `perAddressWindowMs`. Cloudflare: 200 per second. */
  perAddress: number;
  perAddressWindowMs: number;
  /** How long all requests are refused once a limit is exceeded. Cloudflare: 5 minutes. */
  blockMs: number;
  /** Whether the test exceeds a limit on purpose. If not, exceeding it is a protocol violation. */
  provoked: boolean;
}

export const defaultLimits: Limits = {
  perUser: 1200,
  perUserWindowMs: 300_000,
  perAddress: 200,
  perAddressWindowMs: 1000,
  blockMs: 300_000,
  provoked: false,
};

interface Count {
  used: number;
  windowEnds: number;
  blockedUntil: number;
}

/**
 * Counts requests in fixed time windows. A client that respects the limit in any window also respects it in
 * these.
 */
export class RateLimiter {
  readonly #counts = new Map<string, Count>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a request. Returns the seconds to wait if the limit is exceeded, otherwise `null`. */
  take(who: string, limit: number, windowMs: number, blockMs: number): number | null {
    const now = this.#now();
    const count = this.#count(who, now, windowMs);
    if (count.blockedUntil > now) return Math.ceil((count.blockedUntil - now) / 1000);
    count.used += 1;
    if (count.used <= limit) return null;
    count.blockedUntil = now + blockMs;
    return Math.ceil(blockMs / 1000);
  }

  /** The headers `Ratelimit` and `Ratelimit-Policy` of a user. For an unknown user, the limit is unused. */
  headers(who: string, limit: number, windowMs: number): Record<string, string> {
    const now = this.#now();
    const count = this.#count(who, now, windowMs);
    const remaining = count.blockedUntil > now ? 0 : Math.max(0, limit - count.used);
    const seconds = Math.ceil((Math.max(count.windowEnds, count.blockedUntil) - now) / 1000);
    return {
      Ratelimit: `"default";r=${remaining};t=${seconds}`,
      'Ratelimit-Policy': `"default";q=${limit};w=${Math.ceil(windowMs / 1000)}`,
    };
  }

  #count(who: string, now: number, windowMs: number): Count {
    const known = this.#counts.get(who);
    if (known && (known.blockedUntil > now || (known.windowEnds > now && known.blockedUntil === 0)))
      return known;
    const fresh = { used: 0, windowEnds: now + windowMs, blockedUntil: 0 };
    this.#counts.set(who, fresh);
    return fresh;
  }
}
