/**
 * Stands where the system shows a dialog before there is a window: writes what it says into the file
 * LETTERHEAD_SAID and answers with the button that is named in the file beside it. Loaded into the app
 * by NODE_OPTIONS; everything else of the app is as it is.
 */
const { appendFileSync, existsSync, readFileSync, rmSync } = module.require('node:fs');

const said = process.env.LETTERHEAD_SAID;
const answer = `${said}.answer`;

/** Blocks, as the system's dialog does. */
function show({ message, detail, buttons }) {
  appendFileSync(said, `${JSON.stringify({ message, detail, buttons })}\n`);
  while (!existsSync(answer)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  const pressed = readFileSync(answer, 'utf8');
  rmSync(answer);
  return buttons.indexOf(pressed);
}

// Below Electron's module, which is not there yet.
process._linkedBinding('electron_browser_dialog').showMessageBoxSync = show;
