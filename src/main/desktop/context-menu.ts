/**
 * Context menus. The page only says what is under the pointer (`menus.reportTarget`). A menu appears only if Chromium
 * reports that a person asked for one, so a script in the page cannot open one. What a menu copies comes from the
 * database, never from the page.
 */
import { Menu, type BrowserWindow, type ContextMenuParams } from 'electron';
import type { MenuTarget } from '../../shared/contract/menus';
import {
  cellItems,
  isInField,
  organizationItems,
  selectionItems,
  textItems,
  type Item,
  type MenuActions,
  type MenuSubject,
  type MenuText,
  type PageUndo,
} from './context-menu-items';

/** Maximum time between Chromium's event and the page's call, in ms. Either may arrive first. */
const MAX_APART_MS = 1_000;

/** The part of Chromium's event that is used. */
export type MenuRequest = MenuText & Pick<ContextMenuParams, 'menuSourceType' | 'x' | 'y'>;

/** What the page says about a request for a menu. */
export interface TargetReport {
  target: MenuTarget;
  /** Where to show a menu that was asked for with the keyboard, in CSS pixels; null: where Chromium says. */
  position: { x: number; y: number } | null;
}

/** Dependencies of the context menus. */
export interface ContextMenuOptions {
  /** A monotonic clock, in ms. */
  elapsed: () => number;
  /** The main window, or null. */
  window: () => BrowserWindow | null;
  /** Reads an organization as its page shows it now; null if it is not saved here. */
  read: (entryId: string) => MenuSubject | null;
  /** Copies a text to the clipboard. */
  copyText: (text: string) => void;
  copyLetterhead: MenuActions['copyLetterhead'];
  send: MenuActions['send'];
  sendForSelection: MenuActions['sendForSelection'];
  undo: PageUndo;
  /** Called with whatever building or showing a menu throws. */
  onUnexpected: (error: unknown) => void;
}

/**
 * Shows a menu in the window: at the pointer, or, if it was asked for with the keyboard, at `position` (null: where Chromium
 * says).
 */
function show(
  window: BrowserWindow,
  items: Item[],
  request: MenuRequest,
  position: TargetReport['position'],
): void {
  const { menuSourceType: sourceType, x, y } = request;
  const zoom = window.webContents.getZoomFactor();
  const place = position ? { x: position.x * zoom, y: position.y * zoom } : { x, y };
  Menu.buildFromTemplate(items).popup({
    window,
    sourceType,
    ...(sourceType === 'keyboard' && { x: Math.round(place.x), y: Math.round(place.y) }),
  });
}

/** Builds the context menus of the main window. */
export function createContextMenus(options: ContextMenuOptions) {
  const { elapsed, read } = options;
  let request: { value: MenuRequest; receivedAt: number } | null = null;
  let report: { value: TargetReport; receivedAt: number } | null = null;

  const actions: MenuActions = {
    copyText(id, text) {
      const subject = read(id);
      if (subject) options.copyText(text(subject));
    },
    copyLetterhead: options.copyLetterhead,
    send: options.send,
    sendForSelection: options.sendForSelection,
  };

  function itemsOf(text: MenuText, target: MenuTarget): Item[] {
    if (target.kind === 'selection' && !isInField(text)) return selectionItems(actions);
    if (target.kind === 'cells' && !isInField(text)) return cellItems(actions);
    if (isInField(text) || !('entryId' in target)) {
      return textItems(text, target.kind === 'secret', options.undo);
    }
    // What is selected in a version is copied.
    const copy = target.kind === 'version' ? textItems(text, false, options.undo) : [];
    const subject = read(target.entryId);
    return subject ? [...copy, ...organizationItems(target, subject, actions)] : [];
  }

  /** Shows the menu once both Chromium's event and the page's call have arrived. */
  function showIfComplete(): void {
    if (!request || !report) return;
    const isOneRequest = Math.abs(request.receivedAt - report.receivedAt) <= MAX_APART_MS;
    const { value: asked } = request;
    const { value: reported } = report;
    if (!isOneRequest) {
      // The older of the two belongs to an earlier request.
      if (request.receivedAt < report.receivedAt) request = null;
      else report = null;
      return;
    }
    request = null;
    report = null;
    try {
      const window = options.window();
      const items = itemsOf(asked, reported.target);
      if (window && items.length > 0) show(window, items, asked, reported.position);
    } catch (error) {
      // An exception in an Electron listener is uncaught and would end the app.
      options.onUnexpected(error);
    }
  }

  return {
    /** Call with each `context-menu` event of the window's page. */
    handleEvent(value: MenuRequest): void {
      request = { value, receivedAt: elapsed() };
      showIfComplete();
    },
    /** Call with what the page says about a request. */
    setTarget(value: TargetReport): void {
      report = { value, receivedAt: elapsed() };
      showIfComplete();
    },
  };
}
