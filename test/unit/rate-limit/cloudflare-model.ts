/**
 * A model of Cloudflare's rate limits, as strict as the documentation can be read: per user, 1,200
 * requests in any 5 minutes or in fixed windows that start with the first request; per IP address,
 * 200 in any second. Exceeding a limit blocks everything for five minutes (Cloudflare API reference,
 * "Rate limits").
 */
const PER_WINDOW = 1_200;
const WINDOW = 300_000;
const PER_SECOND = 200;
const BLOCK = 300_000;

/** What the headers of a response report about the limit. */
export interface LimitResponse {
  refused: boolean;
  header: (name: string) => string | null;
}

/** One user at one IP address. Times are in ms of the true time, in ascending order. */
export class CloudflareModel {
  readonly #windows: 'any' | 'fixed';
  /** When the requests of the user were counted, including those from other addresses. */
  #counted: number[] = [];
  #here: number[] = [];
  #blockedUntil = 0;
  refusals = 0;
  /** The largest number of requests that were counted in a window. */
  most = 0;

  constructor(windows: 'any' | 'fixed') {
    this.#windows = windows;
  }

  remaining(now: number): number {
    this.#forget(now);
    return now < this.#blockedUntil ? 0 : PER_WINDOW - this.#counted.length;
  }

  /** Counts a request, from our address or from that of another tool of this user. */
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
