/**
 * Makes all windows of the app under test get no frames. In main, it drops `ready-to-show` and installs itself as a preload
 * script; in the page, it disables `requestAnimationFrame`.
 */
// The loader of a sandboxed preload script has no `module.require`, and a direct `require` is for imports only.
const load = require;
const { app, webFrame } = load('electron');

if (webFrame) {
  void webFrame.executeJavaScript('window.requestAnimationFrame = () => 1; undefined');
} else {
  app.on('session-created', (session) => {
    // Electron 35 and later have the first.
    if (session.registerPreloadScript) {
      session.registerPreloadScript({ type: 'frame', filePath: __filename });
    } else {
      session.setPreloads([__filename]);
    }
  });
  app.on('browser-window-created', (_event, window) => {
    const { emit } = window;
    window.emit = (name, ...rest) =>
      name === 'ready-to-show' ? false : emit.call(window, name, ...rest);
  });
}
