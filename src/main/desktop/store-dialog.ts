/** When the database cannot be opened: a sentence, *Try again*, *Quit*. Nothing is ever reset. */
import { dialog } from 'electron';
import type { Failure, FailureCode, Outcome } from '../../shared/failure';
import { m } from '../../shared/messages';

const SENTENCES: Partial<Record<FailureCode, () => string>> = {
  'store.newer': m.desktop_store_newer,
  'store.busy': m.desktop_store_busy,
  'store.full': m.desktop_store_full,
  'store.read-only': m.desktop_store_read_only,
};

/** What a person reads about a database that cannot be opened. */
export function storeSentence(failure: Failure): string {
  return (SENTENCES[failure.code] ?? m.desktop_store_io)();
}

/** Asks whether to try again. A newer database cannot get better by trying. */
function asksToTryAgain(failure: Failure, folder: string): boolean {
  const buttons =
    failure.code === 'store.newer' ? [m.desktop_quit()] : [m.desktop_try_again(), m.desktop_quit()];
  const chosen = dialog.showMessageBoxSync({
    type: 'error',
    title: m.app_name(),
    message: m.desktop_store_title(),
    detail: `${storeSentence(failure)}\n\n${m.desktop_store_folder({ folder })}`,
    buttons,
    defaultId: 0,
    cancelId: buttons.length - 1,
    noLink: true,
  });
  return chosen < buttons.length - 1;
}

/** Opens with `open`, asking the person after each failure; null when they chose to quit. */
export function openOrAsk<T>(open: () => Outcome<T>, folder: string): T | null {
  for (;;) {
    const opened = open();
    if (opened.ok) return opened.value;
    if (!asksToTryAgain(opened.failure, folder)) return null;
  }
}
