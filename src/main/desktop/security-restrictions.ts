/**
 * Guards around every page the app could ever show: no navigation, no new windows, no web views, no
 * permissions, no downloads. The window shows our one page and nothing else, and fetches nothing by itself.
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
 * Guards all pages and sessions from now on; call before Electron is ready. `reload` of our own page by
 * the developer tools stays possible.
 */
export function guardPages(): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
  // Each session fetches a dictionary from Google as soon as it is made, also when the spell checker is
  // switched off in the page and in the session. Without languages there is none to fetch.
  app.on('session-created', (made) => {
    made.setSpellCheckerLanguages([]);
    // Or a proxy that somebody wrote into the settings of Chromium in our folder would be used, too.
    void made.setProxy({ mode: 'system' });
  });
}

/** Refuses every permission and every download in the window's session; call when the app is ready. */
export function guardSession(): void {
  const pages = session.defaultSession;
  pages.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  pages.setPermissionCheckHandler(() => false);
  pages.setDevicePermissionHandler(() => false);
  pages.on('will-download', (event) => event.preventDefault());
}
