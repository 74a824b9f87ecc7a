/** When the window comes and goes, and when the app ends: the habits of each platform. */
import type { App, BrowserWindow } from 'electron';
import { bringForward } from './forward';

/** What the lifecycle needs. */
export interface LifecycleOptions {
  app: Pick<App, 'on' | 'quit'>;
  platform: NodeJS.Platform;
  /** The window, or null while there is none (macOS: the app goes on without). */
  current: () => BrowserWindow | null;
  /** Opens the window. */
  show: () => void;
  /** Ends everything; the app is about to go. */
  stop: () => void;
}

/** Follows the app's events from now on. */
export function followLifecycle({ app, platform, current, show, stop }: LifecycleOptions): void {
  let quitting = false;
  app.on('activate', () => {
    if (!current()) show();
  });
  app.on('second-instance', () => {
    const window = current();
    if (!window) return show();
    bringForward(window);
  });
  // A window that waits for what is typed to be kept makes Electron give up quitting, so whether
  // somebody wanted that is remembered here: on macOS a closed window alone does not end the app.
  app.on('before-quit', () => {
    quitting = true;
  });
  app.on('window-all-closed', () => {
    if (quitting || platform !== 'darwin') app.quit();
  });
  app.on('will-quit', stop);
}
