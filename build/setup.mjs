/**
 * Prepares a bare clone: installs system libraries, npm packages and an Electron.
 * Needs nothing but Node and npm, can be repeated, prints what it does, and never prompts.
 *
 *   node build/setup.mjs [--headless]
 *
 * `--headless` also installs what a session without a screen needs (build/session.mjs); without a display
 * this is the default.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calledDirectly, root } from './folders.mjs';
import { onNode24 } from './node-24.mjs';
import { runNpm } from './npm.mjs';
import { describeRuntime, findRuntime } from './runtime.mjs';
import {
  hasApt,
  installCommand,
  installMissing,
  missingFromSystem,
  sandboxRepair,
} from './system-libraries.mjs';

const say = (line) => void process.stderr.write(`${line}\n`);

/** Installs what is missing of the system; throws at once if this cannot be done here. */
function prepareSystem(headless) {
  const missing = missingFromSystem({ headless });
  if (missing.length === 0) return Promise.resolve();
  const files = missing.map(({ file }) => file).join(', ');
  if (!hasApt()) throw new Error(`Missing on this system: ${files}. Install them, then try again.`);
  const command = installCommand(missing);
  if (process.getuid() !== 0) {
    throw new Error(
      `Missing on this system: ${files}.\nInstall them with this command, then try again:\n\n  ${command}\n`,
    );
  }
  say(`Missing on this system: ${files}. Installing with apt …`);
  return installSystem(missing, headless, command);
}

async function installSystem(missing, headless, command) {
  await installMissing(missing);
  const still = missingFromSystem({ headless });
  if (still.length > 0) {
    throw new Error(
      `apt did not install: ${still.map(({ file }) => file).join(', ')}. The command was:\n\n  ${command}\n`,
    );
  }
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Compares the lock file with npm's record of what it installed. */
function packagesAreCurrent() {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const installed = readJson(note).packages;
  return Object.entries(readJson(join(root, 'package-lock.json')).packages).every(
    ([path, { version, integrity, optional }]) =>
      path === '' ||
      (optional && !installed[path]) || // for another platform
      (installed[path]?.version === version && installed[path]?.integrity === integrity),
  );
}

async function preparePackages() {
  if (packagesAreCurrent()) return;
  say('Installing the npm packages of the lock file …');
  const done = await runNpm(['ci', '--loglevel=error', '--no-fund', '--no-audit']);
  if (!done) throw new Error('"npm ci" failed; see its output above.');
}

/** Whether there is no screen for a window. */
export const hasNoDisplay = () =>
  process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;

/**
 * Prepares everything.
 * @param {{ headless?: boolean, allowOld?: string, withPackages?: () => () => Promise<void> }} [options] `headless`:
 *   also for a session without a screen; `allowOld`: see findRuntime; `withPackages` starts what needs only the npm
 *   packages, while the rest is being prepared; what it returns waits for the end, and is called before this rejects
 * @returns {Promise<string>} the Electron executable; rejects with a sentence that says what to do
 */
export async function setup({ headless = false, allowOld, withPackages } = {}) {
  let finish;
  const work = [
    prepareSystem(headless || hasNoDisplay()),
    preparePackages().then(() => {
      finish = withPackages?.();
      return findRuntime({ log: say, allowOld });
    }),
  ];
  try {
    const [, executable] = await Promise.all(work);
    return requireSandbox(executable);
  } catch (error) {
    await Promise.allSettled(work);
    await finish?.();
    throw error;
  }
}

/** Rejects an Electron that cannot sandbox its windows here. */
function requireSandbox(executable) {
  const repair = sandboxRepair(executable);
  if (repair) {
    throw new Error(
      `This system prevents Electron from sandboxing its windows.\nAllow it with this command, then try again:\n\n  ${repair}\n`,
    );
  }
  return executable;
}

/** For scripts: like `setup`, but prints a problem and exits with code 1. */
export async function setupOrExit(options) {
  try {
    return await setup(options);
  } catch (error) {
    say(error.message);
    process.exit(1);
  }
}

if (calledDirectly(import.meta.url)) {
  await onNode24();
  const executable = await setupOrExit({ headless: process.argv.includes('--headless') });
  say(`Ready, with Node ${process.versions.node} and the Electron at ${executable}`);
  say(describeRuntime(executable).sentence);
}
