/** Saves what the window shows in the database: the width of the list and the open page. */
import * as v from 'valibot';
import type { Outcome } from '../../shared/outcome';
import { lastWindowSchema, type LastWindow } from '../../shared/window';
import type { Store, Tables } from '../database';

/** Name of the setting. */
const SETTING = 'window-content';

const { sidebarWidth, organizationId } = lastWindowSchema.entries;
/** Parses each part separately: an invalid one is null, the other is kept. */
const storedSchema = v.fallback(
  v.object({
    sidebarWidth: v.fallback(sidebarWidth, null),
    organizationId: v.fallback(organizationId, null),
  }),
  { sidebarWidth: null, organizationId: null },
);

const lastWindowIn = (tables: Pick<Tables, 'settings'>): LastWindow =>
  v.parse(storedSchema, tables.settings.get(SETTING));

/** What the last window showed. One read, because the first paint waits for it. Fails with `store.*`. */
export function readLastWindow(store: Store): Outcome<LastWindow> {
  return store.read(lastWindowIn);
}

/**
 * Saves the width of the list for the next launch. Fails with `store.*`.
 * @param width in CSS px; null: the default width
 */
export function saveSidebarWidth(store: Store, width: LastWindow['sidebarWidth']): Outcome<null> {
  return store.write((tables) => {
    tables.settings.put(SETTING, { ...lastWindowIn(tables), sidebarWidth: width });
    return null;
  });
}

/** Saves which page is open, for the next launch. Call inside `Store.write`. */
export function rememberOpenPage(tables: Pick<Tables, 'settings'>, id: string): void {
  const before = lastWindowIn(tables);
  if (before.organizationId === id) return;
  tables.settings.put(SETTING, { ...before, organizationId: id });
}
