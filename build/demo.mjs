/**
 * `npm run demo`: runs the app from a bare clone, against sample organizations on this machine. With a
 * display a person uses the app. Without one, the demo runs in a separate session: it adds, edits and saves
 * an organization automatically, prints each step and saves screenshots in demo/.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './folders.mjs';
import { startKeyring } from './keyring.mjs';
import { launch, startSampleCloudflare } from './launch.mjs';
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
  const { standin, credential, token } = await startSampleCloudflare({
    organizations: 25,
    latency: 80,
  });
  const userData = await mkdtemp(join(tmpdir(), 'letterhead-demo-'));
  const keyring = await sampleKeyring();
  say('');
  say('Letterhead opens with 25 sample organizations; nothing leaves this computer. Sign in with:');
  say('');
  say(`  API token        ${token}`);
  say('or');
  say(`  Account email    ${credential.email}`);
  say(`  Global API Key   ${credential.key}`);
  say('');
  if (!keyring)
    say(
      "The sample token or key goes into your own keychain; remove the sign-in when you're done.",
    );
  say('');
  say('A dialog asks whether to add this sign-in: press Add.');
  say('Close the window to end the demo.');
  const bus = keyring && { DBUS_SESSION_BUS_ADDRESS: keyring.env.DBUS_SESSION_BUS_ADDRESS };
  try {
    return await launch([`--user-data-dir=${userData}`], {
      ...process.env,
      ...bus,
      LETTERHEAD_API_URL: standin.url,
    });
  } finally {
    await standin.close();
    await keyring?.stop();
    await rm(userData, { recursive: true, force: true });
  }
}

const headless = hasNoDisplay();
say(headless ? 'No display found: the demo runs automatically.' : 'Preparing the demo …');
await setupOrExit({ headless });
await runStepOrExit('build');
process.exitCode = headless
  ? await withSession([process.execPath, join(root, 'build', 'demo-drive.mjs')])
  : await runOnDisplay();
