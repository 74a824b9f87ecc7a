/** The one window as it is made: sandboxed, closed in on every side, hidden until it is tended. */
import { join } from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import { pageBackground } from './appearance';
import { DEFAULT_SIZE, MIN_SIZE } from './window-size';

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
