/**
 * The window that opens before the rest of main is read. It stays hidden until it has painted, and its
 * script waits until everything it asks for is listened to; meanwhile Chromium starts its process.
 */
import { join } from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import { pageBackground } from './appearance';
import { guardSession } from './security-restrictions';
import { PAGE_URL } from './app-protocol';
import type { Place } from './environment';
import { serveScheme } from './scheme';

/** The smallest window the layout is made for. */
export const MIN_SIZE = { width: 860, height: 560 };

/** The size of a window that was never anywhere. */
export const DEFAULT_SIZE = { width: 1180, height: 800 };

/** What a window is made from. */
export interface WindowParts {
  /** Folder of the built parts (preload). */
  out: string;
  packaged: boolean;
}

/** Makes a window: hidden, empty, closed in on every side. */
export function createWindow({ out, packaged }: WindowParts): BrowserWindow {
  return new BrowserWindow({
    ...DEFAULT_SIZE,
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    show: false,
    title: 'Letterhead',
    backgroundColor: pageBackground(nativeTheme.shouldUseDarkColors),
    webPreferences: {
      preload: join(out, 'preload/index.cjs'),
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
      devTools: !packaged,
    },
  });
}

/** The first window and its page. */
export interface BootWindow {
  /** The window, for whoever looks after it from now on; null once it was taken. */
  take(): BrowserWindow | null;
  /** Main listens: the script of the page may run. */
  listening(): void;
}

/** Guards the session, opens the window, and begins to load its page. */
export function openFirstWindow(place: Place): BootWindow {
  let listening: BootWindow['listening'] = () => undefined;
  const listens = new Promise<void>((resolve) => {
    listening = resolve;
  });
  guardSession();
  serveScheme(join(place.out, 'renderer'), listens);
  let window: BrowserWindow | null = createWindow(place);
  void window.loadURL(place.developmentPage ?? PAGE_URL);
  return {
    take() {
      const taken = window;
      window = null;
      return taken;
    },
    listening,
  };
}
