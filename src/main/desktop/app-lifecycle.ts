/** When the window comes and goes, and when the app ends: the habits of each platform. */
import type { App, BrowserWindow } from 'electron';
import { bringForward } from './main-window';

/** What the lifecycle needs. */
export interface LifecycleOptions {
  app: Pick<App, 'on' | 'quit'>;
  platform: NodeJS.Platform;
  /** The window, or null while there is none (macOS: the app goes on without). */
  current: () => BrowserWindow | null;
  /** Opens the window. */
  show: () => void;
  /** Closes the database. */
  close: () => void;
}

/** What runs besides the window, and ends with the app. */
export interface RunningServices {
  /** Ends them; the app is about to quit, and its window is closed. */
  stop(): void;
  /**
   * What is still to be done then, or null. Resolves with the very last step, for when the database is
   * closed: that step quits the app. Never rejects.
   */
  finish(): Promise<() => void> | null;
  /** The person started the app again while `finish` runs. */
  startedMeanwhile(): void;
}

/** Follows the app's events from now on; the answer takes the services that end with the app. */
export function followLifecycle(options: LifecycleOptions): (services: RunningServices) => void {
  const { app, platform, current, show } = options;
  let services: RunningServices | null = null;
  let quitting = false;
  let ending: 'not yet' | 'begun' | 'over' = 'not yet';

  /** Ends everything; gives what quitting has to wait for, or null. */
  function end(): Promise<void> | null {
    services?.stop();
    const finishing = services?.finish();
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
    if (ending !== 'not yet') return services?.startedMeanwhile();
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
  return (running) => void (services = running);
}
