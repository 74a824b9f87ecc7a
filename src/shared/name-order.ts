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
