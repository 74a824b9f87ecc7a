/**
 * The main window. Restores its position, shows it after the first paint, delays closing until typed text
 * is saved, and replaces it when its page has failed.
 */
import { dialog, screen, type BrowserWindow, type ContextMenuParams } from 'electron';
import { m } from '../../shared/messages';
import { nameOf } from '../../shared/messages/entry-name';
import { listText } from '../../shared/messages/locale';
import { entryNameOf } from '../../shared/organization';
import type { Database } from '../database';
import { createEmit, type Emit } from '../ipc';
import type { LogUnexpected } from '../support';
import { createWindow, showAfterPaint, type WindowOptions } from './boot-window';
import { watchWindow } from './crash-window';
import {
  savePlacement,
  readPlacement,
  savePlacementOnClose,
  type InitialPlacement,
} from './window-placement';

/**
 * How long closing waits for the page's answer: this many times this many ms. A slow disk may block main for longer, and the
 * answer with it; that counts once.
 */
const FLUSH_WAITS = 30;
const FLUSH_WAIT_MS = 100;
/** Above this number of organizations, the question before closing gives a count instead of names. */
const MAX_NAMES = 3;

/** Dependencies of `setUpWindow`. */
export interface SetUpWindowOptions {
  database: Database;
  emit: Emit;
  /** Whether closing has to wait for an answer of the person; see `MovedDialog`. */
  askBeforeClosing: (close: () => void) => boolean;
  /** Called when the person chose not to close the window. */
  onStayed: () => void;
  /** Called when the window begins to close for good, and again when it has closed. */
  onClosing: () => void;
}

/** A window that has been set up. */
export interface SetUpResult {
  window: BrowserWindow;
  /** Call with the page's answer to the event `closing`: the organizations whose typed text could not be saved. */
  flushed(unsaved: readonly string[]): void;
}

/** Asks whether to close the window although typed text would be lost. */
async function confirmClosing(
  window: BrowserWindow,
  database: Database,
  unsaved: readonly string[],
): Promise<boolean> {
  const read = database.read(({ organizations }) =>
    unsaved.flatMap((id) => organizations.get(id) ?? []),
  );
  const known = read.ok ? read.value.map((one) => nameOf(entryNameOf(one))) : [];
  const names = known.length > 0 && known.length <= MAX_NAMES ? listText(known) : null;
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    title: m.app_name(),
    message: names ? m.banner_unsaved({ names }) : m.desktop_unsaved({ count: unsaved.length }),
    detail: m.desktop_unsaved_detail(),
    buttons: [m.desktop_unsaved_stay(), m.desktop_unsaved_close()],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}

/**
 * Delays closing until the database can be found by the next launch and the page has saved typed text, or the person
 * decides to lose it.
 */
function delayClosing(
  window: BrowserWindow,
  { database, emit, askBeforeClosing, onStayed }: SetUpWindowOptions,
): SetUpResult['flushed'] {
  let mayClose = false;
  let isAsking = false;
  /** Whether the page has not answered `closing` yet. Unasked, it could open the question again and again. */
  let isExpected = false;
  let flushTimer: NodeJS.Timeout | undefined;
  const close = (): void => {
    mayClose = true;
    if (!window.isDestroyed()) window.close();
  };
  const waitForAnswer = (waits: number): void => {
    clearTimeout(flushTimer);
    flushTimer = setTimeout(() => {
      if (waits > 1) return waitForAnswer(waits - 1);
      isExpected = false;
      close();
    }, FLUSH_WAIT_MS);
  };
  window.on('close', (event) => {
    if (askBeforeClosing(() => !window.isDestroyed() && window.close())) {
      event.preventDefault();
      return;
    }
    if (mayClose || window.webContents.isCrashed()) return;
    event.preventDefault();
    if (isAsking) return;
    isExpected = true;
    emit('closing', null);
    waitForAnswer(FLUSH_WAITS);
  });
  return (unsaved) => {
    if (!isExpected) return;
    isExpected = false;
    clearTimeout(flushTimer);
    if (unsaved.length === 0) return close();
    isAsking = true;
    void confirmClosing(window, database, unsaved)
      .then((isConfirmed) => {
        if (isConfirmed) close();
        else onStayed();
      })
      .finally(() => (isAsking = false));
  };
}

/** Moves and sizes a hidden window. */
function applyPlacement(window: BrowserWindow, { x, y, width, height }: InitialPlacement): void {
  window.setSize(width, height);
  if (x === undefined || y === undefined) window.center();
  else window.setPosition(x, y);
}

/** Sets up a hidden window: its position, when it is shown, and how it closes. */
export function setUpWindow(window: BrowserWindow, options: SetUpWindowOptions): SetUpResult {
  const { database } = options;
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const place = readPlacement(database, screens);
  applyPlacement(window, place);
  // Chromium keeps the zoom in the session, which is in memory, and per URL, which the page has from now on.
  window.webContents.once('dom-ready', () => window.webContents.setZoomFactor(place.zoom));
  showAfterPaint(window, () => {
    if (place.maximized) window.maximize();
    window.show();
  });
  const flushed = delayClosing(window, options);
  savePlacementOnClose(database, window);
  // After `delayClosing`, whose listener may prevent it.
  window.on('close', (event) => {
    if (!event.defaultPrevented) options.onClosing();
  });
  // `destroy` sends nothing else.
  window.on('closed', options.onClosing);
  return { window, flushed };
}

/** Dependencies of the main window. */
export interface MainWindowOptions
  extends Omit<SetUpWindowOptions, 'onClosing' | 'emit'>, WindowOptions {
  /** URL of the page. */
  page: string;
  /** Absolute path of the icon. */
  icon: string;
  /** Returns the boot window, which already loads the page, on the first call; afterwards null. */
  takeBootWindow: () => BrowserWindow | null;
  log: LogUnexpected;
  /** Text of the details for support. */
  details: () => string;
  quit: () => void;
  /** Called when a window has opened and main is idle, before its page is laid out. */
  onOpened: (emit: Emit) => void;
  /** Id of the organization whose page is open, or null. A replacement window opens it again. */
  openId: () => string | null;
}

/** Builds the main window, which may be closed on macOS while the app runs; it opens with `show`. */
export function createMainWindow(options: MainWindowOptions) {
  const { database, log, details, quit, onOpened, openId } = options;
  let main: SetUpResult | null = null;
  const pages = new Set<number>();
  let contextMenuListener: (request: ContextMenuParams) => void = () => undefined;
  let closedListener: () => void = () => undefined;
  const emit = createEmit(
    (channel, payload) => main?.window.webContents.send(channel, payload),
    log,
  );

  /** Opens the window; call only while there is none. */
  function show(): void {
    const bootWindow = options.takeBootWindow();
    const window = bootWindow ?? createWindow(options);
    const opened = setUpWindow(window, {
      ...options,
      emit,
      onClosing: () => {
        // A replaced window closes after its replacement has opened.
        if (main === opened) main = null;
      },
    });
    main = opened;
    const { id } = window.webContents;
    pages.add(id);
    window.on('closed', () => {
      pages.delete(id);
      closedListener();
    });
    window.webContents.on('context-menu', (_event, request) => contextMenuListener(request));
    watchWindow(window, { log, details, quit, replace: () => replace(window) });
    if (!bootWindow) void window.loadURL(options.page);
    setImmediate(() => onOpened(emit));
  }

  function replace(failed: BrowserWindow): void {
    // The app was started again while this one was closing.
    if (main && main.window !== failed) return failed.destroy();
    savePlacement(database, failed);
    show();
    main?.window.webContents.once('did-finish-load', () => {
      const entryId = openId();
      if (entryId !== null) emit('showRequested', { entryId });
    });
    // Last, because without any window the app would quit.
    failed.destroy();
  }

  return {
    /** Sends an event to the page; does nothing while there is no window. */
    emit,
    /** The open window, or null if there is none or it is closing. */
    current: (): BrowserWindow | null => main?.window ?? null,
    /** Ids of the `webContents` of our pages. One that is closing is among them: it may still save what was typed. */
    pages: pages as ReadonlySet<number>,
    show,
    /** Call when the list is on screen: sets the window's icon, which is not needed before. */
    painted(): void {
      // Decoding the icon takes 6 ms, which would delay the first paint. macOS uses the icon of the app bundle.
      if (process.platform !== 'darwin') main?.window.setIcon(options.icon);
    },
    /** Sets what to call when a person asks for a context menu in the page. */
    onContextMenu: (listener: (request: ContextMenuParams) => void): void =>
      void (contextMenuListener = listener),
    /** Sets what to call when a window has closed, also one that was replaced. */
    onClosed: (listener: () => void): void => void (closedListener = listener),
    /** Call with the page's answer to the event `closing`: the organizations whose typed text could not be saved. */
    flushed: (unsaved: readonly string[]): void => main?.flushed(unsaved),
  };
}

/**
 * Brings a window to the front and gives it the keyboard focus. Never call it for a window that is closing: its page ends
 * first, and then `focus` crashes the process (seen in Electron 33.2.1: SIGTRAP in `BrowserWindow::Focus`).
 */
export function bringForward(
  window: Pick<BrowserWindow, 'isMinimized' | 'restore' | 'focus'>,
): void {
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** Dependencies of `showInWindow`. */
export interface ShowInWindowOptions {
  /** The window, or null while there is none (macOS: the app continues without one). */
  current: () => BrowserWindow | null;
  /** Opens the window. */
  open: () => void;
}

/**
 * Brings the window to the front, opening it if necessary.
 * @param onReady called when the page can receive events
 */
export function showInWindow({ current, open }: ShowInWindowOptions, onReady: () => void): void {
  const window = current();
  if (window) {
    bringForward(window);
    onReady();
    return;
  }
  open();
  current()?.webContents.once('did-finish-load', onReady);
}
