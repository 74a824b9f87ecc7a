/**
 * The main window: restores its place, shows it only after its first paint, delays closing until typed
 * text is kept, and replaces it at its place when its page has failed.
 */
import { dialog, screen, type BrowserWindow } from 'electron';
import { m } from '../../shared/messages';
import { listText } from '../../shared/messages/locale';
import type { Store } from '../database/tables';
import { createEmit, type Emit } from '../ipc';
import type { LogUnexpected } from '../support/log';
import { createWindow, type WindowParts } from './boot-window';
import { watchWindow } from './crash-window';
import { keepPlace, readPlace, rememberPlace, type PlaceToOpen } from './window-state';

/** How long closing waits for a page that does not answer, in ms. Main may be blocked by its disk. */
const FLUSH_LIMIT_MS = 3_000;
/** Most names in the question whether to close. */
const MOST_NAMES = 3;

/** What the main window needs. */
export interface SetUpOptions {
  store: Store;
  emit: Emit;
  onClosed: () => void;
}

/** The window, and what to call when its page has tried to keep what is typed. */
export interface WindowSetUp {
  window: BrowserWindow;
  /** The newest texts of these organizations could not be kept. */
  flushed(unsaved: readonly string[]): void;
}

/** Asks whether to close although texts would be lost. */
async function asksToClose(
  window: BrowserWindow,
  store: Store,
  unsaved: readonly string[],
): Promise<boolean> {
  const read = store.read(({ organizations }) => unsaved.map((id) => organizations.get(id)?.name));
  const known = read.ok ? read.value.filter((name) => name !== undefined) : [];
  const names = known.length > 0 && known.length <= MOST_NAMES ? listText(known) : null;
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    title: m.app_name(),
    message: names
      ? m.desktop_unsaved_named({ names })
      : m.desktop_unsaved({ count: unsaved.length }),
    detail: m.desktop_unsaved_detail(),
    buttons: [m.desktop_unsaved_stay(), m.desktop_unsaved_close()],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}

/** Delays closing until the page has kept what is typed, or the person closes it anyway. */
function holdClosing(window: BrowserWindow, store: Store, emit: Emit): WindowSetUp['flushed'] {
  let kept = false;
  let asking = false;
  let limit: NodeJS.Timeout | undefined;
  const close = (): void => {
    kept = true;
    if (!window.isDestroyed()) window.close();
  };
  window.on('close', (event) => {
    if (kept || window.webContents.isCrashed()) return;
    event.preventDefault();
    if (asking) return;
    emit('closing', null);
    clearTimeout(limit);
    limit = setTimeout(close, FLUSH_LIMIT_MS);
  });
  return (unsaved) => {
    clearTimeout(limit);
    if (unsaved.length === 0) return close();
    if (asking) return;
    asking = true;
    void asksToClose(window, store, unsaved)
      .then((isSure) => {
        if (isSure) close();
      })
      .finally(() => (asking = false));
  };
}

/** Puts a hidden window where it was the last time. */
function putInPlace(window: BrowserWindow, { x, y, width, height }: PlaceToOpen): void {
  window.setSize(width, height);
  if (x === undefined || y === undefined) window.center();
  else window.setPosition(x, y);
}

/** Sets up a window that is still hidden: its place, when it is shown, how it closes. */
export function setUpWindow(window: BrowserWindow, options: SetUpOptions): WindowSetUp {
  const { store, emit } = options;
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const place = readPlace(store, screens);
  putInPlace(window, place);
  window.once('ready-to-show', () => {
    if (place.maximized) window.maximize();
    window.show();
  });
  const flushed = holdClosing(window, store, emit);
  rememberPlace(store, window);
  window.on('closed', options.onClosed);
  return { window, flushed };
}

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

/** Brings a window in front of all others, ready for the keyboard. */
export function bringForward(
  window: Pick<BrowserWindow, 'isMinimized' | 'restore' | 'focus'>,
): void {
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** What showing something in the window needs. */
export interface ShowInWindowOptions {
  /** The window, or null while there is none (macOS: the app goes on without). */
  current: () => BrowserWindow | null;
  /** Opens the window. */
  open: () => void;
}

/** Brings the window forward, opening it if need be, and runs `tell` when its page can hear of it. */
export function showInWindow({ current, open }: ShowInWindowOptions, tell: () => void): void {
  const before = current();
  if (before) {
    bringForward(before);
    tell();
    return;
  }
  open();
  current()?.webContents.once('did-finish-load', tell);
}
