/** The time as words like "2 minutes ago" need it: it moves on every 20 s, and only while looked at. */
import { createSubscriber } from 'svelte/reactivity';

const PERIOD = 20_000;

/** A clock for what is on screen. */
export class Clock {
  #update: () => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer is due; the moments after it are asked for again then. */
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

  /** Now, in ms since the epoch; whatever reads it is updated as time goes on. */
  get now(): number {
    this.#watch();
    return Date.now();
  }

  /**
   * Whether a moment is still to come; whatever asks is updated when it has come.
   *
   * @param moment ms since the epoch; null never comes
   */
  ahead(moment: number | null): moment is number {
    const { now } = this;
    if (moment === null || moment <= now) return false;
    // What is further away is asked for again at a tick before it.
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
