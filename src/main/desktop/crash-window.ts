/**
 * What happens when the window's page fails: it is gone, could not be loaded, or does not answer. The
 * person chooses; only the window starts again, main and what it sends go on.
 */
import type { BrowserWindow } from 'electron';
import { m } from '../../shared/messages';
import type { LogUnexpected } from '../support/log';
import { askAfterCrash, type CrashAnswer, type CrashQuestion } from './crash-main';

/** Chromium's code for a load that another one took the place of. */
const ABORTED = -3;

/** What the watch over a window needs. */
export interface WatchWindowOptions {
  log: LogUnexpected;
  details: () => string;
  /** Ends the app. */
  quit: () => void;
  /**
   * Opens another window in this one's place. Loading the page anew in the same one is not enough:
   * Electron (33) then gives its calls no frame any more, and the gate refuses them, as it must.
   */
  replace: () => void;
}

type Words = Pick<CrashQuestion, 'title' | 'text' | 'wait'>;

/** Watches a window from now on. */
export function watchWindow(window: BrowserWindow, options: WatchWindowOptions): void {
  const { log, details, quit, replace } = options;
  const page = window.webContents;
  let asking: AbortController | null = null;

  function answered(answer: CrashAnswer): void {
    if (window.isDestroyed() || answer === 'wait') return;
    if (answer === 'quit') quit();
    else replace();
  }

  async function ask(words: Words): Promise<void> {
    asking?.abort();
    const current = new AbortController();
    asking = current;
    const answer = await askAfterCrash({
      ...words,
      restart: m.support_crash_restart_window(),
      window,
      details,
      signal: current.signal,
    });
    // Another question took its place, or the page is back.
    if (asking !== current) return;
    asking = null;
    answered(answer);
  }

  page.on('render-process-gone', (_event, { reason }) => {
    if (window.isDestroyed() || reason === 'clean-exit') return;
    log('window gone', null);
    void ask({ title: m.support_crash_window_title(), text: m.support_crash_window_text() });
  });
  page.on('did-fail-load', (_event, code, _description, _address, isMainFrame) => {
    if (!isMainFrame || code === ABORTED) return;
    log('window not loaded', null);
    void ask({ title: m.support_crash_window_title(), text: m.support_crash_window_text() });
  });
  window.on('unresponsive', () => {
    if (asking) return;
    log('window hangs', null);
    void ask({
      title: m.support_crash_hang_title(),
      text: m.support_crash_hang_text(),
      wait: true,
    });
  });
  window.on('responsive', () => {
    asking?.abort();
    asking = null;
  });
}
