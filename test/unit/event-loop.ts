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

/**
 * Awaits `work`. Returns its value and the longest that this thread worked in one turn, in ms of the processor, because
 * another process or thread may be what it waits for; without collecting garbage, which no slice of work can bound.
 */
export async function longestTurn<T>(work: () => Promise<T>): Promise<[value: T, ms: number]> {
  const turns: { from: number; to: number; ms: number }[] = [];
  const collected: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => void collected.push(...list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  let from = performance.now();
  let last = process.threadCpuUsage();
  const measure = (): void => {
    const { user, system } = process.threadCpuUsage(last);
    const to = performance.now();
    turns.push({ from, to, ms: (user + system) / 1_000 });
    from = to;
    last = process.threadCpuUsage();
  };
  const timer = setInterval(measure, 1);
  const value = await work();
  clearInterval(timer);
  measure();
  // The last entries of an observer come in a later turn.
  await eventLoopTurns();
  observer.disconnect();
  const ownTimes = turns.map((turn) =>
    collected
      .filter(({ startTime }) => startTime >= turn.from && startTime < turn.to)
      .reduce((ms, { duration }) => ms - duration, turn.ms),
  );
  return [value, Math.max(...ownTimes)];
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
