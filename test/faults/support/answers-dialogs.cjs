/**
 * Replaces the dialogs that the app shows before it has a window. Writes the content of a dialog to the file named
 * by LETTERHEAD_DIALOGS, and presses the button that the test names in the file beside it. Loaded into the app by
 * NODE_OPTIONS; nothing else of the app changes.
 */
const { appendFileSync, existsSync, readFileSync, rmSync } = module.require('node:fs');

const dialogs = process.env.LETTERHEAD_DIALOGS;
const answer = `${dialogs}.answer`;

/** Shows a dialog; blocks until it is answered, as the real one does. Returns the index of the button. */
function show({ message, detail, buttons }) {
  appendFileSync(dialogs, `${JSON.stringify({ message, detail, buttons })}\n`);
  while (!existsSync(answer)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  const pressed = readFileSync(answer, 'utf8');
  rmSync(answer);
  return buttons.indexOf(pressed);
}

// Patches the native binding, because Electron's module is not loaded yet.
process._linkedBinding('electron_browser_dialog').showMessageBoxSync = show;
