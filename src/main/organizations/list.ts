/**
 * The list for the window: its beginning, which the first paint shows, and all of it in slices, so that
 * neither side is held up by ten thousand rows, nor full of what they leave behind.
 */
import type { Handlers } from '../../shared/bridge';
import { byName, firstInOrder } from '../../shared/name-order';
import type { Store, Tables } from '../store/tables';
import type { OrganizationRow } from '../../shared/organization';
import type { Progress } from '../sync/progress';
import { rowOf } from './row';

/** Rows of the beginning: more than the tallest screen shows. */
const FIRST = 60;
/** Rows of a slice: some milliseconds of work on either side. */
const SLICE = 500;

/** Builds the two calls. */
export function createList(
  store: Store,
  progress: Progress,
): Pick<Handlers<'organizations'>, 'first' | 'list'> {
  const rows = (tables: Tables, ids: readonly string[]): OrganizationRow[] =>
    tables.organizations
      .entries(ids)
      .map((entry) => rowOf(entry, progress.of(entry.organization.id).step));

  return {
    first: () =>
      store.read((tables) => {
        const names = tables.organizations.names();
        const first = firstInOrder(names, FIRST, byName());
        const ids = first.map(({ id }) => id);
        return { rows: rows(tables, ids).sort(byName()), total: names.length };
      }),
    list: ({ after }) =>
      store.read((tables) => {
        const ids = tables.organizations.idsAfter(after, SLICE);
        // Fewer than a slice say nothing of the end: rows that cannot be understood are left out.
        return { rows: rows(tables, ids), next: ids.at(-1) ?? null };
      }),
  };
}
