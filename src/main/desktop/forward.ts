/** Bringing the window forward, for a second start of the app or a notification that was clicked. */
import type { BrowserWindow } from 'electron';

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
