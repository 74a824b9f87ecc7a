/**
 * Counts requests in a sliding window. Cloudflare counts a request at an unknown moment after it is sent and
 * before its answer arrives. So it counts here from when it is sent until one window after its answer.
 */

/** Requests that ended at about the same time. */
export interface RequestGroup {
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
  restore(groups: readonly RequestGroup[]): void {
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
   * The time at which `n` of the requests counted now will have stopped counting. If fewer than `n` have ended,
   * the others are treated as if they ended now.
   */
  expiryOf(n: number, now: number): number {
    this.#dropExpired(now);
    return (this.#ended[n - 1] ?? now) + this.#length;
  }

  /** The ended requests that still count. Those that ended within `width` ms of each other are one group. */
  groups(now: number, width: number): RequestGroup[] {
    this.#dropExpired(now);
    const groups: RequestGroup[] = [];
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
