/**
 * The boot window. It opens before the rest of main is loaded, so that Chromium starts the page's process in
 * parallel. It stays hidden until its first paint, and its script waits until the IPC gate listens to calls.
 * main-window.ts takes the boot window over. It creates later windows with `createWindow`.
 */
import { join } from 'node:path';
import { BrowserWindow, nativeTheme, type WebPreferences } from 'electron';
import { pageBackground } from './appearance';
import { restrictSessions, WINDOW_PARTITION } from './security-restrictions';
import { PAGE_URL } from './app-protocol';
import type { Environment } from './environment';
import { serveScheme } from './scheme';

/** Smallest window that the layout supports, in CSS pixels. */
export const MIN_SIZE = { width: 860, height: 560 };

/** Default window size, in CSS pixels. */
export const DEFAULT_SIZE = { width: 1180, height: 800 };

/** Options of a new window. */
export interface WindowOptions {
  /** Absolute path of the build output, which contains the preload script. */
  out: string;
  packaged: boolean;
}

/** Blink features that are off for every page, because they reach the system or the screen outside of our window. */
const REFUSED_FEATURES = [
  // The functions that open the system's file dialogs, such as `showOpenFilePicker`.
  'FileSystemAccessLocal',
  // The color picker that reads the whole screen.
  'EyeDropperAPI',
  // A window of the page's choice that stays on top. A setting turns off the one for videos (security-restrictions.ts).
  'DocumentPictureInPictureAPI',
];

/**
 * What every page of the app is denied. The session and the preload script come from the caller.
 * @param packaged whether the build is packaged; only others have developer tools
 */
export const protectedPreferences = (packaged: boolean): WebPreferences => ({
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
  disableBlinkFeatures: REFUSED_FEATURES.join(','),
  // The spell checker would download dictionaries from Google.
  spellcheck: false,
  devTools: !packaged,
});

/** Creates a window: sandboxed, empty, and hidden until its first paint. */
export function createWindow({ out, packaged }: WindowOptions): BrowserWindow {
  return new BrowserWindow({
    ...DEFAULT_SIZE,
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    show: false,
    title: 'Letterhead',
    backgroundColor: pageBackground(nativeTheme.shouldUseDarkColors),
    webPreferences: {
      preload: join(out, 'preload/index.cjs'),
      partition: WINDOW_PARTITION,
      // By default, Chromium keeps compiled code from the third start on, and only that of functions that have run by then.
      v8CacheOptions: 'bypassHeatCheckAndEagerCompile',
      ...protectedPreferences(packaged),
    },
  });
}

/** Longest wait for the first paint of a page that has loaded, in ms. */
const PAINT_LIMIT_MS = 500;

/**
 * Calls `show` after the first paint of a hidden window, or half a second after its page has loaded, whichever is earlier.
 * Chromium sometimes paints a hidden window only once it is shown, and then `ready-to-show` never comes.
 */
export function showAfterPaint(window: BrowserWindow, show: () => void): void {
  let isDone = false;
  const run = (): void => {
    // What has crashed meanwhile asks the person, and must not appear on top of that question.
    if (isDone || window.isDestroyed() || window.webContents.isCrashed()) return;
    isDone = true;
    show();
  };
  window.once('ready-to-show', run);
  window.webContents.once('did-finish-load', () => setTimeout(run, PAINT_LIMIT_MS));
}

/** Restricts the sessions, opens the window, and starts to load its page. */
export function openBootWindow(environment: Environment) {
  /** Call when main listens to the page's calls, so that the page's script may run. */
  let listening: () => void = () => undefined;
  const whenListening = new Promise<void>((resolve) => {
    listening = resolve;
  });
  restrictSessions(environment.developmentPage);
  serveScheme(join(environment.out, 'renderer'), whenListening);
  let window: BrowserWindow | null = createWindow(environment);
  void window.loadURL(environment.developmentPage ?? PAGE_URL);
  return {
    /** Hands the window over to the caller; null when it has been handed over already. */
    take(): BrowserWindow | null {
      const taken = window;
      window = null;
      return taken;
    },
    listening,
  };
}

/** The boot window while main is loading. */
export type BootWindow = ReturnType<typeof openBootWindow>;
