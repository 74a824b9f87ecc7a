/**
 * The window that opens before the rest of main is read. It stays hidden until it has painted, and its
 * script waits until everything it asks for is listened to; meanwhile Chromium starts its process.
 */
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import { guardSession } from './security-restrictions';
import { PAGE_URL } from './app-protocol';
import type { Place } from './environment';
import { serveScheme } from './scheme';
import { createWindow } from './window';

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
