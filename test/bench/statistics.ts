/** Figures of many rounds as one, and subjects measured in turn, because a machine drifts. */

/** How often (0 to 1) an interval of 95 % may miss the truth. */
const MISSED = 0.05;

/** The value below which this share (0 to 1) of the values lies; the nearest one there is. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('Nothing was measured.');
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** The middle value; of an even number, the middle of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = sorted.length / 2;
  if (sorted.length === 0) throw new Error('Nothing was measured.');
  return Number.isInteger(half)
    ? (sorted[half - 1]! + sorted[half]!) / 2
    : sorted[Math.floor(half)]!;
}

/** How much larger one subject is than another: the best estimate, and where the truth lies. */
export interface Shift {
  estimate: number;
  /** The 95 % interval. */
  low: number;
  high: number;
}

/** The place, from 1, of the Walsh averages that end the interval, from either end; null: too few pairs. */
function endPlace(pairs: number): number | null {
  // How likely each sum of the ranks of the positive differences is when either sign is as likely.
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
 * How much larger the values of pairs are than those they are paired with: the Hodges–Lehmann estimate with
 * the exact interval of Wilcoxon's signed-rank test, which a few slow rounds do not move. With fewer than
 * six pairs there is no interval of 95 %, and its ends are infinite.
 * @param differences one of each pair minus the other
 */
export function shift(differences: readonly number[]): Shift {
  const averages = differences
    .flatMap((one, place) => differences.slice(place).map((other) => (one + other) / 2))
    .sort((one, other) => one - other);
  const estimate = median(averages);
  const place = endPlace(differences.length);
  if (place === null) return { estimate, low: -Infinity, high: Infinity };
  return { estimate, low: averages[place - 1]!, high: averages.at(-place)! };
}

/**
 * Measures every subject once a round, each round in the opposite order of the one before. What each
 * subject gave comes back under its name, in the order of the rounds.
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
