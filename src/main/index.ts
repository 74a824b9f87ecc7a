/**
 * The composition root: constructs the rooms, wires them, starts them, ends them. It decides nothing.
 * The order matters only in two places: dangerous switches go first, and the database opens before
 * the window, whose first paint comes from it. Keychain and network wait until that paint.
 */
import { app } from 'electron';
import { watchMain } from './desktop/crash-main';
import { createLanguage } from './desktop/language';
import { prepare } from './desktop/prepare';
import { createLog } from './diagnostics/log';
import { run, type RunningApp } from './run';

// Even a refusal to start has words.
const language = createLanguage(app);
const place = prepare();
if (place) {
  let running: RunningApp | null = null;
  const log = createLog(place.userData);
  const watch = watchMain({ log, details: () => running?.details() ?? null });
  void app
    .whenReady()
    .then(() => {
      running = run(place, log, language);
    })
    .catch((error: unknown) => watch.startFailed(error));
}
