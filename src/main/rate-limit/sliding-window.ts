/**
 * Counts requests in a sliding window. Cloudflare counts a request at some moment between its being sent and
 * its answer. So each one counts here from when it is sent until a whole window after its answer.
 */

/** Requests that ended at about the same time. */
export interface Group {
  /** When the last one ended. */
  at: number;
  count: number;
}

/** The requests of one window. All times are ms of one monotonic clock. */
export class SlidingWindow {
  readonly #length: number;
  /** When requests ended, oldest first. */
  #ended: number[] = [];
  #inFlight = 0;

  /** @param length of the window, in ms */
  constructor(length: number) {
    this.#length = length;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Call when a request is sent. */
  begin(): void {
    this.#inFlight += 1;
  }

  /** Call when a request has ended. Ignored if none is in flight. */
  end(now: number): void {
    if (this.#inFlight === 0) return;
    this.#inFlight -= 1;
    this.#ended.push(now);
  }

  /** Adds requests that ended earlier, in any order. */
  restore(groups: readonly Group[]): void {
    for (const { at, count } of groups) {
      for (let index = 0; index < count; index += 1) this.#ended.push(at);
    }
    this.#ended.sort((one, other) => one - other);
  }

  /** How many requests count now. */
  count(now: number): number {
    this.#dropExpired(now);
    return this.#ended.length + this.#inFlight;
  }

  /** When the next request stops counting, or null if none has ended. */
  nextExpiry(): number | null {
    const first = this.#ended[0];
    return first === undefined ? null : first + this.#length;
  }

  /**
   * When `n` of the current requests have stopped counting. Requests in flight, and those missing from `n`,
   * are treated as if they ended now.
   */
  expiryOf(n: number, now: number): number {
    this.#dropExpired(now);
    return (this.#ended[n - 1] ?? now) + this.#length;
  }

  /** The ended requests that still count, grouped if they ended within `width` ms of each other. */
  groups(now: number, width: number): Group[] {
    this.#dropExpired(now);
    const groups: Group[] = [];
    let groupStart = -Infinity;
    for (const at of this.#ended) {
      const last = groups.at(-1);
      if (last && at - groupStart < width) {
        last.at = at;
        last.count += 1;
      } else {
        groupStart = at;
        groups.push({ at, count: 1 });
      }
    }
    return groups;
  }

  #dropExpired(now: number): void {
    const firstKept = this.#ended.findIndex((at) => at > now - this.#length);
    this.#ended.splice(0, firstKept < 0 ? this.#ended.length : firstKept);
  }
}
