/**
 * Handles failures of the page: its process is gone, it could not be loaded, or it does not respond. The user
 * chooses what to do. Only the window is replaced; main and its sends continue.
 */
import type { BrowserWindow } from 'electron';
import { m } from '../../shared/messages';
import type { LogUnexpected } from '../support';
import { askAfterCrash, type CrashAnswer, type CrashQuestion } from './crash-main';

/** Chromium's error code for a load that was superseded by another one. */
const ABORTED = -3;

/** Dependencies of `watchWindow`. */
export interface WatchWindowOptions {
  log: LogUnexpected;
  details: () => string;
  /** Quits the app. */
  quit: () => void;
  /**
   * Opens a new window in place of this one. Reloading the page is not enough: the reloaded page's calls have no
   * sender frame (Electron 33), and the IPC gate must refuse such calls.
   */
  replace: () => void;
}

type CrashText = Pick<CrashQuestion, 'title' | 'text' | 'wait'>;

/** Watches a window for failures of its page. */
export function watchWindow(window: BrowserWindow, options: WatchWindowOptions): void {
  const { log, details, quit, replace } = options;
  const page = window.webContents;
  let openQuestion: AbortController | null = null;

  function act(answer: CrashAnswer): void {
    if (window.isDestroyed() || answer === 'wait') return;
    if (answer === 'quit') quit();
    else replace();
  }

  async function ask(text: CrashText): Promise<void> {
    openQuestion?.abort();
    const question = new AbortController();
    openQuestion = question;
    const answer = await askAfterCrash({
      ...text,
      restart: m.desktop_crash_restart_window(),
      window,
      details,
      signal: question.signal,
    });
    // Another question has replaced this one, or the page responds again.
    if (openQuestion !== question) return;
    openQuestion = null;
    act(answer);
  }

  page.on('render-process-gone', (_event, { reason }) => {
    if (window.isDestroyed() || reason === 'clean-exit') return;
    log('window gone', null);
    void ask({ title: m.desktop_crash_window_title(), text: m.desktop_crash_window_text() });
  });
  page.on('did-fail-load', (_event, code, _description, _address, isMainFrame) => {
    if (!isMainFrame || code === ABORTED) return;
    log('window not loaded', null);
    void ask({ title: m.desktop_crash_window_title(), text: m.desktop_crash_window_text() });
  });
  window.on('unresponsive', () => {
    if (openQuestion) return;
    log('window hangs', null);
    void ask({
      title: m.desktop_crash_hang_title(),
      text: m.desktop_crash_hang_text(),
      wait: true,
    });
  });
  window.on('responsive', () => {
    openQuestion?.abort();
    openQuestion = null;
  });
}
