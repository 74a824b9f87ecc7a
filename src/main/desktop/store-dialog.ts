/** The dialog shown when the database cannot be opened: the reason, *Try again*, *Quit*. It changes no data. */
import { dialog } from 'electron';
import type { Failure, FailureCode } from '../../shared/failure';
import type { Outcome } from '../../shared/outcome';
import { m } from '../../shared/messages';

const REASONS: Partial<Record<FailureCode, () => string>> = {
  'store.newer': m.desktop_store_newer,
  'store.busy': m.desktop_store_busy,
  'store.full': m.desktop_store_full,
  'store.read-only': m.desktop_store_read_only,
};

/** Explains to the user why the database cannot be opened. */
function reasonText(failure: Failure): string {
  return (REASONS[failure.code] ?? m.desktop_store_io)();
}

/** Asks whether to try again, except when the database is newer than the app: retrying cannot help. */
function confirmRetry(failure: Failure, folder: string): boolean {
  const buttons =
    failure.code === 'store.newer' ? [m.desktop_quit()] : [m.desktop_try_again(), m.desktop_quit()];
  const chosen = dialog.showMessageBoxSync({
    type: 'error',
    title: m.app_name(),
    message: m.desktop_store_title(),
    detail: `${reasonText(failure)}\n\n${m.desktop_store_folder({ folder })}`,
    buttons,
    defaultId: 0,
    cancelId: buttons.length - 1,
    noLink: true,
  });
  return chosen < buttons.length - 1;
}

/** Calls `open` until it succeeds, asking the user after each failure; null when they chose to quit. */
export function openOrAskToRetry<T>(open: () => Outcome<T>, folder: string): T | null {
  for (;;) {
    const opened = open();
    if (opened.ok) return opened.value;
    if (!confirmRetry(opened.failure, folder)) return null;
  }
}
