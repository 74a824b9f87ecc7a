/** The current time for texts like "2 minutes ago". It ticks every 20 s, and only while something reads it. */
import { createSubscriber } from 'svelte/reactivity';

/** Time between two ticks, in ms. */
const PERIOD = 20_000;

/** A reactive clock. */
export class Clock {
  #update: () => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer is due, in ms since the epoch; 0: no timer. When it fires, readers set the next one. */
  #due = 0;
  readonly #watch = createSubscriber((update) => {
    this.#update = update;
    const ticking = setInterval(update, PERIOD);
    return () => {
      clearInterval(ticking);
      clearTimeout(this.#timer);
      this.#due = 0;
    };
  });

  /** Now, in ms since the epoch. Readers are updated at every tick. */
  get now(): number {
    this.#watch();
    return Date.now();
  }

  /**
   * Whether a moment is in the future. Readers are updated when it arrives.
   *
   * @param moment ms since the epoch; null is never in the future
   */
  ahead(moment: number | null): moment is number {
    const { now } = this;
    if (moment === null || moment <= now) return false;
    // A more distant moment gets its timer at a later tick.
    if (moment - now <= PERIOD) this.#wakeAt(moment, now);
    return true;
  }

  #wakeAt(moment: number, now: number): void {
    if (this.#due > now && this.#due <= moment) return;
    clearTimeout(this.#timer);
    this.#due = moment;
    this.#timer = setTimeout(this.#update, moment - now);
  }
}
