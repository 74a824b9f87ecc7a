/** Stalls: times when the app was stopped, or got no processor, as on a busy or swapping machine. */

/** Start and end of a stall, in ms since the epoch; `to` is Infinity while it lasts. */
export interface Stall {
  from: number;
  to: number;
}

/** How long the app was kept from running between two moments, in ms. */
export function overlap(stalls: readonly Stall[], from: number, to: number): number {
  return stalls
    .map((stall) => Math.min(stall.to, to) - Math.max(stall.from, from))
    .filter((ms) => ms > 0)
    .reduce((sum, ms) => sum + ms, 0);
}
