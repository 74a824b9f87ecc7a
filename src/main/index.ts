/**
 * The entry. Only what must come first is in it: dangers are removed, then the window opens, hidden, and
 * begins to load. What its list needs (first-screen.ts) is read while Chromium starts the window's own
 * process, which takes longer (docs/performance.md); everything else (app.ts) follows after the first paint.
 */
import { app, dialog, Menu } from 'electron';
import { openFirstWindow } from './desktop/boot-window';
import { prepare } from './desktop/environment';

const place = prepare();
// Electron makes a menu of its own when it is ready, unless there was something said about one.
Menu.setApplicationMenu(null);
if (place) {
  void app
    .whenReady()
    .then(async () => {
      const first = openFirstWindow(place);
      const { start } = await import('./first-screen');
      await start(place, first);
    })
    .catch((error: unknown) => {
      // What cannot even be loaded has no words of ours.
      dialog.showErrorBox(app.getName(), String(error));
      app.exit(1);
    });
}
