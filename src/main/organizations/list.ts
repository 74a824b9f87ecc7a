/**
 * The list for the window: its beginning, which the first paint shows, and all of it in slices, so that
 * neither side is held up by ten thousand rows, nor full of what they leave behind.
 */
import type { Handlers } from '../../shared/bridge';
import type { Outcome } from '../../shared/failure';
import { byName, firstInOrder } from '../../shared/name-order';
import type { Store, Tables } from '../store/tables';
import { ROW_HEIGHT, type OrganizationRow } from '../../shared/organization';
import type { Progress } from '../sync/progress';
import { rowOf } from './row';

interface Beginning {
  rows: OrganizationRow[];
  total: number;
}

/**
 * Rows of a slice: a millisecond or two of work on either side, and garbage that is collected while it is
 * young; with five times as many main keeps some 15 MB more.
 */
const SLICE = 100;

/** The two calls, and the beginning made ahead of the first. */
export interface List extends Pick<Handlers<'organizations'>, 'first' | 'list'> {
  /** Makes the beginning while nobody waits for it; it is good for one call, made before anything else is. */
  prepare(): void;
}

/**
 * Builds it.
 * @param height of the tallest screen, in px of the window's page: the beginning fills it, and no more,
 *   because each row more makes the first paint later
 */
export function createList(store: Store, progress: Progress, height: () => number): List {
  let prepared: { inSight: number; beginning: Outcome<Beginning> } | null = null;
  const inSight = (): number => Math.ceil(height() / ROW_HEIGHT);
  const rows = (tables: Tables, ids: readonly string[]): OrganizationRow[] =>
    tables.organizations
      .entries(ids)
      .map((entry) => rowOf(entry, progress.of(entry.organization.id).step));

  const beginning = (most: number): Outcome<Beginning> =>
    store.read((tables) => {
      const names = tables.organizations.names();
      const first = firstInOrder(names, most, byName());
      const ids = first.map(({ id }) => id);
      return { rows: rows(tables, ids).sort(byName()), total: names.length };
    });

  return {
    prepare() {
      const most = inSight();
      prepared = { inSight: most, beginning: beginning(most) };
    },
    first() {
      const ready = prepared;
      prepared = null;
      // A page that is zoomed out, which Chromium may tell late, shows more.
      const most = inSight();
      return ready && ready.inSight >= most ? ready.beginning : beginning(most);
    },
    list: ({ after }) =>
      store.read((tables) => {
        const ids = tables.organizations.idsAfter(after, SLICE);
        // Fewer than a slice say nothing of the end: rows that cannot be understood are left out.
        return { rows: rows(tables, ids), next: ids.at(-1) ?? null };
      }),
  };
}
