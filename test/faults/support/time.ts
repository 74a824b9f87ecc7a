/** The clock of the fault tests, and pauses for the simulated people. */

/** The time in ms since the epoch, with fractions. Monotonic and fine enough that no two events have the same time. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Waits. Real pauses are right here: the timing of people, networks and power failures is part of these tests. */
export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/**
 * Waits until `probe` returns something truthy, and returns that.
 * @param what for the error message
 * @param limit time limit in ms
 */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  limit = 20_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = now() + limit;
  for (;;) {
    const value = await probe();
    if (value) return value as NonNullable<Exclude<T, false>>;
    if (now() > end) throw new Error(`Timed out after ${limit} ms waiting for ${what}`);
    await pause(5);
  }
}
