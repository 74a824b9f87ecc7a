/**
 * Loaded into main before the app (`-r`), for builds that no test driver can attach to. Adds a sign-in with a key, as
 * the window does, and records the outcome and which of the given switches main still has. The app removes
 * LETTERHEAD_* variables, so this script uses the variable DRIVE_REPORT and reads it before the app starts.
 */
const { app, dialog } = module.require('electron');
const { readFileSync, writeFileSync } = module.require('node:fs');

const report = process.env.DRIVE_REPORT;
const { key, switches, hideRoot } = JSON.parse(readFileSync(`${report}.ask`, 'utf8'));

// Root cannot use Chromium's sandbox, so the switch for that is hidden from the app.
if (hideRoot) {
  const has = app.commandLine.hasSwitch.bind(app.commandLine);
  const remove = app.commandLine.removeSwitch.bind(app.commandLine);
  app.commandLine.hasSwitch = (name) => name !== 'no-sandbox' && has(name);
  app.commandLine.removeSwitch = (name) => name !== 'no-sandbox' && remove(name);
  app.enableSandbox = () => undefined;
}

// Confirms the email, as a person would who reads the question for two seconds of its clock.
dialog.showMessageBox = () => Promise.resolve({ response: 0 });
const { uptime } = process;
let calls = 0;
process.uptime = () => uptime() + 2 * ++calls;

app.whenReady().then(() => {
  const has = (name) => app.commandLine.hasSwitch(name);
  // No request of a test leaves this computer: unless the trap's own rule is still in effect, no name resolves.
  if (!has('host-resolver-rules')) {
    app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND, EXCLUDE 127.0.0.1');
  }
});

app.once('web-contents-created', (_event, contents) => {
  // Each with its value, because the app sets one of them itself.
  const left = switches
    .filter((name) => app.commandLine.hasSwitch(name))
    .map((name) => `${name}=${app.commandLine.getSwitchValue(name)}`);
  contents.once('did-finish-load', async () => {
    const email = 'office@brightwater.example';
    const request = { kind: 'key', label: 'Trap', email, key, keep: 'session', readOnly: false };
    const call = `window.letterhead.signIns.add(${JSON.stringify(request)})`;
    const outcome = await contents.executeJavaScript(call);
    const { isPackaged } = app;
    writeFileSync(report, JSON.stringify({ isPackaged, left, outcome, env: process.env }));
    app.exit(0);
  });
});
