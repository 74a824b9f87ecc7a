/**
 * Replaces the system's dialog that the app shows before it has a window: writes its content to the file
 * LETTERHEAD_DIALOGS and answers with the button named in the file beside it. Loaded into the app by
 * NODE_OPTIONS; nothing else of the app changes.
 */
const { appendFileSync, existsSync, readFileSync, rmSync } = module.require('node:fs');

const dialogs = process.env.LETTERHEAD_DIALOGS;
const answer = `${dialogs}.answer`;

/** Blocks like the system's dialog. */
function show({ message, detail, buttons }) {
  appendFileSync(dialogs, `${JSON.stringify({ message, detail, buttons })}\n`);
  while (!existsSync(answer)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  const pressed = readFileSync(answer, 'utf8');
  rmSync(answer);
  return buttons.indexOf(pressed);
}

// Patches the native binding, because Electron's module is not loaded yet.
process._linkedBinding('electron_browser_dialog').showMessageBoxSync = show;
