/**
 * Preloaded into the app under test: the system draws nothing of its windows, so that their pages get no animation frames
 * and their first paint is never reported. In the page, itself a preload script, it takes the frames away.
 */
// A sandboxed preload script has no `module`.
const load = require;
const { app, webFrame } = load('electron');

if (webFrame) {
  void webFrame.executeJavaScript('window.requestAnimationFrame = () => 1; undefined');
} else {
  app.on('session-created', (session) => session.setPreloads([__filename]));
  app.on('browser-window-created', (_event, window) => {
    const { emit } = window;
    window.emit = (name, ...rest) =>
      name === 'ready-to-show' ? false : emit.call(window, name, ...rest);
  });
}
