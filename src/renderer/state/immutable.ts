/**
 * Sets and maps that state holds and replaces as a whole (`$state.raw`), never changes in place. Here, outside
 * a `.svelte.ts` file, they are plain ones.
 */

/** A set of these. */
export function setOf<T>(values: Iterable<T> = []): ReadonlySet<T> {
  return new Set(values);
}

/** The set with these in it. */
export function including<T>(set: ReadonlySet<T>, values: Iterable<T>): ReadonlySet<T> {
  const next = new Set(set);
  for (const value of values) next.add(value);
  return next;
}

/** The set without these. */
export function excluding<T>(set: ReadonlySet<T>, values: Iterable<T>): ReadonlySet<T> {
  const next = new Set(set);
  for (const value of values) next.delete(value);
  return next;
}

/** Things by their id, in the order given. */
export function byId<T extends { id: string }>(things: readonly T[] = []): ReadonlyMap<string, T> {
  return new Map(things.map((thing) => [thing.id, thing]));
}

/** The map without those ids and with these put over it: what was removed may be there anew. */
export function changed<T extends { id: string }>(
  map: ReadonlyMap<string, T>,
  put: readonly T[],
  removed: readonly string[],
): ReadonlyMap<string, T> {
  const next = new Map(map);
  for (const id of removed) next.delete(id);
  for (const thing of put) next.set(thing.id, thing);
  return next;
}
