/** Statistics over rounds, and interleaved measurements, because machines drift. */

/** Probability that a 95 % interval misses the true value. */
const MISSED = 0.05;

/** The nearest-rank percentile; `share` is 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('Nothing was measured.');
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** The median. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = sorted.length / 2;
  if (sorted.length === 0) throw new Error('Nothing was measured.');
  return Number.isInteger(half)
    ? (sorted[half - 1]! + sorted[half]!) / 2
    : sorted[Math.floor(half)]!;
}

/** The distance of the quartiles. */
export function spread(values: readonly number[]): number {
  return percentile(values, 0.75) - percentile(values, 0.25);
}

/** How much larger one subject is than another. */
export interface Shift {
  estimate: number;
  /** The 95 % interval. */
  low: number;
  high: number;
}

/** The rank, from 1, of the Walsh averages that bound the interval, from either end; null: too few pairs. */
function boundRank(pairs: number): number | null {
  // The probability of each sum of the ranks of positive differences if both signs are equally likely.
  let likely = [1];
  for (let rank = 1; rank <= pairs; rank += 1) {
    likely = Array.from(
      { length: likely.length + rank },
      (_, sum) => ((likely[sum] ?? 0) + (likely[sum - rank] ?? 0)) / 2,
    );
  }
  let atMost = 0;
  const place = likely.findIndex((one) => (atMost += one) > MISSED / 2);
  return place === 0 ? null : place;
}

/**
 * How much larger the first values of pairs are than the second: the Hodges–Lehmann estimate with the exact interval
 * of Wilcoxon's signed-rank test, which is robust against a few slow rounds. With fewer than six pairs there is no
 * 95 % interval, and its bounds are infinite.
 * @param differences the first value of each pair minus the second
 */
export function shift(differences: readonly number[]): Shift {
  const averages = differences
    .flatMap((one, place) => differences.slice(place).map((other) => (one + other) / 2))
    .sort((one, other) => one - other);
  const estimate = median(averages);
  const place = boundRank(differences.length);
  if (place === null) return { estimate, low: -Infinity, high: Infinity };
  return { estimate, low: averages[place - 1]!, high: averages.at(-place)! };
}

/**
 * Measures every subject once per round, each round in the reverse order of the previous one. Returns the results
 * by name, in the order of the rounds.
 */
export async function interleaved<Name extends string, T>(
  rounds: number,
  subjects: Readonly<Record<Name, () => Promise<T>>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(subjects) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as T[]]));
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) measured[name]!.push(await subjects[name]());
  }
  return measured as Record<Name, T[]>;
}
