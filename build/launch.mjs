/** What the commands that open the app share: building it, the stand-in for Cloudflare, starting it. */
import { join } from 'node:path';
import { root } from './folders.mjs';
import { npmCommand } from './npm.mjs';
import { findRuntime } from './runtime.mjs';
import { runInSession } from './session.mjs';

/**
 * Runs a script of package.json and ends the process with its exit code when it fails.
 * @param {string} name
 */
export async function runScript(name) {
  const code = await npmRun(name, { env: process.env });
  if (code === 0) return;
  console.error(`"npm run ${name}" failed.`);
  process.exit(code);
}

/**
 * Runs a script of package.json.
 * @param {string} name
 * @param {{ env: Record<string, string | undefined> }} options
 * @returns {Promise<number>} its exit code
 */
export async function npmRun(name, { env }) {
  const { command, shell } = npmCommand(['run', '--silent', name]);
  return runInSession(command, { env, shell });
}

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
