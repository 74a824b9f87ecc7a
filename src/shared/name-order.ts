/** The order of names in the list, the same in main, which gives out its beginning, and in the window. */
import { nameOrder } from './messages/locale';

/** What has a name and an id. */
export interface Named {
  id: string;
  name: string;
}

/** Compares by name as the language spoken now sorts them; the same names by id. */
export function byName(): (one: Named, other: Named) => number {
  const names = nameOrder();
  return (one, other) => names.compare(one.name, other.name) || (one.id < other.id ? -1 : 1);
}

/** The first `n` in this order, without putting the others in order: first paint waits for it. */
export function firstInOrder<T>(
  things: readonly T[],
  n: number,
  compare: (one: T, other: T) => number,
): T[] {
  const first: T[] = [];
  for (const thing of things) {
    const last = first.at(-1);
    if (first.length === n && last !== undefined && compare(thing, last) >= 0) continue;
    let at = first.length;
    while (at > 0 && compare(thing, first[at - 1]!) < 0) at -= 1;
    first.splice(at, 0, thing);
    if (first.length > n) first.pop();
  }
  return first;
}
