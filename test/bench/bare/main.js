/**
 * The floor: one sandboxed window of the same size with nothing in it, or with a plain page of rows to
 * scroll. Whatever Letterhead takes beyond this is Letterhead's.
 */
import { app, BrowserWindow } from 'electron';
import { join } from 'node:path';

if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();

// Not awaited: Electron is ready only once this file has been read to its end.
void app.whenReady().then(() => {
  const window = new BrowserWindow({
    width: 1180,
    height: 800,
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  window.once('ready-to-show', () => window.show());
  const page = process.env.BENCH_PAGE ?? 'blank.html';
  // Ended while it loads, it is not interested in how that ended.
  window.loadFile(join(import.meta.dirname, page)).catch(() => undefined);
});
