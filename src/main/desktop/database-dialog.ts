/**
 * The dialogs shown when the database cannot be opened, or when its file was moved, replaced or deleted while it was
 * open: what happened, and what the person can do.
 */
import { app, dialog, type BrowserWindow, type MessageBoxOptions } from 'electron';
import type { Failure, FailureCode } from '../../shared/failure';
import type { Result } from '../../shared/result';
import { m } from '../../shared/messages';
import { describeFailure } from '../../shared/messages/describe-failure';
import type { OpenedDatabase } from '../database';

const REASONS: Partial<Record<FailureCode, () => string>> = {
  'database.newer': m.desktop_database_newer,
  'database.busy': m.desktop_database_busy,
  'database.full': m.desktop_database_full,
  'database.read-only': m.desktop_database_read_only,
};

/** Explains to the person why the database cannot be opened. */
function reasonText(failure: Failure): string {
  return (REASONS[failure.code] ?? m.desktop_database_io)();
}

/** Asks whether to try again, except when the database is newer than the app: retrying cannot help. */
function confirmRetry(failure: Failure, folder: string): boolean {
  const buttons =
    failure.code === 'database.newer'
      ? [m.desktop_menu_quit()]
      : [m.common_try_again(), m.desktop_menu_quit()];
  const chosen = dialog.showMessageBoxSync({
    type: 'error',
    title: m.app_name(),
    message: m.desktop_database_title(),
    detail: `${reasonText(failure)}\n\n${m.desktop_database_folder({ folder })}`,
    buttons,
    defaultId: 0,
    cancelId: buttons.length - 1,
    noLink: true,
  });
  return chosen < buttons.length - 1;
}

/** Calls `open` until it succeeds, asking the person after each failure; null when they chose to quit. */
export function openOrAskToRetry<T>(open: () => Result<T>, folder: string): T | null {
  for (;;) {
    const opened = open();
    if (opened.ok) return opened.value;
    if (!confirmRetry(opened.failure, folder)) return null;
  }
}

/** Dependencies of the dialog about a file that was moved. */
export interface MovedOptions {
  /** The window, or null. */
  current: () => BrowserWindow | null;
  /** The folder of the database. */
  folder: string;
  opened: Pick<OpenedDatabase, 'place' | 'isMoved' | 'rescue' | 'database'>;
}

/** Creates the dialog about a file that was moved. */
export function createMovedDialog({ current, folder, opened }: MovedOptions) {
  let isOpen = false;
  /** Closes what waits for the answer; null if nothing does. */
  let close: (() => void) | null = null;

  /** What the dialog says: why saving failed, if it did, and what can be done. */
  function detail(failure: Failure | null): string {
    const place = opened.place();
    const hasOther = place.ok && place.value === 'other';
    const texts: string[] = [
      hasOther ? m.desktop_moved_other() : m.desktop_moved_none(),
      m.desktop_database_folder({ folder }),
    ];
    if (failure) {
      const { what, next } = describeFailure(failure);
      texts.unshift(`${what} ${next}`);
    }
    return texts.join('\n\n');
  }

  /** Resolves with whether the file is in its place again, without a restart. */
  async function untilInPlace(): Promise<boolean> {
    let failure: Failure | null = null;
    for (;;) {
      if (!opened.isMoved()) return true;
      const options: MessageBoxOptions = {
        type: 'error',
        title: m.app_name(),
        message: m.desktop_moved_title(),
        detail: detail(failure),
        buttons: [m.desktop_moved_save(), m.common_try_again(), m.desktop_moved_quit()],
        defaultId: 0,
        // Escape decides nothing.
        cancelId: 1,
        noLink: true,
      };
      const window = current();
      const { response } = await (window
        ? dialog.showMessageBox(window, options)
        : dialog.showMessageBox(options));
      if (response === 2) {
        opened.database.close();
        app.exit(0);
        return false;
      }
      if (response === 1) continue;
      const rescued = opened.rescue();
      if (rescued.ok) {
        // Quitting normally lets the page save what was typed meanwhile, which works again.
        app.relaunch();
        app.quit();
        return false;
      }
      failure = rescued.failure;
    }
  }

  /**
   * Asks the person, until the data is saved or the file is back; failed writes are then retried. Does nothing while
   * the dialog is open or the file is in its place. Call whenever a write fails with `database.moved`.
   */
  function ask(): void {
    if (isOpen) return;
    isOpen = true;
    const end = (isInPlace: boolean): void => {
      isOpen = false;
      if (isInPlace) close?.();
      close = null;
    };
    untilInPlace().then(end, () => end(false));
  }

  return {
    ask,
    /**
     * Asks before the window closes or the app quits, which would lose the data, also if nothing was written since the
     * file was moved.
     * @param whenInPlace called once the file is in its place again; not if the person chose to save and restart, or to
     *   quit
     * @returns whether closing has to wait
     */
    askBeforeClosing(whenInPlace: () => void): boolean {
      if (!opened.isMoved()) return false;
      close = whenInPlace;
      ask();
      return true;
    },
  };
}
