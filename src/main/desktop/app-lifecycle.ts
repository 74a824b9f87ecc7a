/** When the window opens and when the app quits, by the conventions of each platform. */
import type { App, BrowserWindow } from 'electron';
import { bringForward } from './main-window';

/** Dependencies of the lifecycle. */
export interface LifecycleOptions {
  app: Pick<App, 'on' | 'quit'>;
  /** Receives the signals that ask the app to end. */
  signals: Pick<NodeJS.Process, 'on'>;
  platform: NodeJS.Platform;
  /** The window, or null while there is none (macOS: the app continues without one). */
  current: () => BrowserWindow | null;
  /** Opens the window. */
  show: () => void;
  /** Saves what only the app has, if the file of its database was moved. */
  saveUnasked: () => void;
  /** Closes the database. */
  close: () => void;
}

/** Signals that ask the app to end: at the end of a session, of a terminal or by Ctrl+C in it. */
const END_SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/** The services that stop when the app quits. */
export interface RunningServices {
  /** Stops the services. Called when the window is closed and the app is about to quit. */
  stop(): void;
  /**
   * Starts the work that remains after `stop`; null if there is none. Resolves with the last step, which is called
   * when the database is closed and must quit the app. Never rejects.
   */
  finish(): Promise<() => void> | null;
  /** Called when the person starts the app again while `finish` is running. */
  onStartedAgain(): void;
}

/** Subscribes to the app's events. */
export function followLifecycle(options: LifecycleOptions) {
  const { app, platform, current, show } = options;
  let services: RunningServices | null = null;
  let isQuitting = false;
  let shutdown: 'none' | 'running' | 'done' = 'none';

  function close(): void {
    options.saveUnasked();
    options.close();
  }

  /** Stops everything; returns what quitting has to wait for, or null. */
  function shutDown(): Promise<void> | null {
    services?.stop();
    const finishing = services?.finish();
    if (!finishing) {
      close();
      shutdown = 'done';
      return null;
    }
    shutdown = 'running';
    return finishing.then((quit) => {
      close();
      shutdown = 'done';
      quit();
    });
  }

  // No one may be there to answer a question, and the system kills the app soon.
  const quitUnasked = (): void => {
    options.saveUnasked();
    app.quit();
  };
  for (const signal of END_SIGNALS) options.signals.on(signal, quitUnasked);
  app.on('activate', () => {
    if (!current() && shutdown === 'none') show();
  });
  app.on('second-instance', () => {
    if (shutdown !== 'none') return services?.onStartedAgain();
    const window = current();
    if (window) bringForward(window);
    // Elsewhere the app is about to quit with its window, and a new one would have no services.
    else if (platform === 'darwin') show();
  });
  // A window that delays closing makes Electron cancel the quit, so remember that the person wanted to quit. On
  // macOS, closing the window alone must not quit the app.
  app.on('before-quit', () => {
    isQuitting = true;
  });
  app.on('window-all-closed', () => {
    if (isQuitting || platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (shutdown === 'done') return;
    if (shutdown === 'running' || shutDown()) event.preventDefault();
  });
  return {
    /** Sets the services to stop when the app quits. */
    stopOnQuit: (running: RunningServices): void => void (services = running),
    /** Call when the person chose not to close the window: the app does not quit then. */
    onStayed: (): void => void (isQuitting = false),
  };
}
