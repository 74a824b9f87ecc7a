/** The clock of the fault tests, and pauses for the simulated people. */

/** The time in ms since the epoch, with fractions. Monotonic and fine enough that no two events have the same time. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Waits. Real pauses are right here: the timing of people, networks and power failures is part of these tests. */
export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** Time limit of every wait that has none of its own, in ms. The longest real answer takes a few time limits of a request. */
const LIMIT_MS = 20_000;

/** Rejects if `wait` takes longer than the limit, and says what was waited for: nothing may wait without an end. */
export async function within<T>(what: string, wait: Promise<T>, limit = LIMIT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Timed out after ${limit} ms waiting for ${what}`)),
      limit,
    );
  });
  try {
    return await Promise.race([wait, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits until `probe` returns something truthy, and returns that.
 * @param what for the error message
 * @param limit time limit in ms
 */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  limit = LIMIT_MS,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = now() + limit;
  for (;;) {
    const value = await probe();
    if (value) return value as NonNullable<Exclude<T, false>>;
    if (now() > end) throw new Error(`Timed out after ${limit} ms waiting for ${what}`);
    await pause(5);
  }
}
