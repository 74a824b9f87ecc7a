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
  /** Ends what lies outside; the app is about to go, and its window is closed. */
  stop: () => void;
  /**
   * What is still to be done then, or null. It gives what comes last of all, with the database closed:
   * that quits by itself. Never rejects.
   */
  finish: () => Promise<() => void> | null;
  /** Closes the database. */
  close: () => void;
  /** Somebody started the app again while `finish` runs. */
  startedMeanwhile: () => void;
}

/** Follows the app's events from now on. */
export function followLifecycle(options: LifecycleOptions): void {
  const { app, platform, current, show } = options;
  let quitting = false;
  let ending: 'not yet' | 'begun' | 'over' = 'not yet';

  /** Ends everything; gives what quitting has to wait for, or null. */
  function end(): Promise<void> | null {
    options.stop();
    const finishing = options.finish();
    if (!finishing) {
      options.close();
      ending = 'over';
      return null;
    }
    ending = 'begun';
    return finishing.then((last) => {
      options.close();
      ending = 'over';
      last();
    });
  }

  app.on('activate', () => {
    if (!current() && ending === 'not yet') show();
  });
  app.on('second-instance', () => {
    if (ending !== 'not yet') return options.startedMeanwhile();
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
  app.on('will-quit', (event) => {
    if (ending === 'over') return;
    if (ending === 'begun' || end()) event.preventDefault();
  });
}
