/** Where the window was: remembered in the database, used again only where a screen still shows it. */
import type { BrowserWindow, Rectangle } from 'electron';
import * as v from 'valibot';
import type { Store } from '../database/tables';
import { DEFAULT_SIZE, MIN_SIZE } from './boot-window';

const SETTING = 'window-place';
/** So much of the title bar must be on a screen for a person to be able to drag the window. */
const VISIBLE = 80;

const placeSchema = v.object({
  x: v.pipe(v.number(), v.integer()),
  y: v.pipe(v.number(), v.integer()),
  width: v.pipe(v.number(), v.integer(), v.minValue(1)),
  height: v.pipe(v.number(), v.integer(), v.minValue(1)),
  maximized: v.boolean(),
});

/** A remembered place: bounds in screen coordinates, and whether the window filled the screen. */
export type Place = v.InferOutput<typeof placeSchema>;

/** Where to open a window; without a position in the middle of the screen. */
export type PlaceToOpen = Pick<Place, 'width' | 'height' | 'maximized'> & Partial<Rectangle>;

/**
 * The bounds to open the window with: the remembered ones if a screen shows enough of them.
 * @param saved the value from the settings, of any shape
 * @param screens the work areas of all screens
 */
export function placeFor(saved: unknown, screens: readonly Rectangle[]): PlaceToOpen {
  const parsed = v.safeParse(placeSchema, saved);
  if (!parsed.success) return { ...DEFAULT_SIZE, maximized: false };
  const { x, y, maximized } = parsed.output;
  const width = Math.max(parsed.output.width, MIN_SIZE.width);
  const height = Math.max(parsed.output.height, MIN_SIZE.height);
  const reachable = screens.some(
    (screen) =>
      x + width >= screen.x + VISIBLE &&
      x <= screen.x + screen.width - VISIBLE &&
      y >= screen.y - 1 &&
      y <= screen.y + screen.height - VISIBLE,
  );
  return reachable ? { x, y, width, height, maximized } : { width, height, maximized };
}

/** The place as the database remembers it, or the default. */
export function readPlace(store: Store, screens: readonly Rectangle[]): PlaceToOpen {
  const saved = store.read((tables) => tables.settings.get(SETTING));
  return placeFor(saved.ok ? saved.value : null, screens);
}

/** Keeps the place of a window for the next one. */
export function keepPlace(store: Store, window: BrowserWindow): void {
  const place: Place = { ...window.getNormalBounds(), maximized: window.isMaximized() };
  store.write((tables) => tables.settings.put(SETTING, place));
}

/** Remembers the window's place when it closes; a failure is no reason to keep it open. */
export function rememberPlace(store: Store, window: BrowserWindow): void {
  window.on('close', () => keepPlace(store, window));
}
