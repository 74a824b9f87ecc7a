/** The one clock of the fault tests, and the pauses of those who act at moments of their own. */

/** Ms since the epoch with fractions, never going back: two things that happen have two times. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Lets time pass: how long a person, a network or a dead battery takes is part of what is tried. */
export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/**
 * Waits until `look` gives something other than null, false or undefined, and returns it.
 * @param limit ms after which waiting ends with an error that says what for
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  limit = 20_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = now() + limit;
  for (;;) {
    const seen = await look();
    if (seen) return seen as NonNullable<Exclude<T, false>>;
    if (now() > end) throw new Error(`Waited ${limit} ms in vain for ${what}`);
    await pause(5);
  }
}
