/**
 * The entry point. It contains only what must run first: security restrictions, then the boot window, which
 * starts to load while hidden. Chromium needs longer to start the page's process than main needs to load
 * what the list shows (first-screen.ts). All other services (app.ts) follow after the first paint. The
 * measurements are in docs/performance.md.
 */
import { app, dialog, Menu } from 'electron';
import { openBootWindow } from './desktop/boot-window';
import { prepareEnvironment } from './desktop/environment';

const environment = prepareEnvironment();
// Otherwise Electron builds a default menu as soon as it is ready.
Menu.setApplicationMenu(null);
if (environment) {
  void app
    .whenReady()
    .then(async () => {
      const bootWindow = openBootWindow(environment);
      const { start } = await import('./first-screen');
      await start(environment, bootWindow, () => import('./app'));
    })
    .catch((error: unknown) => {
      // The translated messages may be what failed to load.
      dialog.showErrorBox(app.getName(), String(error));
      app.exit(1);
    });
}
