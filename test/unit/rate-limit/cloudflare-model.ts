/**
 * Cloudflare's counting, exact and as strict as the documentation can be read: 1,200 requests in
 * any 5 minutes per user, or in windows that start with the first request; 200 in any second per
 * address; exceeding either refuses everything for five minutes (Cloudflare API reference, "Rate
 * limits").
 */
const PER_WINDOW = 1_200;
const WINDOW = 300_000;
const PER_SECOND = 200;
const BLOCK = 300_000;

/** How response headers report the limit. */
export interface LimitResponse {
  refused: boolean;
  header: (name: string) => string | null;
}

/** One user at one address. Times are ms of the true clock, in order. */
export class CloudflareModel {
  readonly #windows: 'any' | 'fixed';
  /** When requests of the user were counted, including those from other addresses. */
  #counted: number[] = [];
  #here: number[] = [];
  #blockedUntil = 0;
  refusals = 0;
  /** The most requests counted at once in a window. */
  most = 0;

  constructor(windows: 'any' | 'fixed') {
    this.#windows = windows;
  }

  remaining(now: number): number {
    this.#forget(now);
    return now < this.#blockedUntil ? 0 : PER_WINDOW - this.#counted.length;
  }

  /** A request arrives, from our address or from that of another tool of this user. */
  request(now: number, from: 'here' | 'elsewhere' = 'here'): LimitResponse {
    this.#forget(now);
    const blocked = now < this.#blockedUntil;
    if (!blocked) this.#counted.push(now);
    if (!blocked && from === 'here') this.#here.push(now);
    this.most = Math.max(this.most, this.#counted.length);
    const over = this.#counted.length > PER_WINDOW || this.#here.length > PER_SECOND;
    if (over && !blocked) this.#blockedUntil = now + BLOCK;
    if (blocked || over) this.refusals += 1;
    // The limit is full again when the window ends, or when the last request leaves it.
    const windowStart = this.#windows === 'fixed' ? this.#counted[0] : this.#counted.at(-1);
    const reset = Math.ceil(((windowStart ?? now) + WINDOW - now) / 1_000);
    const limit = `"default";r=${Math.max(0, this.remaining(now))};t=${reset}`;
    return {
      refused: blocked || over,
      header: (name) => (name === 'ratelimit' ? limit : '"default";q=1200;w=300'),
    };
  }

  #forget(now: number): void {
    const first = this.#counted[0];
    if (this.#windows === 'fixed') {
      if (first !== undefined && first <= now - WINDOW) this.#counted = [];
    } else if (first !== undefined && first <= now - WINDOW) {
      this.#counted = this.#counted.filter((at) => at > now - WINDOW);
    }
    this.#here = this.#here.filter((at) => at > now - 1_000);
  }
}
