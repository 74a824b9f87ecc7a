/**
 * Saves the window's size, position and zoom in the database, and what it shows: the width of the list and the open
 * page. Restores the position only if a screen still shows it.
 */
import type { BrowserWindow, Rectangle } from 'electron';
import * as v from 'valibot';
import type { Outcome } from '../../shared/outcome';
import { lastWindowSchema, type LastWindow } from '../../shared/window';
import type { Store, Tables } from '../database';
import { DEFAULT_SIZE, MIN_SIZE } from './boot-window';

const SETTING = 'window-place';
/** Name of the setting that holds what the window shows. */
const CONTENT_SETTING = 'window-content';
/** How much of the title bar must be on a screen for the user to be able to drag it, in px. */
const MIN_VISIBLE = 80;

const placeSchema = v.object({
  x: v.pipe(v.number(), v.integer()),
  y: v.pipe(v.number(), v.integer()),
  width: v.pipe(v.number(), v.integer(), v.minValue(1)),
  height: v.pipe(v.number(), v.integer(), v.minValue(1)),
  maximized: v.boolean(),
  zoom: v.optional(v.pipe(v.number(), v.minValue(0.2), v.maxValue(6)), 1),
});

/** A saved place: bounds in screen coordinates, whether the window was maximized, and the page's zoom factor. */
export type WindowPlacement = v.InferOutput<typeof placeSchema>;

/** Where to open a window. Without a position it is centered. */
export type InitialPlacement = Pick<WindowPlacement, 'width' | 'height' | 'maximized' | 'zoom'> &
  Partial<Rectangle>;

/**
 * The place to open the window at: the saved one if a screen shows enough of it, otherwise only its size.
 * @param saved the stored value, not validated yet
 * @param screens work areas of all screens
 */
export function placeOnScreen(saved: unknown, screens: readonly Rectangle[]): InitialPlacement {
  const parsed = v.safeParse(placeSchema, saved);
  if (!parsed.success) return { ...DEFAULT_SIZE, maximized: false, zoom: 1 };
  const { x, y, maximized, zoom } = parsed.output;
  const width = Math.max(parsed.output.width, MIN_SIZE.width);
  const height = Math.max(parsed.output.height, MIN_SIZE.height);
  const reachable = screens.some(
    (screen) =>
      x + width >= screen.x + MIN_VISIBLE &&
      x <= screen.x + screen.width - MIN_VISIBLE &&
      y >= screen.y - 1 &&
      y <= screen.y + screen.height - MIN_VISIBLE,
  );
  return reachable ? { x, y, width, height, maximized, zoom } : { width, height, maximized, zoom };
}

/** Reads the place to open the window at; the default when none was saved or the database cannot be read. */
export function readPlace(store: Store, screens: readonly Rectangle[]): InitialPlacement {
  const saved = store.read((tables) => tables.settings.get(SETTING));
  return placeOnScreen(saved.ok ? saved.value : null, screens);
}

/** Saves a window's place for the next launch. */
export function savePlace(store: Store, window: BrowserWindow): void {
  const place: WindowPlacement = {
    ...window.getNormalBounds(),
    maximized: window.isMaximized(),
    zoom: window.webContents.getZoomFactor(),
  };
  store.write((tables) => tables.settings.put(SETTING, place));
}

/** Saves the window's place when it closes. A failure does not prevent closing. */
export function savePlaceOnClose(store: Store, window: BrowserWindow): void {
  window.on('close', () => savePlace(store, window));
}

const { sidebarWidth, organizationId } = lastWindowSchema.entries;
/** Parses each part separately: an invalid one is null, the other is kept. */
const contentSchema = v.fallback(
  v.object({
    sidebarWidth: v.fallback(sidebarWidth, null),
    organizationId: v.fallback(organizationId, null),
  }),
  { sidebarWidth: null, organizationId: null },
);

const contentIn = (tables: Pick<Tables, 'settings'>): LastWindow =>
  v.parse(contentSchema, tables.settings.get(CONTENT_SETTING));

/** What the last window showed. One read, because the first paint waits for it. Fails with `store.*`. */
export function readLastWindow(store: Store): Outcome<LastWindow> {
  return store.read(contentIn);
}

/**
 * Saves the width of the list for the next launch. Fails with `store.*`.
 * @param width in CSS px; null: the default width
 */
export function saveSidebarWidth(store: Store, width: LastWindow['sidebarWidth']): Outcome<null> {
  return store.write((tables) => {
    tables.settings.put(CONTENT_SETTING, { ...contentIn(tables), sidebarWidth: width });
    return null;
  });
}

/** Saves which page is open, for the next launch. Call inside `Store.write`. */
export function rememberOpenPage(tables: Pick<Tables, 'settings'>, id: string): void {
  const before = contentIn(tables);
  if (before.organizationId === id) return;
  tables.settings.put(CONTENT_SETTING, { ...before, organizationId: id });
}
