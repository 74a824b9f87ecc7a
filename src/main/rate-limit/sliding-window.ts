/**
 * Counts the requests of a moving window. When exactly Cloudflare counted one cannot be known: between
 * its being sent and its answer. So each counts from the first until a whole window after the second.
 */

/** Some requests that ended at about one moment. */
export interface Group {
  /** When the last of them ended. */
  at: number;
  count: number;
}

/** The requests of one window. All times are ms of one clock that never goes back. */
export class SlidingWindow {
  readonly #length: number;
  /** When requests ended, oldest first. */
  #ended: number[] = [];
  #underWay = 0;

  /** @param length the window, in ms */
  constructor(length: number) {
    this.#length = length;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** A request begins. */
  begin(): void {
    this.#underWay += 1;
  }

  /** A request that began has ended; one that never began is none. */
  end(now: number): void {
    if (this.#underWay === 0) return;
    this.#underWay -= 1;
    this.#ended.push(now);
  }

  /** Adds requests that are known from before, in any order. */
  remember(groups: readonly Group[]): void {
    for (const { at, count } of groups) {
      for (let index = 0; index < count; index += 1) this.#ended.push(at);
    }
    this.#ended.sort((one, other) => one - other);
  }

  /** How many requests count now. */
  count(now: number): number {
    this.#forget(now);
    return this.#ended.length + this.#underWay;
  }

  /** When the next request stops counting, or null while none has ended. */
  nextLeaves(): number | null {
    const first = this.#ended[0];
    return first === undefined ? null : first + this.#length;
  }

  /**
   * When `n` of the requests that count now have stopped counting. Those under way, and those there are
   * not, count as if they ended now.
   */
  leaves(n: number, now: number): number {
    this.#forget(now);
    return (this.#ended[n - 1] ?? now) + this.#length;
  }

  /** What counts now and has ended, those that ended within `width` ms of each other put together. */
  groups(now: number, width: number): Group[] {
    this.#forget(now);
    const groups: Group[] = [];
    let began = -Infinity;
    for (const at of this.#ended) {
      const last = groups.at(-1);
      if (last && at - began < width) {
        last.at = at;
        last.count += 1;
      } else {
        began = at;
        groups.push({ at, count: 1 });
      }
    }
    return groups;
  }

  #forget(now: number): void {
    const kept = this.#ended.findIndex((at) => at > now - this.#length);
    this.#ended.splice(0, kept < 0 ? this.#ended.length : kept);
  }
}
