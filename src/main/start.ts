/**
 * The composition root: constructs the rooms, wires them, starts them, ends them. It decides nothing.
 * Keychain and network wait until the first paint.
 */
import { app } from 'electron';
import { watchMain } from './desktop/crash-main';
import type { FirstWindow } from './desktop/first-window';
import { createLanguage } from './desktop/language';
import type { Place } from './desktop/prepare';
import { createLog } from './diagnostics/log';
import { run, type RunningApp } from './run';

/** Runs the app in the window that is open already; Electron is ready. */
export function start(place: Place, first: FirstWindow): void {
  // Even a failure to start has words.
  const language = createLanguage(app);
  let running: RunningApp | null = null;
  const log = createLog(place.userData);
  const watch = watchMain({ log, details: () => running?.details() ?? null });
  try {
    running = run(place, log, language, first);
  } catch (error) {
    watch.startFailed(error);
  }
}
