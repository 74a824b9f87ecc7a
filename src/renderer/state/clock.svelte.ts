/** The time as words like "2 minutes ago" need it: it moves on every 20 s, and only while looked at. */
import { createSubscriber } from 'svelte/reactivity';

const PERIOD = 20_000;

/** A clock for what is on screen. */
export class Clock {
  readonly #watch = createSubscriber((update) => {
    const timer = setInterval(update, PERIOD);
    return () => clearInterval(timer);
  });

  /** Now, in ms since the epoch; whatever reads it is updated as time goes on. */
  get now(): number {
    this.#watch();
    return Date.now();
  }
}
