/**
 * Handles errors that nothing in main has caught, and contains the crash dialog. The log gets the error's
 * location and kind; the person gets an explanation and a choice. No data is lost: saved data is on disk already, and
 * quitting lets the page save typed text.
 */
import { app, BrowserWindow, clipboard, dialog, type MessageBoxOptions } from 'electron';
import { m } from '../../shared/messages';
import { redactedStack, type LogUnexpected } from '../support';

/** What the person chose. */
export type CrashAnswer = 'restart' | 'wait' | 'quit';

/** The content of the crash dialog. */
export interface CrashQuestion {
  title: string;
  text: string;
  /** Label of the button that restarts. */
  restart: string;
  /** Whether the person may also choose to wait. */
  wait?: boolean;
  /** The window to show the dialog on, or null. */
  window: BrowserWindow | null;
  /** Text for *Copy details*; it contains nothing that the person typed. */
  details: () => string;
  /** Closes the dialog when the question has become obsolete. */
  signal?: AbortSignal;
}

function show(window: BrowserWindow | null, options: MessageBoxOptions) {
  const canAttach = window && !window.isDestroyed() && window.isVisible();
  return canAttach ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options);
}

/**
 * Copies a text to the clipboard; returns whether that worked. In Electron 33 the call is synchronous; since
 * Electron 44 it returns a promise.
 */
async function copy(text: string): Promise<boolean> {
  try {
    await clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Shows the crash dialog. After *Copy details* the dialog is shown again, so that the person can still choose. A
 * dialog closed by `signal` counts as the choice to wait.
 */
export async function askAfterCrash(question: CrashQuestion): Promise<CrashAnswer> {
  const { title, text, restart, wait = false, window, details, signal } = question;
  const choices = [
    { label: restart, answer: 'restart' as const },
    ...(wait ? [{ label: m.desktop_crash_wait(), answer: 'wait' as const }] : []),
    { label: m.desktop_crash_copy(), answer: 'copy' as const },
    { label: m.desktop_menu_quit(), answer: 'quit' as const },
  ];
  for (let copied = false; ;) {
    const { response } = await show(window, {
      type: 'error',
      title: m.app_name(),
      message: title,
      detail: copied ? `${text}\n\n${m.desktop_crash_copied()}` : text,
      buttons: choices.map(({ label }) => label),
      defaultId: 0,
      // Escape chooses the answer that loses nothing.
      cancelId: wait ? 1 : 0,
      noLink: true,
      ...(signal ? { signal } : {}),
    });
    if (signal?.aborted) return 'wait';
    const answer = choices[response]?.answer ?? 'restart';
    if (answer !== 'copy') return answer;
    copied = await copy(details());
  }
}

/** How long quitting may take after a crash, in ms. The code that quits may be what is broken. */
const QUIT_LIMIT_MS = 5_000;

/** Dependencies of `watchMain`. */
export interface WatchMainOptions {
  log: LogUnexpected;
  /** Quits the app. */
  quit: () => void;
  /** Text of the details for support; null while they cannot be collected yet. */
  details: () => string | null;
}

/**
 * Quits normally after a crash, so that typed text is saved; forcibly when that takes longer than `QUIT_LIMIT_MS`.
 * @param written resolves once the log has the crash; never rejects
 */
export function quitAfterCrash(written: Promise<void>): void {
  setTimeout(() => app.exit(1), QUIT_LIMIT_MS);
  void written.then(() => app.quit());
}

/** Watches main for uncaught errors. */
export function watchMain({ log, details, quit }: WatchMainOptions) {
  let hasReported = false;

  function detailsOf(error: unknown): string {
    let known: string | null = null;
    try {
      known = details();
    } catch {
      // The code that collects the details may be what is broken.
    }
    return [known ?? `${m.app_name()} ${app.getVersion()}`, redactedStack(error)].join('\n\n');
  }

  async function report(error: unknown, title: string, text: string): Promise<void> {
    // One dialog is enough; later errors are in the log.
    if (hasReported) return;
    hasReported = true;
    if (!app.isReady()) {
      dialog.showErrorBox(title, text);
      return app.exit(1);
    }
    const answer = await askAfterCrash({
      title,
      text,
      restart: m.desktop_crash_restart(),
      window: BrowserWindow.getAllWindows()[0] ?? null,
      details: () => detailsOf(error),
    });
    if (answer === 'restart') app.relaunch();
    quit();
  }

  function onUncaught(where: string, error: unknown): void {
    log(where, error);
    // A failure while reporting must not become another unhandled rejection.
    report(error, m.desktop_crash_title(), m.desktop_crash_text()).catch(quit);
  }

  process.on('uncaughtException', (error) => onUncaught('main', error));
  process.on('unhandledRejection', (reason) => onUncaught('promise', reason));
  return {
    /** Reports that the app could not start. */
    startFailed(error: unknown): void {
      log('start', error);
      report(error, m.desktop_crash_start_title(), m.desktop_crash_start_text()).catch(quit);
    },
  };
}
