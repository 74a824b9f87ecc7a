/**
 * The main window: restores its place, shows it only after its first paint, and delays closing until typed
 * text is kept.
 */
import { dialog, screen, type BrowserWindow } from 'electron';
import { m } from '../../shared/messages';
import { listText } from '../../shared/messages/locale';
import type { Emit } from '../ipc';
import type { Store } from '../database/tables';
import { readPlace, rememberPlace, type PlaceToOpen } from './window-state';

/** How long closing waits for a page that does not answer, in ms. Main may be blocked by its disk. */
const FLUSH_LIMIT_MS = 3_000;
/** Most names in the question whether to close. */
const MOST_NAMES = 3;

/** What the main window needs. */
export interface SetUpOptions {
  store: Store;
  emit: Emit;
  onClosed: () => void;
}

/** The window, and what to call when its page has tried to keep what is typed. */
export interface WindowSetUp {
  window: BrowserWindow;
  /** The newest texts of these organizations could not be kept. */
  flushed(unsaved: readonly string[]): void;
}

/** Asks whether to close although texts would be lost. */
async function asksToClose(
  window: BrowserWindow,
  store: Store,
  unsaved: readonly string[],
): Promise<boolean> {
  const read = store.read(({ organizations }) => unsaved.map((id) => organizations.get(id)?.name));
  const known = read.ok ? read.value.filter((name) => name !== undefined) : [];
  const names = known.length > 0 && known.length <= MOST_NAMES ? listText(known) : null;
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    title: m.app_name(),
    message: names
      ? m.desktop_unsaved_named({ names })
      : m.desktop_unsaved({ count: unsaved.length }),
    detail: m.desktop_unsaved_detail(),
    buttons: [m.desktop_unsaved_stay(), m.desktop_unsaved_close()],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}

/** Delays closing until the page has kept what is typed, or the person closes it anyway. */
function holdClosing(window: BrowserWindow, store: Store, emit: Emit): WindowSetUp['flushed'] {
  let kept = false;
  let asking = false;
  let limit: NodeJS.Timeout | undefined;
  const close = (): void => {
    kept = true;
    if (!window.isDestroyed()) window.close();
  };
  window.on('close', (event) => {
    if (kept || window.webContents.isCrashed()) return;
    event.preventDefault();
    if (asking) return;
    emit('closing', null);
    clearTimeout(limit);
    limit = setTimeout(close, FLUSH_LIMIT_MS);
  });
  return (unsaved) => {
    clearTimeout(limit);
    if (unsaved.length === 0) return close();
    if (asking) return;
    asking = true;
    void asksToClose(window, store, unsaved)
      .then((isSure) => {
        if (isSure) close();
      })
      .finally(() => (asking = false));
  };
}

/** Puts a hidden window where it was the last time. */
function putInPlace(window: BrowserWindow, { x, y, width, height }: PlaceToOpen): void {
  window.setSize(width, height);
  if (x === undefined || y === undefined) window.center();
  else window.setPosition(x, y);
}

/** Sets up a window that is still hidden: its place, when it is shown, how it closes. */
export function setUpWindow(window: BrowserWindow, options: SetUpOptions): WindowSetUp {
  const { store, emit } = options;
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const place = readPlace(store, screens);
  putInPlace(window, place);
  window.once('ready-to-show', () => {
    if (place.maximized) window.maximize();
    window.show();
  });
  const flushed = holdClosing(window, store, emit);
  rememberPlace(store, window);
  window.on('closed', options.onClosed);
  return { window, flushed };
}
