/**
 * Saves the window's size, position and zoom in the database. Restores the position only if a screen still shows it.
 */
import type { BrowserWindow, Rectangle } from 'electron';
import * as v from 'valibot';
import type { Database } from '../database';
import { DEFAULT_SIZE, MIN_SIZE } from './boot-window';

const SETTING = 'window-place';
/** How much of the title bar must be on a screen for the person to be able to drag it, in px. */
const MIN_VISIBLE = 80;

const placementSchema = v.object({
  x: v.pipe(v.number(), v.integer()),
  y: v.pipe(v.number(), v.integer()),
  width: v.pipe(v.number(), v.integer(), v.minValue(1)),
  height: v.pipe(v.number(), v.integer(), v.minValue(1)),
  maximized: v.boolean(),
  zoom: v.optional(v.pipe(v.number(), v.minValue(0.2), v.maxValue(6)), 1),
});

/** A saved place: bounds in screen coordinates, whether the window was maximized, and the page's zoom factor. */
export type WindowPlacement = v.InferOutput<typeof placementSchema>;

/** Where to open a window. Without a position it is centered. */
export type InitialPlacement = Pick<WindowPlacement, 'width' | 'height' | 'maximized' | 'zoom'> &
  Partial<Rectangle>;

/**
 * The place to open the window at: the saved one if a screen shows enough of it, otherwise only its size.
 * @param saved the stored value, not validated yet
 * @param screens work areas of all screens
 */
export function placeOnScreen(saved: unknown, screens: readonly Rectangle[]): InitialPlacement {
  const parsed = v.safeParse(placementSchema, saved);
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
export function readPlacement(database: Database, screens: readonly Rectangle[]): InitialPlacement {
  const saved = database.read((tables) => tables.settings.get(SETTING));
  return placeOnScreen(saved.ok ? saved.value : null, screens);
}

/** Saves a window's place for the next launch. */
export function savePlacement(database: Database, window: BrowserWindow): void {
  const place: WindowPlacement = {
    ...window.getNormalBounds(),
    maximized: window.isMaximized(),
    zoom: window.webContents.getZoomFactor(),
  };
  database.write((tables) => tables.settings.put(SETTING, place));
}

/** Saves the window's place when it closes. A failure does not prevent closing. */
export function savePlacementOnClose(database: Database, window: BrowserWindow): void {
  window.on('close', () => savePlacement(database, window));
}
