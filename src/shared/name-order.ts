/** The order of names, the same in main and in the window. */
import { nameOrder } from './messages/locale';

/** Something with a name and an id. */
export interface Named {
  id: string;
  name: string;
}

/** Compares by name in the order of the current language, and equal names by id. */
export function byName(): (one: Named, other: Named) => number {
  const names = nameOrder();
  return (one, other) => names.compare(one.name, other.name) || (one.id < other.id ? -1 : 1);
}
