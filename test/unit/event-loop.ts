/** Turns of the event loop: for tests that let things happen, or count whether others got their turn. */

/** Lets so many turns pass; thirty are enough for whatever goes on without waiting for anything outside. */
export async function turns(count = 30): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((next) => setImmediate(next));
}

/** The outcome of `work`, and how often others got a turn while it went on. */
export async function turnsDuring<T>(work: Promise<T>): Promise<[value: T, turns: number]> {
  let count = 0;
  let over = false;
  const look = (): void => {
    count += 1;
    if (!over) setImmediate(look);
  };
  setImmediate(look);
  const value = await work;
  over = true;
  return [value, count];
}
