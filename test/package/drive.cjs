/**
 * Loaded into main before the app (`-r`), where no driver can attach: makes one call with a key like the window, and
 * records its outcome and main's remaining switches. The app removes LETTERHEAD_* variables, so this uses one of its
 * own and reads it first.
 */
const { app } = module.require('electron');
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

app.whenReady().then(() => {
  const has = (name) => app.commandLine.hasSwitch(name);
  // No test request leaves this computer: without the trap's own rule no name resolves.
  if (!has('host-resolver-rules')) {
    app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  }
});

app.once('web-contents-created', (_event, contents) => {
  const left = switches.filter((name) => app.commandLine.hasSwitch(name));
  contents.once('did-finish-load', async () => {
    const request = { label: 'Trap', email: 'office@brightwater.example', key, keep: 'session' };
    const call = `window.letterhead.signIns.add(${JSON.stringify(request)})`;
    const outcome = await contents.executeJavaScript(call);
    const { isPackaged } = app;
    writeFileSync(report, JSON.stringify({ isPackaged, left, outcome, env: process.env }));
    app.exit(0);
  });
});
