/**
 * Loaded into main before the app (`-r`): where no driver can attach, it makes one call with a key as the
 * window would, and writes down how it ended and which switches main still has. LETTERHEAD_* is gone by
 * then, so it reads its own variable first.
 */
const { app } = module.require('electron');
const { readFileSync, writeFileSync } = module.require('node:fs');

const report = process.env.DRIVE_REPORT;
const { key, switches, hideRoot } = JSON.parse(readFileSync(`${report}.ask`, 'utf8'));

// Root cannot have Chromium's sandbox: only for it the app does not see the switch that says so.
if (hideRoot) {
  const has = app.commandLine.hasSwitch.bind(app.commandLine);
  const remove = app.commandLine.removeSwitch.bind(app.commandLine);
  app.commandLine.hasSwitch = (name) => name !== 'no-sandbox' && has(name);
  app.commandLine.removeSwitch = (name) => name !== 'no-sandbox' && remove(name);
  app.enableSandbox = () => undefined;
}

app.whenReady().then(() => {
  const has = (name) => app.commandLine.hasSwitch(name);
  // Nothing of a test leaves this computer: without the trap's own rule no name is found at all.
  if (!has('host-resolver-rules')) {
    app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  }
});

app.once('web-contents-created', (_event, contents) => {
  const left = switches.filter((name) => app.commandLine.hasSwitch(name));
  contents.once('did-finish-load', async () => {
    const asked = { label: 'Trap', email: 'office@brightwater.example', key, keep: 'session' };
    const call = `window.letterhead.signIns.add(${JSON.stringify(asked)})`;
    const outcome = await contents.executeJavaScript(call);
    const { isPackaged } = app;
    writeFileSync(report, JSON.stringify({ isPackaged, left, outcome, env: process.env }));
    app.exit(0);
  });
});
