/**
 * Preloaded into the app under test: delays `app.whenReady()`, and with it the window. If a window is
 * created while Playwright's two debuggers connect, one launch in ten hangs. Without Playwright none does.
 */
const { app } = module.require('electron');

/** Longer than Playwright takes to connect, in ms. */
const DELAY_MS = 60;

const whenReady = app.whenReady.bind(app);
app.whenReady = async () => {
  await whenReady();
  await new Promise((resolve) => setTimeout(resolve, DELAY_MS));
};
