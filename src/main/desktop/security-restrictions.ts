/**
 * Security restrictions on every page the app could ever show: no navigation, no new windows, no web views, no
 * permissions, no downloads, no network, no file dialogs, no storage, no clipboard that the person did not paste, no
 * window over others, and no way to stay open. The window shows our one page only, and Chromium fetches nothing on
 * its own. The content policy (app-protocol.ts) refuses much of this, too; nothing here relies on it.
 */
import { app, session, type Session, type WebContents } from 'electron';

/** The window's session. Persistent only because Chromium then keeps the compiled scripts of our page. */
export const WINDOW_PARTITION = 'persist:window';

/**
 * A proxy that cannot exist: the address means every computer of a network, and the system refuses to connect to
 * it. A closed port of this computer would not do, because another program could open it.
 */
const DEAD_PROXY = 'socks5://255.255.255.255:1';

/** Every address that Chromium could request over a network. */
const NETWORK_URLS = ['http', 'https', 'ws', 'wss', 'ftp'].map((scheme) => `${scheme}://*/*`);

/**
 * Chromium's settings for pages. It looks up the name in `<link rel=dns-prefetch>` in spite of a proxy, lets a page lay
 * a video over every window, and Electron 33 lets it paste by script at any time (newer versions do not).
 */
const BLINK_SETTINGS =
  'dnsPrefetchingEnabled=false,DOMPasteAllowed=false,pictureInPictureEnabled=false';

/**
 * Chromium features that are off. With the first, a sandboxed frame would have a process of its own, which the page's
 * debugger does not reach; with the second, `<input type=color>` offers an eyedropper that reads the whole screen.
 */
const DISABLED_FEATURES = 'IsolateSandboxedIframes,EyeDropper';

/**
 * What every frame loses before its own scripts run. WebRTC sends nothing past the proxy, but looks up names. Storage
 * could fill the disk, or keep a typed key after the app has quit. Chromium has no setting that removes either, and
 * a session in memory, which stores nothing, would compile the page's scripts again at every start (50 ms).
 */
const REMOVED_FROM_PAGES = [
  ...['RTCPeerConnection', 'webkitRTCPeerConnection'],
  ...['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore'],
  ...['webkitRequestFileSystem', 'webkitResolveLocalFileSystemURL'],
  ...['Navigator.prototype.storage', 'Navigator.prototype.storageBuckets'],
  ...['Navigator.prototype.webkitTemporaryStorage', 'Navigator.prototype.webkitPersistentStorage'],
];
const REMOVE_FROM_PAGE = REMOVED_FROM_PAGES.map((name) => `delete globalThis.${name};`).join(' ');

/** Everything a page could store. Not Chromium's own caches of compiled code. */
const PAGE_STORAGES = [
  ...['cookies', 'filesystem', 'indexdb', 'localstorage', 'serviceworkers', 'cachestorage'],
] as const;

/**
 * Takes away from a page what neither Electron nor a setting of Chromium can: WebRTC, storage, and the file dialog
 * of `<input type=file>`. Uses the debugger protocol, which stays in effect when the page is loaded again.
 */
async function restrictOverDebugger(contents: WebContents): Promise<void> {
  const { debugger: connection } = contents;
  connection.attach();
  try {
    await Promise.all([
      connection.sendCommand('Page.enable'),
      connection.sendCommand('Page.addScriptToEvaluateOnNewDocument', {
        source: REMOVE_FROM_PAGE,
        runImmediately: true,
      }),
      connection.sendCommand('Page.setInterceptFileChooserDialog', { enabled: true, cancel: true }),
    ]);
  } catch (error) {
    // A window that closes early answers no command.
    if (!contents.isDestroyed()) throw error;
  }
}

function guardContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  // The page's `beforeunload` handler could otherwise keep the window, and with it the app, from closing.
  contents.on('will-prevent-unload', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  void restrictOverDebugger(contents);
}

/**
 * Restricts all pages and sessions created from now on; call before Electron is ready. Reloading our own page
 * from the developer tools stays possible.
 */
export function restrictPages(): void {
  app.commandLine.appendSwitch('blink-settings', BLINK_SETTINGS);
  app.commandLine.appendSwitch('disable-features', DISABLED_FEATURES);
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
  // A new session downloads a dictionary from Google, even when the spell checker is disabled in the page
  // and in the session. Without languages there is nothing to download.
  app.on('session-created', (made) => {
    made.setSpellCheckerLanguages([]);
    // Otherwise Chromium would also use a proxy that someone wrote into its preferences file in our data folder.
    void made.setProxy({ mode: 'system' });
  });
}

/**
 * Refuses every permission, download and request over the network in one session.
 * @param developmentPage URL of the page with hot reload, whose server stays reachable, otherwise null
 */
export function restrictSession(pages: Session, developmentPage: string | null): void {
  pages.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  pages.setPermissionCheckHandler(() => false);
  pages.setDevicePermissionHandler(() => false);
  pages.on('will-download', (event) => event.preventDefault());
  const reachable = developmentPage === null ? null : new URL(developmentPage).host;
  pages.webRequest.onBeforeRequest({ urls: NETWORK_URLS }, ({ url }, answer) =>
    answer({ cancel: new URL(url).host !== reachable }),
  );
  if (developmentPage !== null) return;
  void pages.setProxy({
    mode: 'fixed_servers',
    proxyRules: DEAD_PROXY,
    proxyBypassRules: '<-loopback>',
  });
}

/**
 * Refuses every permission, download and request over the network in the window's session, and in the default one,
 * which no page uses; call when the app is ready. Requests to Cloudflare and to the update server have sessions of
 * their own.
 * @param developmentPage URL of the page with hot reload, whose server stays reachable, otherwise null
 */
export function restrictSessions(developmentPage: string | null): void {
  for (const pages of [session.fromPartition(WINDOW_PARTITION), session.defaultSession]) {
    restrictSession(pages, developmentPage);
  }
}

/**
 * Deletes what a page stored although it has no storage, through a flaw of Chromium. Call after the first paint, in
 * which it must not take time.
 */
export async function clearPageStorage(): Promise<void> {
  const pages = session.fromPartition(WINDOW_PARTITION);
  await pages.clearStorageData({ storages: [...PAGE_STORAGES] });
}
