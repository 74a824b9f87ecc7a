/**
 * Loaded before the app under test: its window opens a moment after Electron is ready, not at once. A
 * window that is made while Playwright's two debuggers connect has one start in ten wait for ever;
 * started without Playwright, none does.
 */
const { app } = module.require('electron');

/** Longer than connecting takes, in ms. */
const MOMENT_MS = 60;

const whenReady = app.whenReady.bind(app);
app.whenReady = async () => {
  await whenReady();
  await new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
};
