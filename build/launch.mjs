/**
 * Shared by the commands that open the app: starting the app and the stand-in, a fake Cloudflare API server.
 */
import { join } from 'node:path';
import { root } from './folders.mjs';
import { findRuntime } from './runtime.mjs';
import { runInSession } from './session.mjs';

/** Chromium refuses to run sandboxed as root, where the sandbox would do little anyway. */
const rootSwitches = () => (process.getuid?.() === 0 ? ['--no-sandbox'] : []);

/**
 * Starts the built app (`out/`) and waits until it exits.
 * @param {string[]} args for the app
 * @param {Record<string, string | undefined>} env
 * @param {(stream: import('node:stream').Readable) => void} [output] reads what it prints; without, it is printed here
 * @returns {Promise<number>} its exit code
 */
export async function launch(args, env, output) {
  const executable = await findRuntime();
  return runInSession([executable, ...rootSwitches(), root, ...args], { env, output });
}

/**
 * Starts the stand-in for Cloudflare's API in this process (test/standin/).
 * @param {object} options as `startStandin` takes them
 * @returns {Promise<object>} the stand-in and `sampleSignIn`
 */
export async function startSampleCloudflare(options) {
  // Node finds no import without an extension; Vite, which the app needs anyway, does.
  const { runnerImport } = await import('vite');
  const { module } = await runnerImport(join(root, 'test', 'standin', 'index.ts'), {
    logLevel: 'error',
    configFile: false,
  });
  return {
    standin: await module.startStandin(options),
    signIn: module.sampleSignIn,
    token: module.sampleToken.value,
  };
}
