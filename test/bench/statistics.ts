/** Numbers of several runs in one, and runs of several subjects in turn, since a machine drifts. */

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

/**
 * Measures every subject once a round, each round in the opposite order of the one before. What each
 * subject gave comes back under its name.
 */
export async function interleaved<Name extends string, T>(
  runs: number,
  subjects: Readonly<Record<Name, () => Promise<T>>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(subjects) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as T[]]));
  for (let run = 0; run < runs; run += 1) {
    const order = run % 2 === 0 ? names : [...names].reverse();
    for (const name of order) measured[name]!.push(await subjects[name]());
  }
  return measured as Record<Name, T[]>;
}
