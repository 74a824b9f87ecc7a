/** Times when main stood still: the process was stopped, as a busy or swapping machine does to it. */

/** From when until when, in ms; `to` is Infinity while it lasts. */
export interface Stall {
  from: number;
  to: number;
}

/** How long main stood still between two moments, ms. */
export function overlap(stalls: readonly Stall[], from: number, to: number): number {
  return stalls
    .map((stall) => Math.min(stall.to, to) - Math.max(stall.from, from))
    .filter((ms) => ms > 0)
    .reduce((sum, ms) => sum + ms, 0);
}
