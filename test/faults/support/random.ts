/** Repeatable randomness: the same seed gives the same decisions, though not the same timing. */

/** A source of randomness. */
export interface Random {
  /** An integer from `low` to `high`, inclusive. */
  between(low: number, high: number): number;
  /** True with this probability (0 to 1). */
  chance(probability: number): boolean;
  /** One of these items; throws if there is none. */
  pick<T>(from: readonly T[]): T;
  /** The same items in random order. */
  shuffled<T>(from: readonly T[]): T[];
}

/** Mulberry32: small, fast, and good enough for choosing actions. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Creates a source of randomness. Different `stream` numbers give independent sources for the same seed. */
export function createRandom(seed: number, stream = 0): Random {
  const next = generator(seed ^ Math.imul(stream + 1, 0x9e3779b1));
  const between = (low: number, high: number): number =>
    low + Math.floor(next() * (high - low + 1));
  const pick = <T>(from: readonly T[]): T => {
    const one = from[between(0, from.length - 1)];
    if (one === undefined) throw new Error('Nothing to choose from');
    return one;
  };
  return {
    between,
    pick,
    chance: (probability) => next() < probability,
    shuffled(from) {
      const left = [...from];
      return from.map(() => left.splice(between(0, left.length - 1), 1)[0]!);
    },
  };
}
