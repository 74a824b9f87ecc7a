/**
 * What happens when main itself fails: the log gets place and kind, the person a sentence and a way
 * out. Whatever is durable is on disk already; quitting lets the window keep what is typed.
 */
import { app, BrowserWindow, dialog } from 'electron';
import { m } from '../../shared/messages';
import type { LogUnexpected } from '../support/log';
import { traceOf } from '../support/trace';
import { askAfterCrash } from './crash-dialog';

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
