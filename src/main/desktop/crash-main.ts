/**
 * What happens when main itself fails: the log gets place and kind, the person a sentence and a way
 * out. Whatever is durable is on disk already; quitting lets the window keep what is typed.
 */
import { app, BrowserWindow, clipboard, dialog, type MessageBoxOptions } from 'electron';
import { m } from '../../shared/messages';
import { traceOf, type LogUnexpected } from '../support/log';

/** What a person may choose. */
export type CrashAnswer = 'restart' | 'wait' | 'quit';

/** What is asked. */
export interface CrashQuestion {
  title: string;
  text: string;
  /** The label of the main way out. */
  restart: string;
  /** Whether waiting is a way out, too. */
  wait?: boolean;
  /** The window it is about, or null without one. */
  window: BrowserWindow | null;
  /** What *Copy details* copies; it holds nothing of what a person typed. */
  details: () => string;
  /** Takes the question back: it has become pointless. */
  signal?: AbortSignal;
}

function show(window: BrowserWindow | null, options: MessageBoxOptions) {
  const open = window && !window.isDestroyed() && window.isVisible();
  return open ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options);
}

/**
 * Copies a text; whether the system took it. Electron 33 has copied when the call returns, from 44 on
 * a promise says so.
 */
async function copy(text: string): Promise<boolean> {
  try {
    await clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Asks until one of the ways out is chosen; a question taken back counts as waiting. */
export async function askAfterCrash(question: CrashQuestion): Promise<CrashAnswer> {
  const { title, text, restart, wait = false, window, details, signal } = question;
  const ways = [
    { label: restart, way: 'restart' as const },
    ...(wait ? [{ label: m.support_crash_wait(), way: 'wait' as const }] : []),
    { label: m.support_crash_copy(), way: 'copy' as const },
    { label: m.desktop_quit(), way: 'quit' as const },
  ];
  for (let copied = false; ;) {
    const { response } = await show(window, {
      type: 'error',
      title: m.app_name(),
      message: title,
      detail: copied ? `${text}\n\n${m.support_crash_copied()}` : text,
      buttons: ways.map(({ label }) => label),
      defaultId: 0,
      // Escape is the way that takes nothing away.
      cancelId: wait ? 1 : 0,
      noLink: true,
      ...(signal ? { signal } : {}),
    });
    if (signal?.aborted) return 'wait';
    const way = ways[response]?.way ?? 'restart';
    if (way !== 'copy') return way;
    copied = await copy(details());
  }
}

/** How long quitting may take after a crash, in ms: what should end it may be what is broken. */
const QUIT_LIMIT_MS = 5_000;

/** What the watch over main needs. */
export interface WatchMainOptions {
  log: LogUnexpected;
  /** The details for support as far as the app has come, or null. */
  details: () => string | null;
}

/** Tells of a failure. */
export interface MainWatch {
  /** The app could not start. */
  startFailed(error: unknown): void;
}

/** Quits as a person would, so that what is typed is kept; by force where that does not end. */
function end(): void {
  setTimeout(() => app.exit(1), QUIT_LIMIT_MS);
  app.quit();
}

/** Watches from now on for errors nobody caught. */
export function watchMain({ log, details }: WatchMainOptions): MainWatch {
  let told = false;

  function textOf(error: unknown): string {
    let known: string | null = null;
    try {
      known = details();
    } catch {
      // What gathers the details may be what is broken.
    }
    return [known ?? `${m.app_name()} ${app.getVersion()}`, traceOf(error)].join('\n\n');
  }

  async function tell(error: unknown, title: string, text: string): Promise<void> {
    // One question is enough; what follows is in the log.
    if (told) return;
    told = true;
    if (!app.isReady()) {
      dialog.showErrorBox(title, text);
      return app.exit(1);
    }
    const answer = await askAfterCrash({
      title,
      text,
      restart: m.support_crash_restart(),
      window: BrowserWindow.getAllWindows()[0] ?? null,
      details: () => textOf(error),
    });
    if (answer === 'restart') app.relaunch();
    end();
  }

  function failed(place: string, error: unknown): void {
    log(place, error);
    // Telling must not fail into itself.
    tell(error, m.support_crash_title(), m.support_crash_text()).catch(end);
  }

  process.on('uncaughtException', (error) => failed('main', error));
  process.on('unhandledRejection', (reason) => failed('promise', reason));
  return {
    startFailed(error) {
      log('start', error);
      tell(error, m.support_crash_start_title(), m.support_crash_start_text()).catch(end);
    },
  };
}
