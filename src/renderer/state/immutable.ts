/**
 * Helpers for sets and maps in `$state.raw`, which are replaced and never changed in place. The helpers are not
 * in a `.svelte.ts` file, because lint asks for Svelte's reactive collections there.
 */

/** A set with these values. */
export function setOf<T>(values: Iterable<T> = []): ReadonlySet<T> {
  return new Set(values);
}

/** A copy of the set with these values added. */
export function including<T>(set: ReadonlySet<T>, values: Iterable<T>): ReadonlySet<T> {
  const next = new Set(set);
  for (const value of values) next.add(value);
  return next;
}

/** A copy of the set without these values. */
export function excluding<T>(set: ReadonlySet<T>, values: Iterable<T>): ReadonlySet<T> {
  const next = new Set(set);
  for (const value of values) next.delete(value);
  return next;
}

/** A map with these entries. */
export function mapOf<K, V>(entries: Iterable<readonly [K, V]> = []): ReadonlyMap<K, V> {
  return new Map(entries);
}

/** A map from ids to items, in the given order. */
export function byId<T extends { id: string }>(items: readonly T[] = []): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

/** A copy of the map without the removed ids and with these items added or replaced. */
export function withChanges<T extends { id: string }>(
  map: ReadonlyMap<string, T>,
  items: readonly T[],
  removed: readonly string[],
): ReadonlyMap<string, T> {
  const next = new Map(map);
  for (const id of removed) next.delete(id);
  for (const item of items) next.set(item.id, item);
  return next;
}
