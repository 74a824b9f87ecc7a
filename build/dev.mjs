/** `npm run dev`: the app with hot reload, against the stand-in, a fake Cloudflare API server. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startSampleCloudflare } from './launch.mjs';
import { onNode24 } from './node-24.mjs';
import { runtimeEnvironment } from './runtime.mjs';
import { runInSession } from './session.mjs';
import { hasNoDisplay, setupOrExit } from './setup.mjs';
import { runStepOrExit } from './steps.mjs';

await onNode24();
if (hasNoDisplay()) {
  console.error('There is no display.');
  process.exit(1);
}
const executable = await setupOrExit();
await runStepOrExit('messages');
const { standin, signIn, token } = await startSampleCloudflare({ organizations: 25 });
console.log(`Sample sign-ins: token ${token}; or ${signIn.email}, key ${signIn.key}`);
const manifest = createRequire(import.meta.url).resolve('electron-vite/package.json');
process.exitCode = await runInSession(
  [process.execPath, join(dirname(manifest), 'bin', 'electron-vite.js'), 'dev'],
  {
    env: {
      ...process.env,
      ...runtimeEnvironment(executable),
      LETTERHEAD_API_URL: standin.url,
      // Chromium refuses to run sandboxed as root.
      ...(process.getuid?.() === 0 ? { NO_SANDBOX: '1' } : {}),
    },
  },
);
await standin.close();
