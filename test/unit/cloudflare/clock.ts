/** A clock for tests: it stands still until a test advances it, and has its own timers. */
import type { Timers } from '../../../src/main/lib/timers';

interface Entry {
  at: number;
  callback: () => void;
}

/** A clock and its timers. Times are in ms since the epoch. */
export class Clock {
  #now: number;
  /** Monotonic time, in ms, which setting the clock does not change. Timers depend on it. */
  #elapsed = 50_000_000;
  readonly #entries = new Map<number, Entry>();
  #next = 1;

  constructor(start = Date.UTC(2026, 10, 24, 9)) {
    this.#now = start;
  }

  now = (): number => this.#now;

  /** Milliseconds of the monotonic clock. */
  elapsed = (): number => this.#elapsed;

  readonly timers: Timers = {
    set: (callback, ms) => {
      const id = this.#next++;
      this.#entries.set(id, { at: this.#elapsed + ms, callback });
      return id;
    },
    clear: (timer) => void this.#entries.delete(timer as number),
  };

  /** Milliseconds until the next timer, or null. */
  nextIn(): number | null {
    const times = [...this.#entries.values()].map(({ at }) => at);
    return times.length === 0 ? null : Math.max(0, Math.min(...times) - this.#elapsed);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Lets time pass, and fires each timer when it is due. */
  advance(ms: number): void {
    const end = this.#elapsed + ms;
    for (;;) {
      const due = [...this.#entries].filter(([, { at }]) => at <= end);
      const first = due.sort(([, one], [, other]) => one.at - other.at)[0];
      if (!first) break;
      const [id, { at, callback }] = first;
      this.#entries.delete(id);
      this.#pass(at);
      callback();
    }
    this.#pass(end);
  }

  /** Lets time pass without firing timers, as for a sleeping computer or a stopped process. */
  sleep(ms: number): void {
    this.#pass(this.#elapsed + ms);
  }

  /** Sets the time as if someone set the computer's clock. Fires no timers. */
  set(time: number): void {
    this.#now = time;
  }

  #pass(to: number): void {
    const ms = Math.max(0, to - this.#elapsed);
    this.#elapsed += ms;
    this.#now += ms;
  }
}
