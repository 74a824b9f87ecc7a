/**
 * The help window: the guide, the shortcuts and the part for IT, from the app's own files. It has the restrictions of
 * the main window, no bridge, and one script of its own (build/help/find.js). Only this module navigates it: a link
 * to one of our pages shows that page, an allowed link opens the browser, and any other does nothing. Loaded when
 * help is first opened.
 */
import { join } from 'node:path';
import { BrowserWindow, Menu, nativeTheme, session, shell } from 'electron';
import { m } from '../../shared/messages';
import { locale } from '../../shared/messages/locale';
import { pageBackground } from './appearance';
import { protectedPreferences, showAfterPaint } from './boot-window';
import type { Environment } from './environment';
import { helpActionOf, zoomAfter } from './help-keys';
import { CLOSE_URL, HELP_SITE, helpPageAt, helpUrl, type HelpPage } from './help-pages';
import { createOpenThrottle, openLink } from './open-external';
import { bringForward } from './main-window';
import { serveScheme } from './scheme';
import { restrictSession } from './security-restrictions';

/** The session of the help window, in memory: it remembers nothing. */
const HELP_PARTITION = 'help';

/** Window size, in CSS pixels. */
const SIZE = { width: 1060, height: 800, minWidth: 400, minHeight: 320 };

/** What a click on a link does: our pages and allowed links only. Esc is a link, too. */
function followLinks(window: BrowserWindow, show: (page: HelpPage, heading: string) => void): void {
  const throttleOpening = createOpenThrottle(() => performance.now());
  // Every navigation is prevented (security-restrictions.ts); the event only says what was clicked.
  window.webContents.on('will-frame-navigate', ({ url, isMainFrame }) => {
    const page = helpPageAt(url);
    if (!isMainFrame) return;
    if (url === CLOSE_URL) window.close();
    else if (page) show(page, new URL(url).hash);
    else void openLink(url, (address) => throttleOpening(() => shell.openExternal(address)));
  });
}

/** The keys of the window. It has no menu, because that of the app belongs to the main window. */
function handleKeys(window: BrowserWindow, show: (page: HelpPage) => void): void {
  const contents = window.webContents;
  contents.on('before-input-event', (event, input) => {
    const action = helpActionOf(input, process.platform);
    if (action === null) return;
    event.preventDefault();
    if (action === 'close') window.close();
    else if (action === 'guide') show('guide');
    else if (action === 'back') contents.navigationHistory.goBack();
    else if (action === 'forward') contents.navigationHistory.goForward();
    else contents.setZoomLevel(zoomAfter(action, contents.getZoomLevel()));
  });
}

/** The context menu of a selected text. */
function offerCopy(window: BrowserWindow): void {
  window.webContents.on('context-menu', (_event, { selectionText }) => {
    if (selectionText.trim() === '') return;
    Menu.buildFromTemplate([{ role: 'copy', label: m.common_copy() }]).popup({ window });
  });
}

/**
 * Closes the help window when the last other window closes, so that the app quits. On macOS the app and the help window
 * stay open.
 */
function closeWithLastWindow(window: BrowserWindow): void {
  const others = (): BrowserWindow[] =>
    BrowserWindow.getAllWindows().filter((other) => other !== window && !other.isDestroyed());
  for (const other of others()) {
    other.once('closed', () => {
      if (window.isDestroyed()) return;
      if (others().length > 0) closeWithLastWindow(window);
      else if (process.platform !== 'darwin') window.close();
    });
  }
}

/** Builds the help; its window opens with `show`. */
export function createHelp({ out, icon, packaged }: Environment) {
  let window: BrowserWindow | null = null;
  const helpSession = session.fromPartition(HELP_PARTITION);
  restrictSession(helpSession, null);
  serveScheme(join(out, 'help'), Promise.resolve(), { partition: HELP_PARTITION, site: HELP_SITE });

  /** `heading` is the hash of a heading, or empty. */
  const load = (target: BrowserWindow, page: HelpPage, heading = ''): void => {
    const address = helpUrl(page, locale().language, process.platform) + heading;
    // Another click while a page loads aborts that load, which rejects.
    void target.loadURL(address).catch(() => undefined);
  };

  function open(page: HelpPage): void {
    const opened = new BrowserWindow({
      ...SIZE,
      show: false,
      title: m.app_name(),
      ...(process.platform === 'darwin' ? {} : { icon }),
      backgroundColor: pageBackground(nativeTheme.shouldUseDarkColors),
      webPreferences: {
        ...protectedPreferences(packaged),
        partition: HELP_PARTITION,
      },
    });
    window = opened;
    if (process.platform !== 'darwin') opened.removeMenu();
    followLinks(opened, show);
    handleKeys(opened, show);
    offerCopy(opened);
    closeWithLastWindow(opened);
    showAfterPaint(opened, () => opened.show());
    opened.webContents.on('render-process-gone', () => opened.destroy());
    const forget = (): void => {
      if (window === opened) window = null;
    };
    // Focusing a closing window crashes the app (see `bringForward`), so F1 opens a new one instead.
    opened.on('close', forget);
    opened.on('closed', forget);
    load(opened, page);
  }

  function show(page: HelpPage, heading?: string): void {
    if (!window) return open(page);
    // The page that is open keeps its place.
    if (helpPageAt(window.webContents.getURL()) !== page) load(window, page, heading);
    bringForward(window);
  }

  return {
    /** Shows a page in the current language; opens the window, or brings it to the front. */
    show: (page: HelpPage): void => show(page),
    /** Shows the open page in the current language; call when the language has changed. */
    translate(): void {
      const page = window && helpPageAt(window.webContents.getURL());
      if (window && page) load(window, page);
    },
  };
}

/** The help window, which may be closed. */
export type Help = ReturnType<typeof createHelp>;
