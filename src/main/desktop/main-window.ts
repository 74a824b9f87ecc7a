/** The window there is right now: opened, watched, and replaced at its place when its page has failed. */
import type { BrowserWindow } from 'electron';
import type { LogUnexpected } from '../support/log';
import { createEmit, type Emit } from '../ipc';
import { watchWindow } from './crash-window';
import { setUpWindow, type SetUpOptions, type WindowSetUp } from './tending';
import { createWindow, type WindowParts } from './window';
import { keepPlace } from './window-state';

/** What keeping one window needs. */
export interface MainWindowOptions extends Omit<SetUpOptions, 'onClosed' | 'emit'>, WindowParts {
  /** The address of its page. */
  page: string;
  /** Absolute path of its icon. */
  icon: string;
  /** The window that is open already and loads its page, the first time; or null. */
  first: () => BrowserWindow | null;
  log: LogUnexpected;
  /** The details for support. */
  details: () => string;
  quit: () => void;
  /** Called when a window's page is there, before the window shows. */
  onPage: (emit: Emit) => void;
  /** The organization whose page is open, or null: a window that takes the place of another shows it. */
  openId: () => string | null;
}

/** The window there is. */
export interface MainWindow {
  /** Sends an event to its page. */
  emit: Emit;
  /** The window, or null while there is none. */
  current(): BrowserWindow | null;
  /** Opens it; there is none yet. */
  show(): void;
  /** Its list is on screen: what only decorates the window is read now. */
  painted(): void;
  /** It may close; the newest texts of these organizations could not be kept. */
  flushed(unsaved: readonly string[]): void;
}

/** Keeps one window; none is open before `show`. */
export function createMainWindow(options: MainWindowOptions): MainWindow {
  const { store, log, details, quit, onPage, openId } = options;
  let main: WindowSetUp | null = null;
  const emit = createEmit(
    (channel, payload) => main?.window.webContents.send(channel, payload),
    log,
  );

  function show(): void {
    const first = options.first();
    const window = first ?? createWindow(options);
    const opened = setUpWindow(window, {
      store,
      emit,
      onClosed: () => {
        // One that was replaced closes after the next one opened.
        if (main === opened) main = null;
      },
    });
    main = opened;
    window.webContents.once('dom-ready', () => onPage(emit));
    watchWindow(window, { log, details, quit, replace: () => replace(window) });
    if (!first) void window.loadURL(options.page);
  }

  function replace(before: BrowserWindow): void {
    keepPlace(store, before);
    show();
    main?.window.webContents.once('did-finish-load', () => {
      const organizationId = openId();
      if (organizationId !== null) emit('showRequested', { organizationId });
    });
    // Only now: without any window the app would end.
    before.destroy();
  }

  return {
    emit,
    current: () => main?.window ?? null,
    show,
    painted() {
      // Decoding it takes 6 ms, in which the page could not say that it has painted. On macOS the bundle has it.
      if (process.platform !== 'darwin') main?.window.setIcon(options.icon);
    },
    flushed: (unsaved) => main?.flushed(unsaved),
  };
}
