/**
 * Looking after the window: where it is, that it shows only when it has painted, and that it is never
 * closed before typing is kept.
 */
import { screen, type BrowserWindow } from 'electron';
import type { Emit } from '../ipc';
import type { Store } from '../store/tables';
import { readPlace, rememberPlace, type PlaceToOpen } from './window-place';

/** How long closing waits for the page to keep what is typed. */
const FLUSH_LIMIT_MS = 1_000;

/** What looking after a window needs. */
export interface TendingOptions {
  icon: string;
  store: Store;
  emit: Emit;
  onClosed: () => void;
}

/** The window and the answer to "everything typed is kept". */
export interface MainWindow {
  window: BrowserWindow;
  flushed(): void;
}

function holdClosing(window: BrowserWindow, emit: Emit): () => void {
  let kept = false;
  const close = (): void => {
    kept = true;
    if (!window.isDestroyed()) window.close();
  };
  window.on('close', (event) => {
    if (kept || window.webContents.isCrashed()) return;
    event.preventDefault();
    emit('closing', null);
    setTimeout(close, FLUSH_LIMIT_MS);
  });
  return close;
}

/** Puts a hidden window where it was the last time. */
function putInPlace(window: BrowserWindow, { x, y, width, height }: PlaceToOpen): void {
  window.setSize(width, height);
  if (x === undefined || y === undefined) window.center();
  else window.setPosition(x, y);
}

/** Looks after a window that is still hidden: its place, when it is shown, how it closes. */
export function tendWindow(window: BrowserWindow, options: TendingOptions): MainWindow {
  const { store, emit } = options;
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const place = readPlace(store, screens);
  putInPlace(window, place);
  window.once('ready-to-show', () => {
    if (place.maximized) window.maximize();
    window.show();
    // After what a person waits for: reading it takes 10 ms. On macOS the bundle has it.
    if (process.platform !== 'darwin') window.setIcon(options.icon);
  });
  const flushed = holdClosing(window, emit);
  rememberPlace(store, window);
  window.on('closed', options.onClosed);
  return { window, flushed };
}
