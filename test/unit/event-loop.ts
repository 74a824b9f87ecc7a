/**
 * Turns of the event loop, for tests that let other work continue, or check that it could.
 */

/**
 * Lets this many turns pass. Thirty are enough for all work that does not wait for anything outside
 * the process.
 */
export async function eventLoopTurns(count = 30): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((next) => setImmediate(next));
}

/** Awaits `work`. Returns its value and how many turns the event loop made meanwhile. */
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
