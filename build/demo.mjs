/**
 * `npm run demo`: runs the app from a bare clone, against sample organizations on this machine. With a display, a
 * person uses the app, which offers the sample sign-in. Without one, the demo runs in a separate session: it adds,
 * edits and saves an organization automatically, prints each step and saves screenshots in demo/.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepOutput } from './app-output.mjs';
import { root } from './folders.mjs';
import { startKeyring } from './keyring.mjs';
import { launch, startSampleCloudflare } from './launch.mjs';
import { onNode24 } from './node-24.mjs';
import { withSession } from './session.mjs';
import { hasNoDisplay, setupOrExit } from './setup.mjs';
import { runStepOrExit } from './steps.mjs';

const say = (line) => console.log(line);

/** A separate keyring for the demo where possible, so that the person's own stays untouched. */
async function sampleKeyring() {
  if (process.platform !== 'linux') return null;
  try {
    return await startKeyring({ state: 'unlocked' });
  } catch {
    return null;
  }
}

/** Opens the app on the display and waits until it is closed. */
async function runOnDisplay() {
  const { standin, signIn, token } = await startSampleCloudflare({
    organizations: 25,
    latency: 80,
  });
  const userData = await mkdtemp(join(tmpdir(), 'letterhead-demo-'));
  const keyring = await sampleKeyring();
  say('');
  say('Letterhead opens with 25 sample organizations; nothing leaves this computer.');
  say('In its window: Add organizations, then Use the sample sign-in.');
  say('');
  say(
    'To sign in as you would for real, paste one of these, and press Add in the dialog that asks:',
  );
  say('');
  say(`  API token        ${token}`);
  say('or');
  say(`  Account email    ${signIn.email}`);
  say(`  Global API Key   ${signIn.key}`);
  say('');
  if (!keyring)
    say("The token or key goes into your own keychain; remove the sign-in when you're done.");
  say('Close the window to end the demo.');
  const bus = keyring && { DBUS_SESSION_BUS_ADDRESS: keyring.env.DBUS_SESSION_BUS_ADDRESS };
  const env = {
    ...process.env,
    ...bus,
    LETTERHEAD_API_URL: standin.url,
    LETTERHEAD_SAMPLE_SIGN_IN: `${signIn.email} ${signIn.key}`,
  };
  const log = join(root, 'demo', 'output.log');
  const output = keepOutput(log, (line) => console.error(line));
  try {
    const code = await launch([`--user-data-dir=${userData}`], env, output.read);
    if (code !== 0)
      console.error(`Letterhead ended with code ${code}. All it printed is in ${log}`);
    return code;
  } finally {
    await output.close();
    await standin.close();
    await keyring?.stop();
    await rm(userData, { recursive: true, force: true });
  }
}

await onNode24();
const headless = hasNoDisplay();
say(headless ? 'No display found: the demo runs automatically.' : 'Preparing the demo …');
await setupOrExit({ headless });
await runStepOrExit('build');
process.exitCode = headless
  ? await withSession([process.execPath, join(root, 'build', 'demo-drive.mjs')])
  : await runOnDisplay();
