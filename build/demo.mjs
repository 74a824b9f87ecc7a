/**
 * `npm run demo`: from a bare clone to the app at work, against sample organizations on this machine.
 * With a display a person uses it; without one it does the main job by itself in a session of its
 * own, prints each step and leaves screenshots in demo/.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './folders.mjs';
import { startKeyring } from './keyring.mjs';
import { launch, startSampleCloudflare } from './launch.mjs';
import { withSession } from './session.mjs';
import { setupOrExit, withoutDisplay } from './setup.mjs';
import { runStepOrExit } from './steps.mjs';

const say = (line) => console.log(line);

/** A keyring for the demo alone where that can be had, so that the person's own stays as it is. */
async function sampleKeyring() {
  if (process.platform !== 'linux') return null;
  try {
    return await startKeyring({ state: 'unlocked' });
  } catch {
    return null;
  }
}

/** Opens the app for the person at the screen, until it is closed. */
async function withDisplay() {
  const { standin, credential } = await startSampleCloudflare({ organizations: 25, latency: 80 });
  const userData = await mkdtemp(join(tmpdir(), 'letterhead-demo-'));
  const keyring = await sampleKeyring();
  say('');
  say('Letterhead opens with 25 sample organizations; nothing leaves this computer. Sign in with:');
  say('');
  say(`  Account email    ${credential.email}`);
  say(`  Global API Key   ${credential.key}`);
  say('');
  if (!keyring)
    say("The sample key goes into your own keychain; remove the sign-in when you're done.");
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

const headless = withoutDisplay();
say(headless ? 'No display here: the demo runs by itself.' : 'Preparing the demo …');
await setupOrExit({ headless });
await runStepOrExit('build');
process.exitCode = headless
  ? await withSession([process.execPath, join(root, 'build', 'demo-drive.mjs')])
  : await withDisplay();
