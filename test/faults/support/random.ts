/** Chance that can be repeated: the same seed gives the same decisions (not the same moments). */

/** A source of chance. */
export interface Random {
  /** A whole number from `low` to `high`, both possible. */
  between(low: number, high: number): number;
  /** Whether something with this probability (0 to 1) happens. */
  chance(probability: number): boolean;
  /** One of these; throws when there is none. */
  pick<T>(from: readonly T[]): T;
  /** The same things in another order. */
  shuffled<T>(from: readonly T[]): T[];
}

/** Mulberry32: small, fast, and good enough to choose what a person does next. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Makes a source of chance. `stream` gives several that do not depend on each other from one seed. */
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
