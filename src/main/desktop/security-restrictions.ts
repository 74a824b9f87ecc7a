/**
 * Security restrictions on every page the app could ever show: no navigation, no new windows, no web views,
 * no permissions, no downloads. The window shows our one page only, and Chromium fetches nothing on its own.
 */
import { app, session, type WebContents } from 'electron';

function guardContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/**
 * Restricts all pages and sessions created from now on; call before Electron is ready. Reloading our own page
 * from the developer tools stays possible.
 */
export function restrictPages(): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
  // A new session downloads a dictionary from Google, even when the spell checker is disabled in the page
  // and in the session. Without languages there is nothing to download.
  app.on('session-created', (made) => {
    made.setSpellCheckerLanguages([]);
    // Otherwise Chromium would also use a proxy that someone wrote into its preferences file in our data folder.
    void made.setProxy({ mode: 'system' });
  });
}

/** Refuses every permission and every download in the window's session; call when the app is ready. */
export function restrictSession(): void {
  const pages = session.defaultSession;
  pages.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  pages.setPermissionCheckHandler(() => false);
  pages.setDevicePermissionHandler(() => false);
  pages.on('will-download', (event) => event.preventDefault());
}
