/**
 * Loaded into the app before its own code (`-r`), for apps without a driver in main: confirms every question about the
 * email or token of a sign-in, as a person would who reads for two seconds. The app asks no other question; other message boxes are shown.
 */
const { dialog } = module.require('electron');

const show = dialog.showMessageBox.bind(dialog);
dialog.showMessageBox = (...args) =>
  args.at(-1).type === 'question' ? Promise.resolve({ response: 0 }) : show(...args);

// The question's clock: the app does not count a confirmation that comes at once.
const { uptime } = process;
let calls = 0;
process.uptime = () => uptime() + 2 * ++calls;
