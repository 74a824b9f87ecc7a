/** The one window: sandboxed, shown only when it has painted, never closed before typing is kept. */
import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { pageBackground } from './appearance';
import type { Emit } from '../ipc';
import type { Store } from '../store/tables';
import { MIN_SIZE, readPlace, rememberPlace } from './window-place';

/** How long closing waits for the page to keep what is typed. */
const FLUSH_LIMIT_MS = 1_000;

/** What the window needs. */
export interface WindowOptions {
  /** The address of its page, with the language it starts in. */
  page: () => string;
  /** Folder of the built parts (preload, icons). */
  out: string;
  icon: string;
  store: Store;
  emit: Emit;
  packaged: boolean;
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

/** Opens the window and starts loading its page. */
export function openWindow(options: WindowOptions): MainWindow {
  const { store, emit } = options;
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const { maximized, ...bounds } = readPlace(store, screens);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    show: false,
    title: 'Letterhead',
    icon: options.icon,
    backgroundColor: pageBackground(nativeTheme.shouldUseDarkColors),
    webPreferences: {
      preload: join(options.out, 'preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // The spell checker would fetch dictionaries from elsewhere.
      spellcheck: false,
      devTools: !options.packaged,
    },
  });
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    window.show();
  });
  const flushed = holdClosing(window, emit);
  rememberPlace(store, window);
  window.on('closed', options.onClosed);
  void window.loadURL(options.page());
  return { window, flushed };
}
