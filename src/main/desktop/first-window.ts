/**
 * The window that opens before the rest of main is read. It stays hidden, and its page waits: until it is
 * known how it looks and where it was, and until everything it asks for is listened to.
 */
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import type { Locale } from '../../shared/language';
import { guardSession } from './guards';
import { PAGE_URL } from './page-files';
import type { Place } from './prepare';
import { serveScheme } from './scheme';
import { createWindow } from './window';

/** The first window and its page. */
export interface FirstWindow {
  /** The window, for whoever looks after it from now on; null once it was taken. */
  take(): BrowserWindow | null;
  /** Gives out the page from now on, in the language spoken whenever it is asked for. */
  giveOut(language: () => Locale): void;
}

/** Guards the session, opens the window, and begins to load its page. */
export function openFirstWindow(place: Place): FirstWindow {
  let giveOut: FirstWindow['giveOut'] = () => undefined;
  const listening = new Promise<() => Locale>((resolve) => {
    giveOut = resolve;
  });
  guardSession();
  serveScheme(join(place.out, 'renderer'), async () => (await listening)());
  let window: BrowserWindow | null = createWindow(place);
  if (place.developmentPage === null) void window.loadURL(PAGE_URL);
  return {
    take() {
      const taken = window;
      window = null;
      return taken;
    },
    giveOut: (language) => giveOut(language),
  };
}
