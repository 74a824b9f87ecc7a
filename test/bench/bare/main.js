/**
 * The baseline: a sandboxed window of the same size, empty or with a plain page of rows to scroll. Any cost beyond
 * this is Letterhead's own.
 */
import { app, BrowserWindow } from 'electron';
import { join } from 'node:path';

if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();

// Not awaited: Electron becomes ready only after this file has run.
void app.whenReady().then(() => {
  const window = new BrowserWindow({
    width: 1180,
    height: 800,
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  window.once('ready-to-show', () => window.show());
  const page = process.env.BENCH_PAGE ?? 'blank.html';
  // Quitting while it loads rejects this, which does not matter.
  window.loadFile(join(import.meta.dirname, page)).catch(() => undefined);
});
