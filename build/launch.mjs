/** What the commands that open the app share: the stand-in for Cloudflare, and starting it. */
import { join } from 'node:path';
import { root } from './folders.mjs';
import { findRuntime } from './runtime.mjs';
import { runInSession } from './session.mjs';

/** Chromium refuses to run sandboxed as root, the one user for whom the sandbox would do little. */
const rootSwitches = () => (process.getuid?.() === 0 ? ['--no-sandbox'] : []);

/**
 * Starts the built app (`out/`) and waits for its end.
 * @param {string[]} args for the app
 * @param {Record<string, string | undefined>} env
 * @returns {Promise<number>} its exit code
 */
export async function launch(args, env) {
  const executable = await findRuntime();
  return runInSession([executable, ...rootSwitches(), root, ...args], { env });
}

/**
 * Starts the stand-in for Cloudflare's API in this process (test/standin/).
 * @param {object} options as `startStandin` takes them
 * @returns {Promise<object>} what `startStandin` gives, and `sampleCredential` beside it
 */
export async function startSampleCloudflare(options) {
  // Node 20 does not read TypeScript; Vite is here for the app anyway and loads it.
  const { runnerImport } = await import('vite');
  const { module } = await runnerImport(join(root, 'test', 'standin', 'index.ts'), {
    logLevel: 'error',
    configFile: false,
  });
  return { standin: await module.startStandin(options), credential: module.sampleCredential };
}
