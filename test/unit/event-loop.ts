/**
 * Event loop turns, for tests that let work continue or count whether other work ran in between.
 */

/**
 * Lets this many turns pass; thirty are enough for anything that waits for nothing outside the
 * process.
 */
export async function eventLoopTurns(count = 30): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((next) => setImmediate(next));
}

/** The outcome of `work`, and how many turns other work got meanwhile. */
export async function turnsDuring<T>(work: Promise<T>): Promise<[value: T, turns: number]> {
  let count = 0;
  let isDone = false;
  const countTurn = (): void => {
    count += 1;
    if (!isDone) setImmediate(countTurn);
  };
  setImmediate(countTurn);
  const value = await work;
  isDone = true;
  return [value, count];
}
