/** Saves what the window shows in the database: the width of the list and the open page. */
import * as v from 'valibot';
import type { Result } from '../../shared/result';
import { lastWindowSchema, type LastWindow } from '../../shared/window';
import type { Database, Tables } from '../database';

/** Name of the setting. */
const SETTING = 'window-content';

const { sidebarWidth, entryId } = lastWindowSchema.entries;
/** Parses each part separately: an invalid one is null, the other is kept. */
const storedSchema = v.fallback(
  v.object({
    sidebarWidth: v.fallback(sidebarWidth, null),
    entryId: v.fallback(entryId, null),
  }),
  { sidebarWidth: null, entryId: null },
);

const lastWindowIn = (tables: Pick<Tables, 'settings'>): LastWindow =>
  v.parse(storedSchema, tables.settings.get(SETTING));

/** What the last window showed. One read, because the first paint waits for it. Fails with `database.*`. */
export function readLastWindow(database: Database): Result<LastWindow> {
  return database.read(lastWindowIn);
}

/**
 * Saves the width of the list for the next launch. Fails with `database.*`.
 * @param width in CSS px; null: the default width
 */
export function saveSidebarWidth(
  database: Database,
  width: LastWindow['sidebarWidth'],
): Result<null> {
  return database.write((tables) => {
    tables.settings.put(SETTING, { ...lastWindowIn(tables), sidebarWidth: width });
    return null;
  });
}

/** Saves which page is open, for the next launch. Call inside `Database.write`. */
export function rememberOpenPage(tables: Pick<Tables, 'settings'>, id: string): void {
  const before = lastWindowIn(tables);
  if (before.entryId === id) return;
  tables.settings.put(SETTING, { ...before, entryId: id });
}
