/**
 * The Electron of the `electron` package. Since Electron 42, npm does not install its binary;
 * `install-electron` (its install.js) downloads it from GitHub. Some networks cannot reach GitHub and may
 * hang, so this adds a time limit and remembers failures.
 */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, root } from './folders.mjs';

/** Give up if no byte has arrived for this long. */
const STALLED_MS = 60_000;
/** After a failure, do not retry for this long. */
const REMEMBER_MS = 6 * 60 * 60 * 1000;

const packageFolder = join(root, 'node_modules', 'electron');

/** @returns {string | null} version of the `electron` package in node_modules, or null */
export function packageVersion() {
  try {
    return JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version;
  } catch {
    return null;
  }
}

/** @returns {string | null} the package's executable if it exists in the right version */
export function installedExecutable() {
  try {
    const version = readFileSync(join(packageFolder, 'dist', 'version'), 'utf8').trim();
    if (version.replace(/^v/, '') !== packageVersion()) return null;
    const path = join(
      packageFolder,
      'dist',
      readFileSync(join(packageFolder, 'path.txt'), 'utf8').trim(),
    );
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

function folderSize(folder) {
  let bytes = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      bytes += entry.isDirectory() ? folderSize(path) : statSync(path).size;
    }
  } catch {
    // A file that has vanished in the meantime counts as empty.
  }
  return bytes;
}

/** A file that marks a failed download; it contains the time in ms. */
const failureNote = () => join(cacheFolder(), `electron-${packageVersion()}-not-fetched`);

/** @returns {boolean} whether a download of this version failed here in the last hours */
export function failedLately() {
  try {
    const age = Date.now() - Number(readFileSync(failureNote(), 'utf8'));
    return age >= 0 && age < REMEMBER_MS;
  } catch {
    return false;
  }
}

/**
 * Downloads the binary of the `electron` package, as the package itself does.
 * @param {{ log: (line: string) => void }} options progress goes to `log`
 * @returns {Promise<string | null>} the executable; null if the download failed (reported in `log`)
 */
export async function fetchOfficial({ log }) {
  mkdirSync(cacheFolder(), { recursive: true });
  // The download goes to the system's temporary folder; using a folder of ours lets us show progress.
  const temp = mkdtempSync(join(cacheFolder(), 'electron-fetch-'));
  log(`Downloading Electron ${packageVersion()} from its GitHub releases …`);
  const child = spawn(process.execPath, [join(packageFolder, 'install.js')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TMPDIR: temp, TMP: temp, TEMP: temp },
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors = (errors + chunk).slice(-4000)));
  let stalled = false;
  let last = { bytes: 0, at: Date.now() };
  const watch = setInterval(() => {
    const bytes = folderSize(temp) + folderSize(join(packageFolder, 'dist'));
    if (bytes !== last.bytes) {
      log(`  ${(bytes / 1e6).toFixed(0)} MB`);
      last = { bytes, at: Date.now() };
    } else if (Date.now() - last.at > STALLED_MS) {
      stalled = true;
      child.kill('SIGKILL');
    }
  }, 3000);
  const code = await new Promise((done) => {
    child.on('error', () => done(1));
    child.on('close', done);
  });
  clearInterval(watch);
  rmSync(temp, { recursive: true, force: true });
  const path = code === 0 ? installedExecutable() : null;
  if (path) {
    rmSync(failureNote(), { force: true });
    return path;
  }
  const reason = stalled
    ? `nothing arrived for ${STALLED_MS / 1000} s`
    : (errors.split('\n').find((line) => line.trim()) ?? `exit code ${code}`);
  log(`Electron ${packageVersion()} could not be downloaded: ${reason}`);
  writeFileSync(failureNote(), String(Date.now()));
  return null;
}
